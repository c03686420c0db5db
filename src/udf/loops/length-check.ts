import type { DataType } from '../../types/data-type.ts';

/** Whether an internal value has a text or bytes that are longer than their type. */
type LengthCheck = (value: unknown) => boolean;

/** The longest text or bytes that a type allows: as good as no limit. */
const LENGTH_MAX = 2 ** 31 - 1;

/** The check of a type; null where nothing in it has a limit. */
export function lengthCheck(type: DataType): LengthCheck | null {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR': {
      const { length } = type;
      return length === LENGTH_MAX ? null : (value) => isLongerText(value, length);
    }
    case 'BINARY':
    case 'VARBINARY': {
      const { length } = type;
      return length === LENGTH_MAX
        ? null
        : (value) => value instanceof Uint8Array && value.length > length;
    }
    case 'ARRAY': {
      const element = lengthCheck(type.element);
      return element && ((value) => Array.isArray(value) && value.some(element));
    }
    case 'MULTISET':
      return mapCheck(lengthCheck(type.element), null);
    case 'MAP':
      return mapCheck(lengthCheck(type.key), lengthCheck(type.value));
    case 'ROW': {
      const fields = type.fields.map((field) => lengthCheck(field.type));
      if (fields.every((field) => field === null)) return null;
      // The internal value of a ROW is the array of its fields' values.
      return (value) =>
        Array.isArray(value) && fields.some((field, i) => field?.(value[i]) === true);
    }
    default:
      return null;
  }
}

/** Lengths are counted in characters, of which some take two units. */
function isLongerText(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length > length && [...value].length > length;
}

function mapCheck(key: LengthCheck | null, item: LengthCheck | null): LengthCheck | null {
  if (key === null && item === null) return null;
  return (value) =>
    value instanceof Map && [...value].some(([k, v]) => key?.(k) === true || item?.(v) === true);
}

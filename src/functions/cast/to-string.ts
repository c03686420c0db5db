import { unreachable } from '../../common/assert.ts';
import { printBitmap } from '../../types/bitmap-value.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { printDecimal } from '../../types/decimal.ts';
import { printDouble, printFloat } from '../../types/floating.ts';
import { printDayTime, printYearMonth } from '../../types/interval.ts';
import { printDate, printTime, printTimestamp } from '../../types/time.ts';
import { instantToLocal, type TimeZone } from '../../types/time-zone.ts';
import { printVariant } from '../../types/variant-value.ts';

/**
 * The function that prints internal values of a type as CAST to STRING does; NULL inside a
 * collection is `NULL`. The zone is for TIMESTAMP_LTZ.
 */
export function stringPrinter(type: DataType, zone: TimeZone): (value: unknown) => string {
  switch (type.kind) {
    case 'ARRAY': {
      const element = nestedPrinter(type.element, zone);
      return (value) => `[${(value as readonly unknown[]).map(element).join(', ')}]`;
    }
    case 'MAP':
    case 'MULTISET': {
      const key = nestedPrinter(type.kind === 'MAP' ? type.key : type.element, zone);
      const item = type.kind === 'MAP' ? nestedPrinter(type.value, zone) : String;
      return (value) => {
        const entries = [...(value as ReadonlyMap<unknown, unknown>)];
        return `{${entries.map(([k, v]) => `${key(k)}=${item(v)}`).join(', ')}}`;
      };
    }
    case 'ROW': {
      const fields = type.fields.map((f) => nestedPrinter(f.type, zone));
      return (value) => {
        const values = value as readonly unknown[];
        return `(${fields.map((print, i) => print(values[i])).join(', ')})`;
      };
    }
    default:
      return atomPrinter(type, zone);
  }
}

function nestedPrinter(type: DataType, zone: TimeZone): (value: unknown) => string {
  const print = stringPrinter(type, zone);
  return (value) => (value === null || value === undefined ? 'NULL' : print(value));
}

// The internal form of each type (see columnar/values.ts) is what the `as` below state.
function atomPrinter(
  type: Exclude<DataType, { readonly kind: 'ARRAY' | 'MAP' | 'MULTISET' | 'ROW' }>,
  zone: TimeZone,
): (value: unknown) => string {
  switch (type.kind) {
    case 'NULL':
      return () => 'NULL';
    case 'CHAR':
    case 'VARCHAR':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return String;
    case 'BOOLEAN':
      return (value) => (value === true ? 'TRUE' : 'FALSE');
    case 'BINARY':
    case 'VARBINARY':
      return (value) => Buffer.from(value as Uint8Array).toString('utf8');
    case 'DECIMAL':
      return (value) => printDecimal(value as bigint, type.scale);
    case 'FLOAT':
      return (value) => printFloat(value as number);
    case 'DOUBLE':
      return (value) => printDouble(value as number);
    case 'DATE':
      return (value) => printDate(value as number);
    case 'TIME':
      return (value) => printTime(value as number, type.precision);
    case 'TIMESTAMP':
      return (value) => printTimestamp(value as bigint, type.precision);
    case 'TIMESTAMP_LTZ':
      return (value) => printTimestamp(instantToLocal(value as bigint, zone), type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return (value) => printYearMonth(value as number);
    case 'INTERVAL_DAY_TIME':
      return (value) => printDayTime(value as bigint);
    case 'BITMAP':
      return (value) => printBitmap(value as Uint8Array);
    case 'VARIANT':
      return printVariant;
    default:
      return unreachable(type);
  }
}

/** Makes a string fit CHAR(n) or VARCHAR(n), in code points: cuts it, and pads CHAR with blanks. */
export function fitString(value: string, to: TypeOfKind<'CHAR' | 'VARCHAR'>): string {
  const { length } = to;
  // Code points are never more than UTF-16 units: most strings are done here.
  if (to.kind === 'VARCHAR' && value.length <= length) return value;
  let points = 0;
  let end = 0;
  while (end < value.length && points < length) {
    end += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    points++;
  }
  const cut = value.slice(0, end);
  return to.kind === 'CHAR' ? cut + ' '.repeat(length - points) : cut;
}

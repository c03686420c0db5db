import { unreachable } from '../../common/assert.ts';
import { printBitmap } from '../../types/bitmap-value.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { printDecimal } from '../../types/decimal.ts';
import { printDayTime, printYearMonth } from '../../types/interval.ts';
import { printDate, printTime, printTimestamp } from '../../types/time.ts';
import { instantToLocal, type TimeZone } from '../../types/time-zone.ts';

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
      return printJson;
    default:
      return unreachable(type);
  }
}

function printJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)) ?? 'null'
  );
}

/** Prints a DOUBLE as Java and Flink do: `1.0`, `1.0E10`, `1.0E-5`, `NaN`, `-Infinity`. */
export function printDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

/** Decimal digits that tell any two FLOAT values apart. */
const FLOAT_DIGITS_MAX = 9;

/** Prints a FLOAT: the shortest digits that give the same FLOAT again. */
export function printFloat(value: number): string {
  if (!Number.isFinite(value) || value === 0) return printDouble(value);
  for (let digits = 1; digits < FLOAT_DIGITS_MAX; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return printDouble(short);
  }
  return printDouble(Number(value.toPrecision(FLOAT_DIGITS_MAX)));
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

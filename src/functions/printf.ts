import type { DataType } from '../types/data-type.ts';
import { printDecimal } from '../types/decimal.ts';
import { timeZone } from '../types/time-zone.ts';
import { stringPrinter } from './cast/to-string.ts';

/**
 * Formats internal values as java.util.Formatter does: the conversions b c d o x X s S f e E n %,
 * with flags, width and precision. Null when the format is malformed or does not fit the values.
 */
export function formatPrintf(
  format: string,
  values: readonly unknown[],
  types: readonly DataType[],
): string | null {
  let next = 0;
  let last = -1;
  let failed = false;
  const text = format.replace(
    /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])|%/g,
    (whole, position, flags = '', width, precision, conversion) => {
      if (conversion === undefined) failed = true;
      if (conversion === '%') return pad('%', flags, Number(width ?? 0));
      if (conversion === 'n') return '\n';
      const index = flags.includes('<')
        ? last
        : position === undefined
          ? next++
          : Number(position) - 1;
      if (index < 0 || index >= values.length) failed = true;
      if (failed) return whole;
      last = index;
      const limit = precision === undefined ? null : Number(precision);
      const piece = convert(conversion, flags, limit, values[index], types[index]!);
      if (piece === null) failed = true;
      return pad(piece ?? '', flags, Number(width ?? 0));
    },
  );
  return failed ? null : text;
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function convert(
  conversion: string,
  flags: string,
  precision: number | null,
  value: unknown,
  type: DataType,
): string | null {
  switch (conversion) {
    case 's':
      return textOf(value, type).slice(0, precision ?? undefined);
    case 'S':
      return textOf(value, type)
        .toUpperCase()
        .slice(0, precision ?? undefined);
    case 'b':
      return String(typeof value === 'boolean' ? value : value !== null);
    case 'c':
      return characterOf(value);
    default:
      return value === null ? 'null' : convertNumber(conversion, flags, precision, value, type);
  }
}

/** The text of a value as Java's objects of Flink's internal formats give it. */
function textOf(value: unknown, type: DataType): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return String(value);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return stringPrinter(
        { ...type, precision: 9 },
        timeZone('UTC'),
      )(value)
        .replace(' ', 'T')
        .replace(/(?:000){1,2}$|\.000000000$/, '');
    default:
      return stringPrinter(type, timeZone('UTC'))(value);
  }
}

function characterOf(value: unknown): string | null {
  if (value === null) return 'null';
  if (typeof value === 'number') return String.fromCodePoint(value);
  return typeof value === 'string' && [...value].length === 1 ? value : null;
}

function convertNumber(
  conversion: string,
  flags: string,
  precision: number | null,
  value: unknown,
  type: DataType,
): string | null {
  const integer = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'].includes(type.kind);
  if ('doxX'.includes(conversion)) {
    if (!integer) return null;
    const number = BigInt(value as number | bigint);
    if (conversion === 'd') return signed(number.toString(), flags);
    const bits = type.kind === 'BIGINT' ? 64 : type.kind === 'INT' ? 32 : 64;
    const digits = BigInt.asUintN(bits, number).toString(conversion === 'o' ? 8 : 16);
    return conversion === 'X' ? digits.toUpperCase() : digits;
  }
  if (integer) return null;
  const digits = precision ?? 6;
  const number =
    type.kind === 'DECIMAL' ? Number(printDecimal(value as bigint, type.scale)) : value;
  if (typeof number !== 'number') return null;
  if (conversion === 'f') return signed(number.toFixed(digits), flags);
  if (conversion !== 'e' && conversion !== 'E') return null;
  const text = number.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
  return signed(conversion === 'E' ? text.toUpperCase() : text, flags);
}

function signed(text: string, flags: string): string {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const grouped = flags.includes(',') ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',') : digits;
  if (negative) return flags.includes('(') ? `(${grouped})` : `-${grouped}`;
  return (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + grouped;
}

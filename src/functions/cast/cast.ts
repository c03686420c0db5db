import { isUtf8 } from 'node:buffer';
import { TableRuntimeError, validationError } from '../../common/errors.ts';
import { canCast, keepsValues } from '../../types/casts.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { childTypes, isBinary, isCharacter } from '../../types/families.ts';
import { millisOfUnit, monthsOfUnit } from '../../types/interval.ts';
import { printType } from '../../types/print.ts';
import { lazyTimeZone, type TimeZone } from '../../types/time-zone.ts';
import { BIGINT } from '../../types/types.ts';
import type { StatementContext } from '../definition.ts';
import { castFailed } from './cast-failed.ts';
import { type Conversion, toNumber } from './to-number.ts';
import { fitString, stringPrinter } from './to-string.ts';
import { toTemporal } from './to-temporal.ts';

/**
 * The function that casts one internal value, which is not NULL. Its result may be NULL: numbers
 * that overflow a DECIMAL.
 *
 * Errors: ValidationError CAST_NOT_SUPPORTED when the cast does not exist. The function throws
 * TableRuntimeError CAST_FAILED for values that cannot be cast.
 */
export function castFunction(
  from: DataType,
  to: DataType,
  context: Pick<StatementContext, 'timeZone'>,
): Conversion {
  const zone = lazyTimeZone(() => context.timeZone);
  const conversion = canCast(from, to) ? convert(from, to, zone) : null;
  if (conversion === null) {
    throw validationError('CAST_NOT_SUPPORTED', { from: printType(from), to: printType(to) });
  }
  return conversion;
}

/** As `castFunction`, for TRY_CAST: NULL where that throws. */
export function tryCastFunction(
  from: DataType,
  to: DataType,
  context: Pick<StatementContext, 'timeZone'>,
): Conversion {
  const cast = castFunction(from, to, context);
  return (value) => {
    try {
      return cast(value);
    } catch (error) {
      if (error instanceof TableRuntimeError) return null;
      throw error;
    }
  };
}

const identity: Conversion = (value) => value;

function convert(from: DataType, to: DataType, zone: TimeZone): Conversion | null {
  if (from.kind === 'NULL') return () => null;
  if (keepsValues(from, to)) return identity;
  switch (to.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return toCharacter(from, to, zone);
    case 'BINARY':
    case 'VARBINARY':
      return toBinary(from, to);
    case 'BOOLEAN':
      return toBoolean(from, to);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return toNumber(from, to);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return toTemporal(from, to, zone);
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return toInterval(from, to);
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
      return toConstructed(from, to, zone);
    case 'BITMAP':
      return from.kind === 'BITMAP' ? identity : null;
    default:
      return null;
  }
}

function toCharacter(
  from: DataType,
  to: TypeOfKind<'CHAR' | 'VARCHAR'>,
  zone: TimeZone,
): Conversion {
  if (isCharacter(from)) return (value) => fitString(value as string, to);
  if (isBinary(from)) return (value) => fitString(textOf(value as Uint8Array, to), to);
  const print = stringPrinter(from, zone);
  return (value) => fitString(print(value), to);
}

function textOf(bytes: Uint8Array, to: DataType): string {
  if (!isUtf8(bytes)) throw castFailed('bytes that are not UTF-8', to);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function toBinary(from: DataType, to: TypeOfKind<'BINARY' | 'VARBINARY'>): Conversion {
  const { length } = to;
  const toLength = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length > length) return bytes.slice(0, length);
    if (to.kind === 'VARBINARY' || bytes.length === length) return bytes;
    const padded = new Uint8Array(length);
    padded.set(bytes);
    return padded;
  };
  if (isCharacter(from)) {
    const encoder = new TextEncoder();
    return (value) => toLength(encoder.encode(value as string));
  }
  return (value) => toLength(value as Uint8Array);
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_TEXTS: ReadonlySet<string> = new Set(['f', 'false', 'n', 'no', '0']);

function toBoolean(from: DataType, to: DataType): Conversion {
  switch (from.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return (value) => {
        const text = (value as string).trim().toLowerCase();
        if (TRUE_TEXTS.has(text)) return true;
        if (FALSE_TEXTS.has(text)) return false;
        throw castFailed(value, to);
      };
    case 'VARIANT':
      return (value) => {
        if (typeof value === 'boolean') return value;
        throw castFailed(JSON.stringify(value), to);
      };
    default:
      // Integers: a number or, of a BIGINT, a bigint.
      return (value) => value !== 0 && value !== 0n;
  }
}

/** Exact numbers count the unit of the interval. */
function toInterval(
  from: DataType,
  to: TypeOfKind<'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME'>,
): Conversion | null {
  if (from.kind === to.kind) return identity;
  const toBigint = toNumber(from, BIGINT);
  if (toBigint === null) return null;
  if (to.kind === 'INTERVAL_DAY_TIME') {
    const unit = millisOfUnit(to.unit);
    return (value) => BigInt.asIntN(64, (toBigint(value) as bigint) * unit);
  }
  const unit = BigInt(monthsOfUnit(to.unit));
  return (value) => Number(BigInt.asIntN(32, (toBigint(value) as bigint) * unit));
}

/** Casts what is inside a collection; NULL stays NULL, and is an error where NOT NULL is asked for. */
function toConstructed(from: DataType, to: DataType, zone: TimeZone): Conversion | null {
  const targets = childTypes(to);
  const children = childTypes(from).map((source, i) => childCast(source, targets[i]!, zone));
  if (children.includes(null)) return null;
  const [first = identity, second = identity] = children as readonly Conversion[];
  switch (to.kind) {
    case 'ARRAY':
      return (value) => (value as readonly unknown[]).map(first);
    case 'MULTISET':
      return (value) => castEntries(value as ReadonlyMap<unknown, unknown>, first, identity);
    case 'MAP':
      return (value) => castEntries(value as ReadonlyMap<unknown, unknown>, first, second);
    default:
      return (value) => (value as readonly unknown[]).map((v, i) => children[i]?.(v));
  }
}

function castEntries(
  entries: ReadonlyMap<unknown, unknown>,
  key: Conversion,
  item: Conversion,
): ReadonlyMap<unknown, unknown> {
  const result = new Map<unknown, unknown>();
  for (const [k, v] of entries) result.set(key(k), item(v));
  return result;
}

function childCast(from: DataType, to: DataType, zone: TimeZone): Conversion | null {
  const conversion = convert(from, to, zone);
  if (conversion === null) return null;
  const { nullable } = to;
  return (value) => {
    const result = value === null || value === undefined ? null : conversion(value);
    if (result === null && !nullable) throw castFailed(value, to);
    return result;
  };
}

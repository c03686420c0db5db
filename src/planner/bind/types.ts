import { unreachable } from '../../common/assert.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import type { IntervalQualifier, TimeUnit } from '../../parser/ast/node.ts';
import type { SimpleType, TypeName } from '../../parser/ast/types.ts';
import {
  type DataType,
  type DayTimeUnit,
  DECIMAL_PRECISION_MAX,
  LENGTH_MAX,
  withNullable,
  type YearMonthUnit,
} from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import * as types from '../../types/types.ts';

/**
 * The type that a written type means; nullable unless it says NOT NULL.
 *
 * Errors: INVALID_TYPE with the span of the part that is wrong; NotImplementedError.
 */
export function bindType(type: TypeName): DataType {
  return withNullable(bindNullable(type), type.nullable !== false);
}

function bindNullable(type: TypeName): DataType {
  switch (type.kind) {
    case 'SimpleType':
      return bindSimple(type);
    case 'IntervalType':
      return intervalType(type.qualifier, type);
    case 'CollectionType': {
      const element = bindType(type.element);
      return type.collection === 'ARRAY' ? types.array(element) : types.multiset(element);
    }
    case 'MapType':
      return types.map(bindType(type.key), bindType(type.value));
    case 'RowType':
      return bindRow(type);
    case 'RawType':
      throw notImplemented('The type RAW', { span: type.span });
    default:
      return unreachable(type);
  }
}

function bindRow(type: Extract<TypeName, { kind: 'RowType' }>): DataType {
  if (type.structured !== null) throw notImplemented('The type STRUCTURED', { span: type.span });
  const names = new Set<string>();
  for (const { name } of type.fields) {
    if (names.has(name)) throw invalid('ROW', `the field '${name}' occurs twice`, type);
    names.add(name);
  }
  return types.row(type.fields.map((f) => field(f.name, bindType(f.type), f.comment)));
}

function bindSimple(type: SimpleType): DataType {
  if (type.name.length > 1) {
    throw invalid(type.name.join('.'), 'there are no user-defined types', type);
  }
  const make = SIMPLE[type.name[0]!];
  if (make === undefined) {
    const name = type.name[0]!;
    const meant = FOREIGN_NAMES[name.toUpperCase()];
    const hint =
      meant === undefined
        ? didYouMean(name, [...Object.keys(SIMPLE), 'INTEGER'])
        : `Did you mean '${meant}'?`;
    throw invalid(type.name[0]!, 'there is no type of this name', type, hint);
  }
  if (type.args.length > make.args.length) {
    const allowed = make.args.length === 0 ? 'no arguments' : `at most ${make.args.length}`;
    throw invalid(type.name[0]!, `it takes ${allowed}`, type);
  }
  const args: number[] = [];
  for (const [i, { name, fallback, min, max }] of make.args.entries()) {
    const value = type.args[i] ?? fallback;
    const most = typeof max === 'number' ? max : max(args);
    if (value < min || value > most) {
      const text = `${type.name[0]}(${type.args.join(', ')})`;
      throw invalid(text, `the ${name} must be from ${min} to ${most}`, type);
    }
    args.push(value);
  }
  return make.make(args[0] ?? 0, args[1] ?? 0, type);
}

interface Argument {
  readonly name: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number | ((before: readonly number[]) => number);
}

interface SimpleMaker {
  readonly args: readonly Argument[];
  readonly make: (first: number, second: number, type: SimpleType) => DataType;
}

const LENGTH: Argument = { name: 'length', fallback: 1, min: 1, max: LENGTH_MAX };

function fraction(fallback: number): Argument {
  return { name: 'precision', fallback, min: 0, max: 9 };
}

function plain(type: DataType): SimpleMaker {
  return { args: [], make: () => type };
}

const SIMPLE: Readonly<Record<string, SimpleMaker | undefined>> = {
  NULL: plain(types.NULL),
  BOOLEAN: plain(types.BOOLEAN),
  TINYINT: plain(types.TINYINT),
  SMALLINT: plain(types.SMALLINT),
  INT: plain(types.INT),
  BIGINT: plain(types.BIGINT),
  FLOAT: plain(types.FLOAT),
  REAL: plain(types.FLOAT),
  DOUBLE: plain(types.DOUBLE),
  DATE: plain(types.DATE),
  STRING: plain(types.STRING),
  BYTES: plain(types.BYTES),
  CHAR: { args: [LENGTH], make: types.char },
  VARCHAR: { args: [LENGTH], make: types.varchar },
  BINARY: { args: [LENGTH], make: types.binary },
  VARBINARY: { args: [LENGTH], make: types.varbinary },
  DECIMAL: {
    args: [
      { name: 'precision', fallback: 10, min: 1, max: DECIMAL_PRECISION_MAX },
      { name: 'scale', fallback: 0, min: 0, max: ([precision]) => precision! },
    ],
    make: types.decimal,
  },
  TIME: { args: [fraction(0)], make: types.time },
  TIMESTAMP: { args: [fraction(6)], make: types.timestamp },
  TIMESTAMP_LTZ: { args: [fraction(6)], make: types.timestampLtz },
  TIMESTAMP_TZ: {
    args: [fraction(6)],
    make: (_, __, type) => {
      throw notImplemented('The type TIMESTAMP WITH TIME ZONE', { span: type.span });
    },
  },
  VARIANT: plain(types.VARIANT),
  BITMAP: plain(types.BITMAP),
};

/** What types of other systems are called here. */
const FOREIGN_NAMES: Readonly<Record<string, string | undefined>> = {
  TEXT: 'STRING',
  BOOL: 'BOOLEAN',
  LONG: 'BIGINT',
  NUMBER: 'DECIMAL',
  DATETIME: 'TIMESTAMP',
  TIMESTAMPTZ: 'TIMESTAMP_LTZ',
  BLOB: 'BYTES',
};

const YEAR_MONTH: readonly TimeUnit[] = ['YEAR', 'MONTH'];
const DAY_TIME: readonly TimeUnit[] = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];
/** Units that INTERVAL takes as multiples of others, as Flink does. */
const MULTIPLES: Partial<Record<TimeUnit, 'MONTH' | 'DAY'>> = { QUARTER: 'MONTH', WEEK: 'DAY' };

/** Where an error about a type or an interval points. */
interface Place {
  readonly span: TypeName['span'];
}

/** The type of an interval with these units. Errors: INVALID_TYPE. */
export function intervalType(qualifier: IntervalQualifier, place: Place): DataType {
  const { from, to, precision, fraction: digits } = qualifier;
  const first = MULTIPLES[from] ?? from;
  const units = YEAR_MONTH.includes(first) ? YEAR_MONTH : DAY_TIME;
  const text = `INTERVAL ${from}${to === null ? '' : ` TO ${to}`}`;
  if (!units.includes(first)) throw invalid(text, 'it is not a unit of an interval', place);
  if (to !== null && units.indexOf(to) <= units.indexOf(first)) {
    throw invalid(text, `${to} is not a part of ${from}`, place);
  }
  const leading = first === 'SECOND' ? 2 : (precision ?? 2);
  const leadingMax = first === 'YEAR' ? 4 : 6;
  if (first !== 'SECOND' && (leading < 1 || leading > leadingMax)) {
    throw invalid(text, `the precision must be from 1 to ${leadingMax}`, place);
  }
  const last = digits ?? 6;
  if (last > 9) throw invalid(text, 'the fraction must have from 0 to 9 digits', place);
  const unit = to === null ? first : `${first} TO ${to}`;
  return units === YEAR_MONTH
    ? types.intervalYearMonth(unit as YearMonthUnit, leading)
    : types.intervalDayTime(unit as DayTimeUnit, leading, last);
}

function invalid(text: string, reason: string, place: Place, hint: string | null = null) {
  return validationError('INVALID_TYPE', { text, reason }, { span: place.span, hint });
}

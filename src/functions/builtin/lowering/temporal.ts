import { i32, i64, ZERO } from '../../lowered.ts';
import type { Code, CodeBuilder, LoweredValue, Lowering } from '../../lowering.ts';

const DAY_MICROS = 86_400_000_000n;

/** A point in time as its parts: the day since 1970-01-01 and the microseconds of that day. */
interface Instant {
  readonly day: Code;
  readonly micros: Code;
}

/** Lowers EXTRACT of a unit from the argument at `index`: a local point in time. */
export function lowerExtract(
  unitOf: (literals: readonly unknown[]) => unknown,
  index: number,
): Lowering {
  return (builder, args, { result, literals }) => {
    const instant = split(builder, args[index]!);
    const unit = unitOf(literals);
    if (instant === null || typeof unit !== 'string') return null;
    const field = FIELDS[unit];
    if (field === undefined) return null;
    return {
      type: result,
      code: builder.local('i64', field(builder, instant)),
      high: null,
      valid: null,
    };
  };
}

/** The parts of a DATE, TIME or TIMESTAMP of 64 bits; null for values that know a time zone. */
function split(builder: CodeBuilder, value: LoweredValue): Instant | null {
  switch (value.type.kind) {
    case 'DATE':
      return { day: value.code, micros: i64(0n) };
    case 'TIME': {
      const millis: Code = ['i64.extend_i32_s', value.code];
      return { day: ZERO, micros: builder.local('i64', ['i64.mul', millis, i64(1000n)]) };
    }
    case 'TIMESTAMP': {
      if (value.type.precision > 6) return null;
      const day = builder.local('i64', floorDivide(builder, value.code, DAY_MICROS));
      const start: Code = ['i64.mul', day, i64(DAY_MICROS)];
      return {
        day: builder.local('i32', ['i32.wrap_i64', day]),
        micros: builder.local('i64', ['i64.sub', value.code, start]),
      };
    }
    default:
      return null;
  }
}

type Field = (builder: CodeBuilder, instant: Instant) => Code;

/** The units that are emitted, each as an i64. */
const FIELDS: Readonly<Record<string, Field>> = {
  YEAR: (builder, { day }) => wide(builder.helper('year', day)),
  QUARTER: (builder, { day }) =>
    wide(['i32.div_u', ['i32.add', builder.helper('month', day), i32(2)], i32(3)]),
  MONTH: (builder, { day }) => wide(builder.helper('month', day)),
  DAY: (builder, { day }) => wide(builder.helper('dayOfMonth', day)),
  DOW: (builder, { day }) => wide(['i32.add', weekday(builder, day, 4), i32(1)]),
  DAYOFWEEK: (builder, { day }) => wide(['i32.add', weekday(builder, day, 4), i32(1)]),
  ISODOW: (builder, { day }) => wide(['i32.add', weekday(builder, day, 3), i32(1)]),
  HOUR: part(3_600_000_000n, null),
  MINUTE: part(60_000_000n, 60n),
  SECOND: part(1_000_000n, 60n),
  MILLISECOND: part(1000n, 1000n),
  MICROSECOND: part(1n, 1_000_000n),
  NANOSECOND: (_, { micros }) => ['i64.mul', ['i64.rem_s', micros, i64(1_000_000n)], i64(1000n)],
  EPOCH: (_, { day, micros }) => [
    'i64.add',
    ['i64.mul', wide(day), i64(86_400n)],
    ['i64.div_s', micros, i64(1_000_000n)],
  ],
};

function part(size: bigint, modulus: bigint | null): Field {
  return (_, { micros }) => {
    const count: Code = ['i64.div_s', micros, i64(size)];
    return modulus === null ? count : ['i64.rem_s', count, i64(modulus)];
  };
}

/** The day of the week from 0; 1970-01-01 is day `offset`. */
function weekday(builder: CodeBuilder, day: Code, offset: number): Code {
  const rest = builder.local('i32', ['i32.rem_s', ['i32.add', day, i32(offset)], i32(7)]);
  return ['select', ['i32.add', rest, i32(7)], rest, ['i32.lt_s', rest, ZERO]];
}

function wide(code: Code): Code {
  return ['i64.extend_i32_s', code];
}

/** `a / b` rounded down, for a positive constant `b`. */
export function floorDivide(builder: CodeBuilder, a: Code, b: bigint): Code {
  const rest = builder.local('i64', ['i64.rem_s', a, i64(b)]);
  const below: Code = ['i64.extend_i32_u', ['i64.lt_s', rest, i64(0n)]];
  return ['i64.sub', ['i64.div_s', a, i64(b)], below];
}

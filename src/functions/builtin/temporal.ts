import type { DataType } from '../../types/data-type.ts';
import { isInterval } from '../../types/families.ts';
import { BIGINT, INT, intervalDayTime, intervalYearMonth, timestamp } from '../../types/types.ts';
import { monthsBetween, TIME_UNIT_MILLIS } from '../datetime-arithmetic.ts';
import {
  DATETIME_UNITS,
  type DatetimeUnit,
  extractor,
  intervalExtractor,
  localConversion,
} from '../datetime-fields.ts';
import { defineScalar } from '../define.ts';
import type { CallSite } from '../definition.ts';
import { addInterval } from '../intervals.ts';
import {
  arg,
  explicit,
  nullableIfArgs,
  provided,
  sequence,
  symbolArg,
} from '../type-strategies.ts';
import { lowerExtract } from './lowering/temporal.ts';

/** EXTRACT(unit FROM value). */
export const EXTRACT = defineScalar({
  name: 'EXTRACT',
  tableApi: { method: null },
  doc: 'A part of a point in time or of an interval. Weeks are those of the ISO calendar; DOW counts from Sunday, ISODOW from Monday.',
  input: provided(
    sequence(symbolArg('unit', DATETIME_UNITS), arg('value', 'DATETIME', 'INTERVAL')),
    (call) => hasUnit(call.types[1]!, call.literals[0] as DatetimeUnit),
  ),
  output: nullableIfArgs(explicit(BIGINT)),
  specialize: (site) => {
    const extract = extraction(site.types[1]!, site.literals[0] as DatetimeUnit, site);
    return (_: string, value: never) => extract(value);
  },
  lower: lowerExtract(([unit]) => unit, 1),
  examples: [
    ["EXTRACT(YEAR FROM DATE '2024-02-29')", '2024'],
    ["EXTRACT(DOW FROM DATE '2024-02-29')", '5'],
    ["EXTRACT(MINUTE FROM INTERVAL '19 12:10:10.123' DAY TO SECOND(3))", '10'],
  ],
});

function hasUnit(type: DataType, unit: DatetimeUnit): boolean {
  if (isInterval(type)) return intervalExtractor(type, unit) !== null;
  if (type.kind !== 'TIME') return true;
  return ['HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', 'NANOSECOND', 'EPOCH'].includes(
    unit,
  );
}

function extraction(type: DataType, unit: DatetimeUnit, site: CallSite): (value: never) => bigint {
  const ofInterval = isInterval(type) ? intervalExtractor(type, unit) : null;
  if (ofInterval !== null) return ofInterval;
  const { toLocal } = localConversion(type, site.context);
  const extract = extractor(unit);
  return (value) => extract(toLocal(value));
}

/** YEAR(date). */
export const YEAR = field('YEAR', 'YEAR', '2024');
/** QUARTER(date). */
export const QUARTER = field('QUARTER', 'QUARTER', '1');
/** MONTH(date). */
export const MONTH = field('MONTH', 'MONTH', '2');
/** WEEK(date). */
export const WEEK = field('WEEK', 'WEEK', '9');
/** DAYOFYEAR(date). */
export const DAYOFYEAR = field('DAYOFYEAR', 'DOY', '60');
/** DAYOFMONTH(date). */
export const DAYOFMONTH = field('DAYOFMONTH', 'DAY', '29');
/** DAYOFWEEK(date). */
export const DAYOFWEEK = field('DAYOFWEEK', 'DOW', '5');
/** HOUR(time). */
export const HOUR = field('HOUR', 'HOUR', '12');
/** MINUTE(time). */
export const MINUTE = field('MINUTE', 'MINUTE', '34');
/** SECOND(time). */
export const SECOND = field('SECOND', 'SECOND', '56');

function field(name: string, unit: DatetimeUnit, example: string) {
  return defineScalar({
    name,
    // The Table API has `extract(unit)`; `hour()` and the like make intervals there.
    ...(name === unit && { tableApi: { method: null } }),
    doc: `EXTRACT(${unit} FROM value).`,
    input: provided(sequence(arg('value', 'DATETIME', 'INTERVAL')), (call) =>
      hasUnit(call.types[0]!, unit),
    ),
    output: nullableIfArgs(explicit(BIGINT)),
    specialize: (site) => extraction(site.types[0]!, unit, site),
    lower: lowerExtract(() => unit, 0),
    examples: [[`${name}(TIMESTAMP '2024-02-29 12:34:56')`, example]],
  });
}

const ARITHMETIC_UNITS = [
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
] as const;
type ArithmeticUnit = (typeof ARITHMETIC_UNITS)[number];

const UNIT_MONTHS: Partial<Record<ArithmeticUnit, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };

/** TIMESTAMPADD(unit, count, time). */
export const TIMESTAMPADD = defineScalar({
  name: 'TIMESTAMPADD',
  tableApi: { method: null },
  doc: 'A point in time later by some units.',
  input: sequence(
    symbolArg('unit', ARITHMETIC_UNITS),
    arg('count', 'INTEGER_NUMERIC'),
    arg('time', 'DATETIME'),
  ),
  output: nullableIfArgs((call) => {
    const type = call.types[2]!;
    const unit = call.literals[0] as ArithmeticUnit;
    const hasTime = ['HOUR', 'MINUTE', 'SECOND', 'MILLISECOND'].includes(unit);
    return type.kind === 'DATE' && hasTime ? timestamp(6) : type;
  }),
  specialize: (site) => {
    const unit = site.literals[0] as ArithmeticUnit;
    const type = site.types[2]!;
    const months = UNIT_MONTHS[unit];
    if (months === undefined) {
      const millis = TIME_UNIT_MILLIS[unit] ?? 0n;
      const add = addInterval(type, intervalDayTime('SECOND'), site.result, site.context);
      return (_: string, count: number | bigint, time: never) =>
        add(time, (BigInt(count) * millis) as never, 1);
    }
    if (type.kind === 'TIME') return (_: string, _count: unknown, time: unknown) => time;
    const add = addInterval(type, intervalYearMonth('MONTH'), site.result, site.context);
    return (_: string, count: number | bigint, time: never) =>
      add(time, (Number(count) * months) as never, 1);
  },
  examples: [
    ["TIMESTAMPADD(MONTH, 1, DATE '2016-01-31')", '2016-02-29'],
    ["TIMESTAMPADD(SECOND, 1, TIME '23:59:59')", '00:00:00'],
  ],
});

/** TIMESTAMPDIFF(unit, start, end). */
export const TIMESTAMPDIFF = defineScalar({
  name: 'TIMESTAMPDIFF',
  tableApi: { method: null },
  doc: 'How many whole units one point in time is before another; negative if it is after it.',
  input: provided(
    sequence(symbolArg('unit', ARITHMETIC_UNITS), arg('start', 'DATETIME'), arg('end', 'DATETIME')),
    ({ types }) => (types[1]!.kind === 'TIMESTAMP_LTZ') === (types[2]!.kind === 'TIMESTAMP_LTZ'),
  ),
  output: nullableIfArgs(explicit(INT)),
  specialize: (site) => {
    const unit = site.literals[0] as ArithmeticUnit;
    const from = localConversion(site.types[1]!, site.context);
    const to = localConversion(site.types[2]!, site.context);
    const months = UNIT_MONTHS[unit];
    const millis = TIME_UNIT_MILLIS[unit] ?? 1n;
    return (_: string, start: never, end: never) => {
      const a = from.toLocal(start) / 1_000_000n;
      const b = to.toLocal(end) / 1_000_000n;
      if (months !== undefined) return Math.trunc(monthsBetween(a, b) / months);
      return Number(BigInt.asIntN(32, (b - a) / millis));
    };
  },
  examples: [
    ["TIMESTAMPDIFF(MONTH, DATE '2019-09-01', DATE '2020-03-01')", '6'],
    ["TIMESTAMPDIFF(DAY, TIMESTAMP '2003-01-02 10:00:00', TIMESTAMP '2003-01-03 10:00:00')", '1'],
  ],
});

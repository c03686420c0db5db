import type { DataType } from '../../types/data-type.ts';
import { isDatetime, isInterval } from '../../types/families.ts';
import { BOOLEAN } from '../../types/types.ts';
import { type Comparator, comparatorOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, Examples, RowFunction } from '../definition.ts';
import { addInterval, plusIntervalType } from '../intervals.ts';
import { explicit, inputOf, nullableIfArgs } from '../type-strategies.ts';

/** Two periods, from `aFrom` to `aTo` and from `bFrom` to `bTo`. */
type PeriodTest = (
  compare: Comparator,
  period: {
    readonly aFrom: unknown;
    readonly aTo: unknown;
    readonly bFrom: unknown;
    readonly bTo: unknown;
  },
) => boolean;

/** `(start, end) OVERLAPS (start, end)`; an end may be an interval. */
export const OVERLAPS = period(
  'OVERLAPS',
  'Whether two periods have an instant in common. An end may be given as an interval.',
  (compare, { aFrom, aTo, bFrom, bTo }) => compare(aFrom, bTo) <= 0 && compare(bFrom, aTo) <= 0,
  [
    ["(TIME '2:55:00', INTERVAL '1' HOUR) OVERLAPS (TIME '3:30:00', INTERVAL '2' HOUR)", 'TRUE'],
    ["(TIME '9:00:00', TIME '9:15:00') OVERLAPS (TIME '9:30:00', TIME '9:45:00')", 'FALSE'],
  ],
);

/** `(start, end) CONTAINS (start, end)`. */
export const CONTAINS = period(
  'CONTAINS',
  'Whether a period has every instant of another one.',
  (compare, { aFrom, aTo, bFrom, bTo }) => compare(aFrom, bFrom) <= 0 && compare(bTo, aTo) <= 0,
);

/** `(start, end) EQUALS (start, end)`. */
export const EQUALS = period(
  'EQUALS',
  'Whether two periods start and end together.',
  (compare, { aFrom, aTo, bFrom, bTo }) => compare(aFrom, bFrom) === 0 && compare(aTo, bTo) === 0,
);

/** `(start, end) PRECEDES (start, end)`. */
export const PRECEDES = period(
  'PRECEDES',
  'Whether a period ends before another one starts, or when it does.',
  (compare, { aTo, bFrom }) => compare(aTo, bFrom) <= 0,
);

/** `(start, end) SUCCEEDS (start, end)`. */
export const SUCCEEDS = period(
  'SUCCEEDS',
  'Whether a period starts after another one ends, or when it does.',
  (compare, { aFrom, bTo }) => compare(aFrom, bTo) >= 0,
);

/** `(start, end) IMMEDIATELY PRECEDES (start, end)`. */
export const IMMEDIATELY_PRECEDES = period(
  'IMMEDIATELY PRECEDES',
  'Whether a period ends when another one starts.',
  (compare, { aTo, bFrom }) => compare(aTo, bFrom) === 0,
);

/** `(start, end) IMMEDIATELY SUCCEEDS (start, end)`. */
export const IMMEDIATELY_SUCCEEDS = period(
  'IMMEDIATELY SUCCEEDS',
  'Whether a period starts when another one ends.',
  (compare, { aFrom, bTo }) => compare(aFrom, bTo) === 0,
);

function period(name: string, doc: string, test: PeriodTest, examples: Examples = []) {
  return defineScalar({
    name,
    tableApi: { method: null },
    doc,
    input: inputOf(
      twoPeriods,
      '<DATETIME>, <DATETIME | INTERVAL>, <DATETIME>, <DATETIME | INTERVAL>',
    ),
    output: nullableIfArgs(explicit(BOOLEAN)),
    specialize: (site) => specializeTest(site, test),
    examples,
  });
}

function twoPeriods({ types }: CallShape): readonly DataType[] | null {
  if (types.length !== 4) return null;
  const [a, aEnd, b, bEnd] = types as readonly [DataType, DataType, DataType, DataType];
  if (!isDatetime(a) || a.kind !== b.kind) return null;
  const fits = (end: DataType) =>
    end.kind === a.kind || (isInterval(end) && plusIntervalType(a, end) !== null);
  return fits(aEnd) && fits(bEnd) ? types : null;
}

function specializeTest(site: CallSite, test: PeriodTest): RowFunction {
  const [type, aEnd, , bEnd] = site.types as readonly [DataType, DataType, DataType, DataType];
  const compare = comparatorOf(type);
  const endOf = (end: DataType) => {
    if (!isInterval(end)) return (_start: never, value: never) => value as unknown;
    const add = addInterval(type, end, type, site.context);
    return (start: never, value: never) => add(start, value, 1);
  };
  const first = endOf(aEnd);
  const second = endOf(bEnd);
  return (a: never, b: never, c: never, d: never) => {
    const [aFrom, aTo] = ordered(a, first(a, b), compare);
    const [bFrom, bTo] = ordered(c, second(c, d), compare);
    return test(compare, { aFrom, aTo, bFrom, bTo });
  };
}

function ordered(
  a: unknown,
  b: unknown,
  compare: (a: unknown, b: unknown) => number,
): readonly [unknown, unknown] {
  return compare(a, b) <= 0 ? [a, b] : [b, a];
}

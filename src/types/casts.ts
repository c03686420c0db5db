import type { DataType, TypeKind } from './data-type.ts';
import { LENGTH_MAX, sameType } from './data-type.ts';
import { childTypes, isConstructed, isExactNumeric, isInterval } from './families.ts';

const CHARACTER: readonly TypeKind[] = ['CHAR', 'VARCHAR'];
const INTEGERS: readonly TypeKind[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];
const NUMERIC: readonly TypeKind[] = [...INTEGERS, 'DECIMAL', 'FLOAT', 'DOUBLE'];
const TIMESTAMPS: readonly TypeKind[] = ['TIMESTAMP', 'TIMESTAMP_LTZ'];
const INTERVALS: readonly TypeKind[] = ['INTERVAL_YEAR_MONTH', 'INTERVAL_DAY_TIME'];
const ATOMIC: readonly TypeKind[] = [
  ...CHARACTER,
  'BINARY',
  'VARBINARY',
  'BOOLEAN',
  ...NUMERIC,
  'DATE',
  'TIME',
  ...TIMESTAMPS,
  ...INTERVALS,
  'VARIANT',
  'BITMAP',
];
const CONSTRUCTED: readonly TypeKind[] = ['ARRAY', 'MULTISET', 'MAP', 'ROW'];

/** From which roots a root is cast; every root is also cast implicitly from itself. */
interface CastRule {
  readonly implicit: readonly TypeKind[];
  readonly explicit: readonly TypeKind[];
}

const TO_NUMBER = [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'] as const;

/**
 * Which casts exist, by target. Implicit casts lose nothing and are also made without CAST.
 * Source: https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/types/#casting
 */
const CASTS: Readonly<Record<TypeKind, CastRule>> = {
  NULL: { implicit: [], explicit: [] },
  CHAR: { implicit: [], explicit: [...ATOMIC, ...CONSTRUCTED] },
  VARCHAR: { implicit: CHARACTER, explicit: [...ATOMIC, ...CONSTRUCTED] },
  BOOLEAN: { implicit: [], explicit: [...CHARACTER, ...INTEGERS, 'VARIANT'] },
  BINARY: { implicit: [], explicit: [...CHARACTER, 'VARBINARY'] },
  VARBINARY: { implicit: ['BINARY'], explicit: CHARACTER },
  DECIMAL: { implicit: NUMERIC, explicit: [...TO_NUMBER, ...INTERVALS] },
  TINYINT: { implicit: [], explicit: [...TO_NUMBER, ...INTERVALS] },
  SMALLINT: { implicit: ['TINYINT'], explicit: [...TO_NUMBER, ...INTERVALS] },
  INT: { implicit: ['TINYINT', 'SMALLINT'], explicit: [...TO_NUMBER, ...INTERVALS] },
  BIGINT: { implicit: ['TINYINT', 'SMALLINT', 'INT'], explicit: [...TO_NUMBER, ...INTERVALS] },
  FLOAT: { implicit: [...INTEGERS, 'DECIMAL'], explicit: TO_NUMBER },
  DOUBLE: { implicit: NUMERIC, explicit: TO_NUMBER },
  DATE: { implicit: ['TIMESTAMP'], explicit: [...TIMESTAMPS, ...CHARACTER] },
  TIME: { implicit: ['TIMESTAMP'], explicit: [...TIMESTAMPS, ...CHARACTER] },
  TIMESTAMP: {
    implicit: ['TIMESTAMP_LTZ'],
    explicit: ['DATE', 'TIME', ...TIMESTAMPS, ...CHARACTER],
  },
  TIMESTAMP_LTZ: {
    implicit: ['TIMESTAMP'],
    explicit: ['DATE', 'TIME', ...TIMESTAMPS, ...CHARACTER],
  },
  INTERVAL_YEAR_MONTH: { implicit: [], explicit: [...INTEGERS, 'DECIMAL'] },
  INTERVAL_DAY_TIME: { implicit: [], explicit: [...INTEGERS, 'DECIMAL'] },
  ARRAY: { implicit: [], explicit: [] },
  MULTISET: { implicit: [], explicit: [] },
  MAP: { implicit: [], explicit: [] },
  ROW: { implicit: [], explicit: [] },
  VARIANT: { implicit: [], explicit: [] },
  BITMAP: { implicit: [], explicit: [] },
};

/** Whether a cast exists between two types, and whether it needs the word CAST. */
export type CastKind = 'implicit' | 'explicit';

/**
 * How `from` is cast to `to`; null when it cannot be. Nullability does not count: a NULL inside a
 * collection of NOT NULL elements is an error at run time.
 */
export function castKind(from: DataType, to: DataType): CastKind | null {
  if (from.kind === 'NULL') return 'implicit';
  if (isConstructed(from) && from.kind === to.kind) return childrenKind(from, to);
  if (from.kind === to.kind) return 'implicit';
  if (isInterval(from) && isExactNumeric(to)) return hasOneUnit(from) ? 'explicit' : null;
  if (isExactNumeric(from) && isInterval(to)) return hasOneUnit(to) ? 'explicit' : null;
  // The bytes of a bitmap cannot be cut.
  if (from.kind === 'BITMAP' && to.kind === 'VARBINARY' && to.length === LENGTH_MAX) {
    return 'explicit';
  }
  const rule = CASTS[to.kind];
  if (rule.implicit.includes(from.kind)) return 'implicit';
  return rule.explicit.includes(from.kind) ? 'explicit' : null;
}

/** Whether `from` becomes `to` without CAST: in INSERT, UNION, function arguments. */
export function canCastImplicitly(from: DataType, to: DataType): boolean {
  return castKind(from, to) === 'implicit';
}

/** Whether `CAST(from AS to)` exists. */
export function canCast(from: DataType, to: DataType): boolean {
  return castKind(from, to) !== null;
}

/**
 * Whether every internal value of `from` is the same internal value of `to`, so that a cast of
 * rows does nothing: equal types, and types that become no shorter. Columns of the two may still
 * be stored differently (TIMESTAMP and DECIMAL above 64 bits).
 */
export function keepsValues(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind && (isConstructed(from) || isInterval(from))) {
    const targets = childTypes(to);
    const sources = childTypes(from);
    return (
      sources.length === targets.length &&
      sources.every((source, i) => {
        const target = targets[i]!;
        return (target.nullable || !source.nullable) && keepsValues(source, target);
      })
    );
  }
  const widened =
    (to.kind === 'VARCHAR' && (from.kind === 'VARCHAR' || from.kind === 'CHAR')) ||
    (to.kind === 'VARBINARY' && (from.kind === 'VARBINARY' || from.kind === 'BINARY'));
  if (widened && 'length' in from) return from.length <= to.length;
  const wider =
    from.kind === to.kind &&
    (from.kind === 'TIMESTAMP' || from.kind === 'TIMESTAMP_LTZ' || from.kind === 'TIME');
  if (wider && 'precision' in to) return from.precision <= to.precision;
  if (from.kind === 'DECIMAL' && to.kind === 'DECIMAL') {
    return from.scale === to.scale && from.precision <= to.precision;
  }
  return sameType(from, to, false);
}

/** Whether an interval counts a single unit, so that it is a number of that unit. */
function hasOneUnit(type: DataType): boolean {
  return 'unit' in type && !type.unit.includes(' TO ');
}

function childrenKind(from: DataType, to: DataType): CastKind | null {
  const sources = childTypes(from);
  const targets = childTypes(to);
  if (sources.length !== targets.length) return null;
  const kinds = sources.map((source, i) => castKind(source, targets[i]!));
  if (kinds.includes(null)) return null;
  return kinds.includes('explicit') ? 'explicit' : 'implicit';
}

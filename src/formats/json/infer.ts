import type { DataType, Field } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, row, STRING } from '../../types/types.ts';
import { inferTemporal } from '../infer-temporal.ts';
import { ExactNumber } from './exact.ts';

/** Arrays and objects inside one another that become types; what is deeper, stays a text. */
const DEPTH_MAX = 32;

/** The columns that hold all of some objects: fields in the order they appear. */
export function inferJson(rows: readonly unknown[]): Schema {
  return { fields: inferFields(rows.filter(isPlainObject), 0) };
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

function inferFields(
  objects: readonly Readonly<Record<string, unknown>>[],
  depth: number,
): readonly Field[] {
  const values = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    }
  }
  return [...values].map(([name, all]) => ({ name, type: inferType(all, depth), comment: null }));
}

function inferType(all: readonly unknown[], depth: number): DataType {
  const values = all.filter((value) => value !== null);
  if (values.length === 0) return STRING;
  if (values.every((value) => typeof value === 'boolean')) return BOOLEAN;
  if (values.every(isNumber)) return values.every(isWhole) ? BIGINT : DOUBLE;
  if (values.every((value) => typeof value === 'string')) return inferTemporal(values) ?? STRING;
  if (depth >= DEPTH_MAX) return STRING;
  if (values.every((value) => Array.isArray(value))) {
    return array(inferType(values.flat(1), depth + 1));
  }
  if (values.every(isPlainObject)) return row(inferFields(values, depth + 1));
  return STRING;
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

const BIGINT_BOUND = 2n ** 63n;

function isWhole(value: number | ExactNumber): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (!/^-?\d+$/.test(value.source)) return false;
  const whole = BigInt(value.source);
  return whole < BIGINT_BOUND && whole >= -BIGINT_BOUND;
}

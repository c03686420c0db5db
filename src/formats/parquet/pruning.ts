import { comparatorOf, isOrdered } from '../../functions/compare.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { ColumnCondition } from '../format.ts';
import { mayOverlap } from '../overlap.ts';
import { bigEndian } from './big-endian.ts';
import { Conversion, type LeafType } from './leaf-type.ts';
import { Physical, type RowGroup } from './metadata.ts';
import type { SchemaLeaf, SchemaNode } from './schema-tree.ts';

/**
 * Whether rows of a row group may fulfil all conditions, as far as its statistics tell. `table` has
 * the types that the values of the ranges are of.
 */
export function mayMatch(
  group: RowGroup,
  nodes: readonly SchemaNode[],
  table: Schema,
  conditions: readonly ColumnCondition[],
): boolean {
  return conditions.every(({ column, ranges, orNull }) => {
    const node = nodes.find((candidate) => candidate.name === column);
    const type = table.fields.find((field) => field.name === column)?.type;
    if (node?.kind !== 'leaf' || node.repetition > 0 || type === undefined) return true;
    const { statistics } = group.columns[node.column]!;
    if (orNull && statistics.nullCount !== 0) return true;
    if (statistics.nullCount === group.rows && group.rows > 0) return false;
    if (!isOrdered(type)) return true;
    const { min, max } = bounds(group, node, type);
    const compare = comparatorOf(type);
    return ranges.some((range) => mayOverlap(range, min, max, compare));
  });
}

/** The least and the greatest value of a column, as values of a type; null where not known. */
export function bounds(
  group: RowGroup,
  node: SchemaLeaf,
  type: DataType,
): { readonly min: unknown; readonly max: unknown } {
  const { leaf } = node;
  const isSame =
    type.kind === leaf.type.kind &&
    (type.kind !== 'DECIMAL' || leaf.type.kind !== 'DECIMAL' || type.scale === leaf.type.scale);
  if (!isSame) return { min: null, max: null };
  const { statistics } = group.columns[node.column]!;
  return {
    min: statisticsValue(leaf, statistics.min, -0),
    max: statisticsValue(leaf, statistics.max, 0),
  };
}

/** The internal value of statistics; null when it cannot be used. `zero` stands for either zero. */
function statisticsValue(leaf: LeafType, bytes: Uint8Array | null, zero: number): unknown {
  if (bytes === null) return null;
  const { physical, type } = leaf;
  const view = Buffer.from(bytes);
  const size = physical === Physical.FIXED || physical === Physical.BYTE_ARRAY ? null : leaf.size;
  if (size !== null && bytes.length !== size) return null;
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
      return view.readInt32LE();
    case 'BIGINT':
      return physical === Physical.INT64 ? view.readBigInt64LE() : BigInt(view.readUInt32LE());
    case 'FLOAT':
      return physical === Physical.FLOAT ? withZero(view.readFloatLE(), zero) : null;
    case 'DOUBLE':
      return withZero(view.readDoubleLE(), zero);
    case 'VARCHAR':
      return view.toString('utf8');
    case 'DECIMAL':
      if (physical === Physical.INT32) return BigInt(view.readInt32LE());
      if (physical !== Physical.INT64) return bigEndian(bytes);
      return isUnsigned(leaf) ? view.readBigUInt64LE() : view.readBigInt64LE();
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return physical === Physical.INT64 ? view.readBigInt64LE() * nanosOfUnit(leaf) : null;
    default:
      return null;
  }
}

function withZero(value: number, zero: number): number | null {
  return Number.isNaN(value) ? null : value === 0 ? zero : value;
}

function isUnsigned({ reads }: LeafType): boolean {
  return reads.as === 'fixed' && reads.conversion === Conversion.U64_TO_I128;
}

function nanosOfUnit({ reads }: LeafType): bigint {
  if (reads.as !== 'fixed') return 1n;
  if (reads.conversion === Conversion.MILLIS_TO_MICROS) return 1_000_000n;
  return reads.conversion === Conversion.COPY8 ? 1000n : 1n;
}

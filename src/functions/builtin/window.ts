import { runtimeError } from '../../common/errors.ts';
import { canCastImplicitly } from '../../types/casts.ts';
import { withNullable } from '../../types/data-type.ts';
import { BIGINT, DOUBLE } from '../../types/types.ts';
import { defineWindow } from '../define.ts';
import type { CallShape, WindowFunctionDefinition, WindowPartition } from '../definition.ts';
import {
  anyArg,
  arg,
  argOf,
  explicit,
  NO_ARGS,
  notNull,
  optionalFrom,
  sequence,
} from '../type-strategies.ts';
import { neighbours, numberRows, rankRows, rankRowsDensely } from './kernels/window.ts';

/** ROW_NUMBER(). */
export const ROW_NUMBER = defineWindow({
  name: 'ROW_NUMBER',
  doc: 'The number of the row in its partition, from 1.',
  input: NO_ARGS,
  output: notNull(explicit(BIGINT)),
  needsOrder: false,
  specialize: () => (partition) => eachRow(partition, (row) => BigInt(row + 1)),
  kernel: numberRows,
  examples: [],
});

/** RANK(). */
export const RANK = defineWindow({
  name: 'RANK',
  doc: 'One more than the rows before the row and its peers: equal rows have one rank, and gaps follow.',
  input: NO_ARGS,
  output: notNull(explicit(BIGINT)),
  specialize: () => (partition) =>
    eachRow(partition, (row) => BigInt(partition.peersFrom(row) + 1)),
  kernel: rankRows,
  examples: [],
});

/** DENSE_RANK(). */
export const DENSE_RANK = defineWindow({
  name: 'DENSE_RANK',
  doc: 'The rank of the row without gaps: one more than the different rows before it.',
  input: NO_ARGS,
  output: notNull(explicit(BIGINT)),
  specialize: () => (partition) => {
    let rank = 0n;
    return eachRow(partition, (row) => (partition.peersFrom(row) === row ? ++rank : rank));
  },
  kernel: rankRowsDensely,
  examples: [],
});

/** PERCENT_RANK(). */
export const PERCENT_RANK = defineWindow({
  name: 'PERCENT_RANK',
  doc: 'The rank of the row as a share of its partition, from 0 to 1: (rank - 1) / (rows - 1).',
  input: NO_ARGS,
  output: notNull(explicit(DOUBLE)),
  specialize: () => (partition) =>
    eachRow(partition, (row) =>
      partition.rows === 1 ? 0 : partition.peersFrom(row) / (partition.rows - 1),
    ),
  examples: [],
});

/** CUME_DIST(). */
export const CUME_DIST = defineWindow({
  name: 'CUME_DIST',
  doc: 'The share of the rows of the partition that come before the row or are its peers.',
  input: NO_ARGS,
  output: notNull(explicit(DOUBLE)),
  specialize: () => (partition) =>
    eachRow(partition, (row) => partition.peersTo(row) / partition.rows),
  examples: [],
});

/** NTILE(buckets). */
export const NTILE = defineWindow({
  name: 'NTILE',
  tableApi: { method: null, function: 'ntile' },
  doc: 'The bucket of the row, from 1, when the partition is cut into so many buckets of about the same size.',
  input: sequence(arg('buckets', 'INTEGER_NUMERIC')),
  output: notNull(explicit(BIGINT)),
  specialize: () => (partition) => {
    const buckets = Number(partition.arg(0, 0) ?? 0);
    if (buckets < 1) throw runtimeError('INVALID_BUCKETS', { buckets: String(buckets) });
    const size = Math.floor(partition.rows / buckets);
    const longer = partition.rows % buckets;
    // The first buckets have a row more when the rows cannot be cut evenly.
    const inLonger = longer * (size + 1);
    return eachRow(partition, (row) =>
      BigInt(
        row < inLonger
          ? Math.floor(row / (size + 1)) + 1
          : longer + Math.floor((row - inLonger) / size) + 1,
      ),
    );
  },
  examples: [],
});

/** LAG(value[, offset[, default]]). */
export const LAG = neighbour('LAG', 'before', -1);

/** LAG(value[, offset[, default]]) IGNORE NULLS. */
export const LAG_IGNORE_NULLS = knownNeighbour(LAG, -1);

/** LEAD(value[, offset[, default]]). */
export const LEAD = neighbour('LEAD', 'behind', 1);

/** LEAD(value[, offset[, default]]) IGNORE NULLS. */
export const LEAD_IGNORE_NULLS = knownNeighbour(LEAD, 1);

function neighbour(name: 'LAG' | 'LEAD', place: string, direction: 1 | -1) {
  return defineWindow({
    name,
    tableApi: { method: null, function: name.toLowerCase() },
    doc: `The value in the row that is \`offset\` rows (1 unless given) ${place} the row in its partition; where there is none, the default or NULL.`,
    input: optionalFrom(
      1,
      anyArg('value'),
      arg('offset', 'INTEGER_NUMERIC'),
      argOf('default <VALUE TYPE>', ({ types }, index) =>
        canCastImplicitly(types[index]!, types[0]!) ? types[0]! : null,
      ),
    ),
    output: neighbourType,
    specialize:
      ({ types }) =>
      (partition) =>
        eachRow(partition, (row) => {
          const offset = types.length > 1 ? partition.arg(1, row) : 1;
          if (offset === null) return null;
          const other = row + direction * Number(offset);
          if (other >= 0 && other < partition.rows) return partition.arg(0, other);
          return types.length > 2 ? partition.arg(2, row) : null;
        }),
    kernel: neighbours(direction),
    examples: [],
  });
}

/** The form of LAG or LEAD that counts the rows alone in which the value is not NULL. */
function knownNeighbour(plain: WindowFunctionDefinition, direction: 1 | -1) {
  return defineWindow({
    name: `$${plain.name} IGNORE NULLS`,
    doc: `${plain.name}, counting the rows alone in which the value is not NULL.`,
    input: plain.input,
    output: plain.output,
    specialize:
      ({ types }) =>
      (partition) => {
        const known = Array.from({ length: partition.rows }, (_, row) => row).filter(
          (row) => partition.arg(0, row) !== null,
        );
        // How many of them come before the row.
        let before = 0;
        return eachRow(partition, (row) => {
          while (before < known.length && known[before]! < row) before++;
          const offset = types.length > 1 ? partition.arg(1, row) : 1;
          if (offset === null) return null;
          const distance = direction * Number(offset);
          if (distance === 0) return partition.arg(0, row);
          const behind = known[before] === row ? before + 1 : before;
          const other = known[distance < 0 ? before + distance : behind + distance - 1];
          if (other !== undefined) return partition.arg(0, other);
          return types.length > 2 ? partition.arg(2, row) : null;
        });
      },
    examples: [],
  });
}

function neighbourType({ types }: CallShape) {
  const [value, , fallback] = types;
  return withNullable(value!, value!.nullable || fallback === undefined || fallback.nullable);
}

function* eachRow(
  { rows }: WindowPartition,
  value: (row: number) => unknown,
): Generator<unknown, void, undefined> {
  for (let row = 0; row < rows; row++) yield value(row);
}

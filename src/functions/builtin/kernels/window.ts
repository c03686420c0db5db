import { allocInt32 } from '../../../columnar/allocate.ts';
import { type Column, FixedColumn } from '../../../columnar/column.ts';
import { take } from '../../../columnar/take.ts';
import { BIGINT } from '../../../types/types.ts';
import type { WindowKernel, WindowRows } from '../../definition.ts';

/** The number of each row in its partition, from 1. */
export const numberRows: WindowKernel = (rows) => eachNumber(rows, (at, start) => at - start + 1);

/** The number of the first peer of each row. */
export const rankRows: WindowKernel = (rows) => {
  const { peersFrom } = rows.partitions;
  return eachNumber(rows, (at, start) => peersFrom[at]! - start + 1);
};

/** The number of the peers of each row among the different ones. */
export const rankRowsDensely: WindowKernel = (rows) => {
  const { peersFrom } = rows.partitions;
  let rank = 0;
  return eachNumber(rows, (at, start) => {
    if (at === start) rank = 0;
    if (peersFrom[at] === at) rank++;
    return rank;
  });
};

/** The value of the row before (-1) or behind (1) each row; declines defaults and computed offsets. */
export function neighbours(direction: 1 | -1): WindowKernel {
  return ({ partitions: { order, starts }, region }, args, { types, literals }) => {
    const [column] = args;
    const given = types.length > 1 ? literals[1] : 1;
    const isNumber = typeof given === 'number' || typeof given === 'bigint';
    if (column === undefined || column === null || types.length > 2 || !isNumber) return null;
    const offset = direction * Number(given);
    const taken = allocInt32(region, order.length);
    for (let partition = 0; partition + 1 < starts.length; partition++) {
      const start = starts[partition]!;
      const end = starts[partition + 1]!;
      for (let at = start; at < end; at++) {
        const other = at + offset;
        taken[at] = other >= start && other < end ? order[other]! : -1;
      }
    }
    return take(column, taken, region);
  };
}

/** A BIGINT that is no greater than the number of rows, for each position. */
function eachNumber(
  { partitions: { order, starts }, region }: WindowRows,
  numberOf: (at: number, start: number) => number,
): Column {
  const rows = order.length;
  const address = region.alloc(rows * 8);
  // Low and high words: a bigint a row would cost more than all else.
  const words = region.int32(address, rows * 2);
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const start = starts[partition]!;
    const end = starts[partition + 1]!;
    for (let at = start; at < end; at++) {
      words[2 * at] = numberOf(at, start);
      words[2 * at + 1] = 0;
    }
  }
  const values = new BigInt64Array(region.arena.buffer, address, rows);
  return new FixedColumn({ ...BIGINT, nullable: false }, rows, values, 8, null, 0);
}

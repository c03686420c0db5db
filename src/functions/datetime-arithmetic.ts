import { floorDivide, MILLIS_PER_DAY } from '../types/time.ts';
import { addMonths } from './intervals.ts';

/** Milliseconds of the units that have always as many. */
export const TIME_UNIT_MILLIS: Readonly<Record<string, bigint | undefined>> = {
  WEEK: 604_800_000n,
  DAY: 86_400_000n,
  HOUR: 3_600_000n,
  MINUTE: 60_000n,
  SECOND: 1000n,
  MILLISECOND: 1n,
};

/** How many whole months lie between two points in time; negative if `to` is before `from`. */
export function monthsBetween(from: bigint, to: bigint): number {
  if (to < from) return -monthsBetween(to, from);
  const day = BigInt(MILLIS_PER_DAY);
  const fromDay = Number(floorDivide(from, day));
  const toDay = Number(floorDivide(to, day));
  let months = Math.floor((toDay - fromDay) / 31);
  while (addMonths(fromDay, months + 1) <= toDay) months++;
  // The last month is only whole once its time of day is reached.
  const lastDay = addMonths(fromDay, months) === toDay;
  const timeFrom = from - BigInt(fromDay) * day;
  const timeTo = to - BigInt(toDay) * day;
  return lastDay && timeTo < timeFrom ? months - 1 : months;
}

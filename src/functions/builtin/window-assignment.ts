import { floorDivide, NANOS_PER_MILLI } from '../../types/time.ts';
import { instantToLocal, timeZone } from '../../types/time-zone.ts';
import { array, timestamp } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import type { CallSite } from '../definition.ts';
import {
  arg,
  explicit,
  literalArg,
  notNull,
  nullableIfArgs,
  sequence,
} from '../type-strategies.ts';

/** The windows are aligned to local time; their bounds are TIMESTAMP(3) for every kind of time. */
const BOUND = { ...timestamp(3), nullable: false };

const TIME = arg('time', 'TIMEPOINT');
const interval = (name: string) => literalArg(arg(name, 'INTERVAL_DAY_TIME'));

/** The start of the window of TUMBLE that a time is in. */
export const TUMBLE_WINDOW = defineScalar({
  name: '$TUMBLE',
  doc: 'The start of the window of a fixed size that a time, which is not NULL, lies in.',
  input: sequence(TIME, interval('size'), interval('offset')),
  output: notNull(explicit(BOUND)),
  specialize: (site) => {
    const local = localTime(site);
    return (time: bigint, size: bigint, offset: bigint) =>
      startOf(local(time), size * NANOS_PER_MILLI, offset * NANOS_PER_MILLI);
  },
  examples: [],
});

/** The starts of the windows of HOP that a time is in. */
export const HOP_WINDOWS = defineScalar({
  name: '$HOP',
  doc: 'The starts of the windows that begin every slide and contain a time.',
  input: sequence(TIME, interval('slide'), interval('size'), interval('offset')),
  output: nullableIfArgs(explicit(array(BOUND))),
  specialize: (site) => {
    const local = localTime(site);
    return (time: bigint, slideMillis: bigint, sizeMillis: bigint, offset: bigint) => {
      const at = local(time);
      const slide = slideMillis * NANOS_PER_MILLI;
      const first = at - sizeMillis * NANOS_PER_MILLI;
      const starts: bigint[] = [];
      let start = startOf(at, slide, offset * NANOS_PER_MILLI);
      for (; start > first; start -= slide) starts.push(start);
      return starts;
    };
  },
  examples: [],
});

/** The ends of the windows of CUMULATE that a time is in. */
export const CUMULATE_WINDOWS = defineScalar({
  name: '$CUMULATE',
  doc: 'The ends of the windows that grow by a step, up to a size, and contain a time.',
  input: sequence(TIME, interval('step'), interval('size'), interval('offset')),
  output: nullableIfArgs(explicit(array(BOUND))),
  specialize: (site) => {
    const local = localTime(site);
    return (time: bigint, stepMillis: bigint, sizeMillis: bigint, offset: bigint) => {
      const at = local(time);
      const size = sizeMillis * NANOS_PER_MILLI;
      const step = stepMillis * NANOS_PER_MILLI;
      const start = startOf(at, size, offset * NANOS_PER_MILLI);
      const ends: bigint[] = [];
      let end = start + step * ((at - start) / step + 1n);
      for (; end < start + size; end += step) ends.push(end);
      ends.push(start + size);
      return ends;
    };
  },
  examples: [],
});

/** All in nanoseconds. */
function startOf(time: bigint, size: bigint, offset: bigint): bigint {
  return floorDivide(time - offset, size) * size + offset;
}

function localTime({ types, context }: CallSite): (time: bigint) => bigint {
  if (types[0]?.kind !== 'TIMESTAMP_LTZ') return (time) => time;
  const zone = timeZone(context.timeZone);
  return (time) => instantToLocal(time, zone);
}

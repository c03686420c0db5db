import { validationError } from '../../common/errors.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { floorDivide, MILLIS_PER_DAY, NANOS_PER_MILLI, truncateNanos } from '../../types/time.ts';
import { instantToLocal, timeZone } from '../../types/time-zone.ts';
import { DATE, time, timestamp, timestampLtz } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import type { StatementContext } from '../definition.ts';
import { arg, argument, explicit, forceNullable, NO_ARGS, sequence } from '../type-strategies.ts';

/** CURRENT_DATE. */
export const CURRENT_DATE = current(
  'CURRENT_DATE',
  [],
  'currentDate',
  'The date in the session zone.',
  DATE,
  (c) => Number(floorDivide(localMillis(c), BigInt(MILLIS_PER_DAY))),
);

/** LOCALTIME, CURRENT_TIME. */
export const LOCALTIME = current(
  'LOCALTIME',
  ['CURRENT_TIME'],
  'localTime',
  'The time of day in the session zone.',
  time(0),
  (c) => {
    const millis = localMillis(c);
    const ofDay = Number(
      millis - floorDivide(millis, BigInt(MILLIS_PER_DAY)) * BigInt(MILLIS_PER_DAY),
    );
    return ofDay - (ofDay % 1000);
  },
);

/** LOCALTIMESTAMP. */
export const LOCALTIMESTAMP = current(
  'LOCALTIMESTAMP',
  [],
  'localTimestamp',
  'The time in the session zone.',
  timestamp(3),
  (c) => localMillis(c) * NANOS_PER_MILLI,
);

/** CURRENT_TIMESTAMP, NOW(). */
export const CURRENT_TIMESTAMP = current(
  'CURRENT_TIMESTAMP',
  ['NOW'],
  'currentTimestamp',
  'The current instant.',
  timestampLtz(3),
  (c) => truncateNanos(c.now, 3),
);

/** CURRENT_ROW_TIMESTAMP(). */
export const CURRENT_ROW_TIMESTAMP = defineScalar({
  name: 'CURRENT_ROW_TIMESTAMP',
  doc: 'The instant at which the row is computed.',
  input: NO_ARGS,
  output: explicit(withNullable(timestampLtz(3), false)),
  deterministic: false,
  eval: () => BigInt(Date.now()) * NANOS_PER_MILLI,
  examples: [],
});

/** PROCTIME(). */
export const PROCTIME = defineScalar({
  name: 'PROCTIME',
  doc: 'The instant at which the row is computed, as a processing time attribute.',
  input: NO_ARGS,
  output: explicit(withNullable(timestampLtz(3), false)),
  deterministic: false,
  eval: () => BigInt(Date.now()) * NANOS_PER_MILLI,
  examples: [],
});

/** CURRENT_WATERMARK(rowtime). */
export const CURRENT_WATERMARK = defineScalar({
  name: 'CURRENT_WATERMARK',
  tableApi: { method: null, function: 'currentWatermark' },
  doc: 'The watermark that has arrived from all inputs, of the type of a rowtime attribute; NULL before the first one, and always in batch mode.',
  input: sequence(arg('rowtime', 'TIMEPOINT')),
  output: forceNullable(argument(0)),
  deterministic: false,
  strict: false,
  eval: () => null,
  examples: [["CURRENT_WATERMARK(TIMESTAMP '2024-01-01 00:00:00') IS NULL", 'TRUE']],
});

/** SOURCE_WATERMARK(): only WATERMARK clauses name it, and nothing computes it. */
export const SOURCE_WATERMARK = defineScalar({
  name: 'SOURCE_WATERMARK',
  doc: 'In a WATERMARK clause: the watermark that the source itself gives.',
  input: NO_ARGS,
  output: explicit(timestamp(3)),
  deterministic: false,
  eval: () => {
    const reason = 'it stands for the watermark of a source, in WATERMARK clauses alone';
    throw validationError('NOT_SUPPORTED', { feature: 'SOURCE_WATERMARK()', reason });
  },
  examples: [],
});

/** Constant for a statement, but not for its plan: folding would freeze the time. */
function current(
  name: string,
  aliases: readonly string[],
  functionName: string,
  doc: string,
  type: DataType,
  value: (context: StatementContext) => unknown,
) {
  return defineScalar({
    name,
    aliases,
    tableApi: { function: functionName },
    doc,
    input: NO_ARGS,
    output: explicit(withNullable(type, false)),
    deterministic: false,
    specialize: ({ context }) => {
      const now = value(context);
      return () => now;
    },
    examples: [[`${name} = ${name}`, 'TRUE']],
  });
}

function localMillis(context: StatementContext): bigint {
  return floorDivide(instantToLocal(context.now, timeZone(context.timeZone)), NANOS_PER_MILLI);
}

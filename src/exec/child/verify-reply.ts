import type { MetricSnapshot } from '../../udf/metrics.ts';
import type { EncodedError } from '../pool/errors.ts';
import { FrameError } from './frames.ts';
import type { Reply } from './protocol.ts';

type Plain = Readonly<Record<string, unknown>>;

/** The errors that a function may end a query with. */
const ERRORS = ['UdfError', 'TableRuntimeError', 'ResourceError', 'NotImplementedError'] as const;

/**
 * The header of a reply, of which nothing is believed: code that is not to be trusted may have
 * written it. Errors: FrameError.
 */
export function replyOf(header: unknown): Reply {
  const { error, abilities, hasMore, calls, metrics } = object(header);
  return {
    error: error === null ? null : errorOf(object(error)),
    abilities: abilities === null ? null : abilitiesOf(object(abilities)),
    hasMore: hasMore === true,
    calls: count(calls),
    metrics: list(metrics).map((metric) => metricOf(object(metric))),
  };
}

function errorOf({ kind, code, sentence, stack, details, cause, args }: Plain): EncodedError {
  const { hint, functionName } = object(details);
  const known = ERRORS.find((name) => name === kind);
  return {
    kind: known ?? null,
    code: text(code),
    sentence: text(sentence),
    stack: stack === null ? null : text(stack),
    details: {
      hint: typeof hint === 'string' ? hint : null,
      ...(typeof functionName === 'string' ? { functionName } : {}),
    },
    // Packed values are unpacked by what they say they are, or not at all.
    cause: cause as EncodedError['cause'],
    args: args as EncodedError['args'],
  };
}

function abilitiesOf({ retracts }: Plain): Reply['abilities'] {
  return { retracts: retracts === true };
}

function metricOf(metric: Plain): MetricSnapshot {
  const name = text(metric['name']);
  switch (metric['kind']) {
    case 'counter':
      return { name, kind: 'counter', count: number(metric['count']) };
    case 'meter':
      return {
        name,
        kind: 'meter',
        count: number(metric['count']),
        rate: number(metric['rate']),
      };
    case 'gauge':
      return { name, kind: 'gauge', value: metric['value'] };
    case 'histogram': {
      const { count, min, max, sum, buckets } = object(metric['sketch']);
      const sketch = {
        count: number(count),
        min: number(min),
        max: number(max),
        sum: number(sum),
        buckets: list(buckets).map((bucket) => {
          const [key, times] = list(bucket);
          return [number(key), number(times)] as const;
        }),
      };
      return { name, kind: 'histogram', sketch };
    }
    default:
      throw new FrameError('a metric of an unknown kind');
  }
}

function object(value: unknown): Plain {
  if (typeof value === 'object' && value !== null) return value as Plain;
  throw new FrameError('a reply without its parts');
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FrameError('a reply without a list');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new FrameError('a reply without a text');
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new FrameError('a reply without a number');
}

function count(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw new FrameError('a reply without a count');
}

import type { Temporal } from 'temporal-polyfill';
import { loadPackage } from '../common/packages.ts';

/** The classes of dates and times of JavaScript. */
export type TemporalApi = typeof Temporal;

/** Any value of those classes, built in or of the polyfill package. */
export type TemporalValue =
  | Temporal.PlainDate
  | Temporal.PlainTime
  | Temporal.PlainDateTime
  | Temporal.Instant
  | Temporal.ZonedDateTime
  | Temporal.Duration;

let loaded: TemporalApi | null = null;

/**
 * Temporal: the built-in where there is one, else the polyfill package. It is loaded when the first
 * value crosses the border, because loading takes longer than a small query (13 ms).
 */
export function temporal(): TemporalApi {
  loaded ??= builtIn() ?? fromPackage();
  return loaded;
}

function builtIn(): TemporalApi | null {
  // The library types of the oldest supported Node do not know the global yet.
  return (globalThis as { readonly Temporal?: TemporalApi }).Temporal ?? null;
}

function fromPackage(): TemporalApi {
  // `require` can load it synchronously; the module's only values are the Temporal namespace.
  const module = loadPackage<{ readonly Temporal: TemporalApi }>('temporal-polyfill');
  showValues(module.Temporal);
  return module.Temporal;
}

/** Makes `console.log` show the values of the package, which it sees as empty objects. */
function showValues(api: TemporalApi): void {
  const key = Symbol.for('nodejs.util.inspect.custom');
  for (const kind of [
    api.PlainDate,
    api.PlainTime,
    api.PlainDateTime,
    api.Instant,
    api.ZonedDateTime,
    api.Duration,
  ]) {
    if (key in kind.prototype) continue;
    const value = function (this: object): string {
      return `Temporal.${kind.name} ${String(this)}`;
    };
    Object.defineProperty(kind.prototype, key, { value, configurable: true, writable: true });
  }
}

/** The kinds of Temporal values by their tag, which is the same in every implementation. */
interface TemporalKinds {
  readonly PlainDate: Temporal.PlainDate;
  readonly PlainTime: Temporal.PlainTime;
  readonly PlainDateTime: Temporal.PlainDateTime;
  readonly Instant: Temporal.Instant;
  readonly ZonedDateTime: Temporal.ZonedDateTime;
  readonly Duration: Temporal.Duration;
}

/** Whether a value is of a Temporal class, of whatever implementation. */
export function isTemporal<K extends keyof TemporalKinds>(
  value: unknown,
  kind: K,
): value is TemporalKinds[K] {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.toStringTag in value &&
    value[Symbol.toStringTag] === `Temporal.${kind}`
  );
}

import { validationError } from '../common/errors.ts';
import { daysFromCivil, floorDivide, MILLIS_PER_DAY, NANOS_PER_MILLI } from './time.ts';

/** A time zone: how far its clocks are from UTC, at any instant. */
export interface TimeZone {
  /** The name as it was given. */
  readonly name: string;
  /** Milliseconds that local clocks are ahead of UTC at an instant in epoch milliseconds. */
  offsetAt(epochMillis: number): number;
}

/** The offsets of one calendar year: `offsets[i]` holds from `starts[i]` on. */
interface Year {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** Clock changes are further apart than this, so that probing at this distance finds them all. */
const PROBE_MILLIS = 10 * MILLIS_PER_DAY;

/** Beyond this instant, in milliseconds to both sides, offsets are those of the last year known. */
const INSTANT_MAX = 8.64e15 - 2 * 366 * MILLIS_PER_DAY;

/** A zone of the IANA database, read from Intl a year at a time and kept. */
class NamedZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, Year>();
  #last: Year = { starts: [Number.POSITIVE_INFINITY], offsets: [0] };
  #lastEnd = Number.NEGATIVE_INFINITY;

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  offsetAt(epochMillis: number): number {
    const first = this.#last.starts[0] ?? 0;
    if (epochMillis < first || epochMillis >= this.#lastEnd) this.#enter(epochMillis);
    const { starts, offsets } = this.#last;
    let i = starts.length - 1;
    while (i > 0 && epochMillis < (starts[i] ?? 0)) i--;
    return offsets[i] ?? 0;
  }

  /** Makes the year of an instant the current one. */
  #enter(epochMillis: number): void {
    const inRange = Math.max(-INSTANT_MAX, Math.min(INSTANT_MAX, epochMillis));
    const number = new Date(inRange).getUTCFullYear();
    const end = daysFromCivil(number + 1, 1, 1) * MILLIS_PER_DAY;
    let year = this.#years.get(number);
    if (year === undefined) {
      year = this.#read(daysFromCivil(number, 1, 1) * MILLIS_PER_DAY, end);
      this.#years.set(number, year);
    }
    this.#last = year;
    this.#lastEnd = end;
  }

  #read(from: number, to: number): Year {
    const starts = [from];
    const offsets = [this.#ask(from)];
    for (let low = from; low < to; low += PROBE_MILLIS) {
      const high = Math.min(low + PROBE_MILLIS, to - 1000);
      const before = offsets.at(-1) ?? 0;
      const after = this.#ask(high);
      if (after === before) continue;
      starts.push(this.#change(low, high, before));
      offsets.push(after);
    }
    return { starts, offsets };
  }

  /** The second at which the offset is no longer `before`, between two instants. */
  #change(from: number, to: number, before: number): number {
    let low = Math.floor(from / 1000);
    let high = Math.ceil(to / 1000);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * 1000) === before) low = middle;
      else high = middle;
    }
    return high * 1000;
  }

  #ask(epochMillis: number): number {
    const text = this.#format.format(epochMillis);
    return parseOffset(text.slice(text.indexOf('GMT') + 3)) ?? 0;
  }
}

/** A zone whose clocks never change. */
class FixedZone implements TimeZone {
  readonly name: string;
  readonly #offset: number;

  constructor(name: string, offset: number) {
    this.name = name;
    this.#offset = offset;
  }

  offsetAt(_epochMillis: number): number {
    return this.#offset;
  }
}

/** Parses `+8`, `+08:00`, `-0120`, `+08:05:43`; nothing at all is no offset. Null when malformed. */
function parseOffset(text: string): number | null {
  if (text === '') return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/.exec(text);
  if (match === null) return null;
  const [, sign, hour, minute = '0', second = '0'] = match;
  if (Number(hour) > 18 || Number(minute) > 59 || Number(second) > 59) return null;
  const millis = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  return sign === '-' ? -millis : millis;
}

/** A zone that is looked up when the first offset is asked for: most casts never ask. */
class LazyZone implements TimeZone {
  readonly #name: () => string;
  #zone: TimeZone | null = null;

  constructor(name: () => string) {
    this.#name = name;
  }

  get name(): string {
    return this.#name();
  }

  offsetAt(epochMillis: number): number {
    this.#zone ??= timeZone(this.#name());
    return this.#zone.offsetAt(epochMillis);
  }
}

/** The zone of a name that is known to be right, and not read before an offset is needed. */
export function lazyTimeZone(name: () => string): TimeZone {
  return new LazyZone(name);
}

const ZONES = new Map<string, TimeZone>();
/** Zones kept at most: names come from data (CONVERT_TZ), so that there may be many wrong ones. */
const ZONES_MAX = 1000;

/** The zone of a name, an IANA name or an offset such as `GMT+8` or `+08:00`; null if unknown. */
export function findTimeZone(name: string): TimeZone | null {
  const known = ZONES.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(name);
  if (zone !== null && ZONES.size < ZONES_MAX) ZONES.set(name, zone);
  return zone;
}

function makeZone(name: string): TimeZone | null {
  const fixed = parseOffset(name.replace(/^(?:GMT|UTC|UT)(?=$|[+-])|^Z$/, ''));
  if (fixed !== null && name !== '') return new FixedZone(name, fixed);
  try {
    return new NamedZone(name);
  } catch {
    return null;
  }
}

/**
 * The zone of a name that a user wrote.
 *
 * Errors: ValidationError INVALID_TIME_ZONE.
 */
export function timeZone(name: string): TimeZone {
  const zone = findTimeZone(name);
  if (zone === null) throw validationError('INVALID_TIME_ZONE', { name });
  return zone;
}

/** What the local clocks show at an instant; both in epoch nanoseconds, the clocks taken as UTC. */
export function instantToLocal(nanos: bigint, zone: TimeZone): bigint {
  const offset = zone.offsetAt(Number(floorDivide(nanos, NANOS_PER_MILLI)));
  return nanos + BigInt(offset) * NANOS_PER_MILLI;
}

/**
 * The instant at which the local clocks show a time; both in epoch nanoseconds. A time that the
 * clocks skip moves forward by the gap; of a time that they show twice it is the first.
 */
export function localToInstant(nanos: bigint, zone: TimeZone): bigint {
  const local = Number(floorDivide(nanos, NANOS_PER_MILLI));
  const before = zone.offsetAt(local - MILLIS_PER_DAY);
  const first = local - before;
  const there = zone.offsetAt(first);
  let offset = before;
  if (there !== before && zone.offsetAt(local - there) === there) offset = there;
  return nanos - BigInt(offset) * NANOS_PER_MILLI;
}

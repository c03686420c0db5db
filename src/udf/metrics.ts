import { types } from 'node:util';
import { type SketchData, ValueSketch } from '../common/value-sketch.ts';

/** Counts up and down. */
export interface Counter {
  /** Counts up, by one unless said. */
  inc(by?: number): void;
  /** Counts down, by one unless said. */
  dec(by?: number): void;
  /** What is counted so far. */
  getCount(): number;
}

/** Counts events, and how many of them there are in a second. */
export interface Meter {
  /** Counts events, one unless said. */
  markEvent(events?: number): void;
  /** The events so far. */
  getCount(): number;
  /** Events a second since the meter was made. */
  getRate(): number;
}

/** Keeps how values are distributed. */
export interface Histogram {
  /** Takes a value in. */
  update(value: number): void;
  /** The number of values so far. */
  getCount(): number;
}

/** Where a function registers its metrics; the same name gives the same metric. */
export interface MetricGroup {
  /** A group inside this one: `name`, or `name.value`. */
  addGroup(name: string, value?: string): MetricGroup;
  /** A counter of this name. */
  counter(name: string): Counter;
  /** A meter of this name. */
  meter(name: string): Meter;
  /** A histogram of this name. */
  histogram(name: string): Histogram;
  /** A value that is asked for when the task ends. */
  gauge(name: string, value: () => unknown): void;
}

/** What a metric says: counters a number, gauges their value. */
export type MetricReading =
  /** Of a function itself, under its own name: what every call counts. */
  | {
      readonly kind: 'function';
      /** How often it was called: for known or NULL arguments it may not be. */
      readonly calls: number;
      /** Rows that it gave a result, or took into an aggregate. */
      readonly rows: number;
      /**
       * Milliseconds; of async functions the time until each call has its result, summed; of
       * functions in processes of their own the time until a batch has its results.
       */
      readonly timeMs: number;
    }
  | { readonly kind: 'counter'; readonly count: number }
  | { readonly kind: 'meter'; readonly count: number; readonly rate: number }
  | { readonly kind: 'gauge'; readonly value: unknown }
  | {
      readonly kind: 'histogram';
      readonly count: number;
      readonly min: number;
      readonly max: number;
      readonly mean: number;
      /** Percentiles by nearest rank, off by at most 1 %. */
      readonly p50: number;
      readonly p95: number;
      readonly p99: number;
    };

/** A metric of one task as plain data. */
export type MetricSnapshot = { readonly name: string } & (
  | Exclude<MetricReading, { readonly kind: 'histogram' }>
  | { readonly kind: 'histogram'; readonly sketch: SketchData }
);

/** Counts the calls of a function in one task. */
export class CallMeter {
  calls = 0;
  rows = 0;
  timeMs = 0;

  /** Counts what was done since `start`, a time of `performance.now`. */
  add(calls: number, rows: number, start: number): void {
    this.calls += calls;
    this.rows += rows;
    this.timeMs += performance.now() - start;
  }
}

/** What a registered metric says at the end of its task. */
type Snapshot = () => MetricSnapshot;

/** The metrics that the functions of one task register. */
export class TaskMetrics {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #metrics = new Map<string, unknown>();
  readonly #added: MetricSnapshot[] = [];

  /** The group of a function. */
  group(path: string): MetricGroup {
    const at = (name: string) => `${path}.${name}`;
    return {
      addGroup: (name, value) => this.group(at(value === undefined ? name : `${name}.${value}`)),
      counter: (name) => this.#registered(at(name), 'counter', newCounter),
      meter: (name) => this.#registered(at(name), 'meter', newMeter),
      histogram: (name) => this.#registered(at(name), 'histogram', newHistogram),
      gauge: (name, value) => {
        this.#snapshots.set(`gauge ${at(name)}`, () => ({
          name: at(name),
          kind: 'gauge',
          value: readGauge(value),
        }));
      },
    };
  }

  /** What counts the calls of a function. */
  callsOf(name: string): CallMeter {
    return this.#registered(name, 'function', newCallMeter);
  }

  /** Adds what was measured in another process. */
  add(snapshots: readonly MetricSnapshot[]): void {
    this.#added.push(...snapshots);
  }

  snapshot(): readonly MetricSnapshot[] {
    return [...[...this.#snapshots.values()].map((read) => read()), ...this.#added];
  }

  #registered<M>(
    name: string,
    kind: MetricSnapshot['kind'],
    make: (name: string) => { readonly metric: M; readonly snapshot: Snapshot },
  ): M {
    const key = `${kind} ${name}`;
    if (!this.#metrics.has(key)) {
      const { metric, snapshot } = make(name);
      this.#metrics.set(key, metric);
      this.#snapshots.set(key, snapshot);
    }
    // Metrics of a key are all of its kind.
    return this.#metrics.get(key) as M;
  }
}

/** The metrics of all tasks of a statement, or of all statements of an environment. */
export class MetricTotals {
  readonly #totals = new Map<string, MetricSnapshot>();

  /** Counts and values of tasks add up; of gauges the last one stands. */
  add(snapshots: Iterable<MetricSnapshot>): void {
    for (const snapshot of snapshots) {
      const before = this.#totals.get(snapshot.name);
      this.#totals.set(snapshot.name, before === undefined ? snapshot : joined(before, snapshot));
    }
  }

  snapshots(): Iterable<MetricSnapshot> {
    return this.#totals.values();
  }

  readings(): Readonly<Record<string, MetricReading>> {
    return Object.fromEntries([...this.#totals].map(([name, total]) => [name, readingOf(total)]));
  }
}

function newCallMeter(name: string) {
  const metric = new CallMeter();
  const snapshot = (): MetricSnapshot => {
    const { calls, rows, timeMs } = metric;
    return { name, kind: 'function', calls, rows, timeMs };
  };
  return { metric, snapshot };
}

function newCounter(name: string) {
  let count = 0;
  const metric: Counter = {
    inc: (by = 1) => {
      count += by;
    },
    dec: (by = 1) => {
      count -= by;
    },
    getCount: () => count,
  };
  return { metric, snapshot: (): MetricSnapshot => ({ name, kind: 'counter', count }) };
}

function newMeter(name: string) {
  const started = performance.now();
  let count = 0;
  const getRate = () => (count * 1000) / Math.max(1, performance.now() - started);
  const metric: Meter = {
    markEvent: (events = 1) => {
      count += events;
    },
    getCount: () => count,
    getRate,
  };
  const snapshot = (): MetricSnapshot => ({ name, kind: 'meter', count, rate: getRate() });
  return { metric, snapshot };
}

function newHistogram(name: string) {
  const values = new ValueSketch();
  const metric: Histogram = {
    update: (value) => values.add(Number(value)),
    getCount: () => values.count,
  };
  const snapshot = (): MetricSnapshot => ({ name, kind: 'histogram', sketch: values.data() });
  return { metric, snapshot };
}

/** A gauge that fails or says what cannot travel has no value: metrics never end a query. */
function readGauge(value: () => unknown): unknown {
  try {
    const read = value();
    // The rejection of a promise that nobody looks at would end the process.
    if (types.isPromise(read)) read.catch(() => {});
    return structuredClone(read);
  } catch {
    return null;
  }
}

function joined(a: MetricSnapshot, b: MetricSnapshot): MetricSnapshot {
  if (a.kind === 'function' && b.kind === 'function') {
    const timeMs = a.timeMs + b.timeMs;
    return { ...b, calls: a.calls + b.calls, rows: a.rows + b.rows, timeMs };
  }
  if (a.kind === 'counter' && b.kind === 'counter') return { ...b, count: a.count + b.count };
  if (a.kind === 'meter' && b.kind === 'meter') {
    return { ...b, count: a.count + b.count, rate: a.rate + b.rate };
  }
  if (a.kind === 'histogram' && b.kind === 'histogram') {
    return { ...b, sketch: sketchOf(a.sketch, b.sketch).data() };
  }
  return b;
}

function readingOf(metric: MetricSnapshot): MetricReading {
  if (metric.kind !== 'histogram') {
    const { name: _, ...reading } = metric;
    return reading;
  }
  const { count, min, max, sum } = metric.sketch;
  const values = sketchOf(metric.sketch);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => values.quantile(q)) as [
    number,
    number,
    number,
  ];
  return { kind: 'histogram', count, min, max, mean: sum / count, p50, p95, p99 };
}

function sketchOf(...parts: readonly SketchData[]): ValueSketch {
  const sketch = new ValueSketch();
  for (const part of parts) sketch.merge(part);
  return sketch;
}

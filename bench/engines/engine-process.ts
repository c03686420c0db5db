// The process of one engine: it loads a suite's tables and runs its queries as it is told.
import { SUITES } from '../suites/index.ts';
import type { Suite } from '../suites/suite.ts';
import type { Engine, Rows } from './engine.ts';
import { ENGINES } from './index.ts';
import type { Answer, Order, Run } from './protocol.ts';

let engine: Engine | undefined;
let dialect = '';
let suite: Suite | undefined;
/** Runs of each query so far: texts and parameters differ from run to run. */
const runs = new Map<number, number>();

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'load':
      return { kind: 'loaded', version: await load(order) };
    case 'rows': {
      const started = performance.now();
      const rows = await once(order.nth);
      return { kind: 'rows', rows: plain(rows), ...ended(started, 1) };
    }
    case 'warm': {
      const began = performance.now();
      while (performance.now() - began < order.milliseconds) await once(order.nth);
      return { kind: 'warm' };
    }
    case 'time': {
      const repeat = suite!.cases[order.nth]!.repeat ?? 1;
      const started = performance.now();
      for (let i = 0; i < repeat; i++) await once(order.nth);
      return { kind: 'time', ...ended(started, repeat) };
    }
    case 'end':
      await engine?.close();
      return { kind: 'ended' };
  }
}

async function load(order: Order & { readonly kind: 'load' }): Promise<string> {
  suite = await SUITES[order.suite]!(order.options);
  const entry = ENGINES[order.engine]!;
  dialect = entry.dialect;
  engine = await entry.open(suite.memoryLimit);
  for (const table of suite.tables.filter(({ name }) => order.tables.includes(name))) {
    if (suite.from !== 'files') await engine.load(table);
    else if (engine.attach !== undefined) await engine.attach(table);
    else throw new Error('does not read Parquet');
  }
  if (dialect === 'millrace') {
    for (const statement of suite.setup ?? []) await engine.query!(statement);
  }
  return engine.version;
}

function ended(started: number, queries: number): Run {
  return {
    milliseconds: (performance.now() - started) / queries,
    peakMib: process.resourceUsage().maxRSS / 1024,
  };
}

async function once(nth: number): Promise<Rows> {
  const one = suite!.cases[nth]!;
  const program = one.programs?.[dialect];
  if (program !== undefined) return engine!.run!(program);
  const run = runs.get(nth) ?? 0;
  runs.set(nth, run + 1);
  const own = one.dialects?.[dialect] ?? one.sql;
  if (typeof own === 'object') throw new Error(own.unable);
  return engine!.query!(typeof own === 'string' ? own : own(run), one.parameters?.(run));
}

/** Values that survive the way between processes: dates and the like as texts. */
function plain(rows: Rows): Rows {
  return rows.map((row) => row.map(plainValue));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'bigint' || (typeof value === 'object' && value !== null)
    ? String(value)
    : value;
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send!(answer),
    (error: unknown) => process.send!({ kind: 'failed', reason: String(error) } satisfies Answer),
  );
});

// Who measures has gone: threads of an engine would keep this process.
process.on('disconnect', () => process.exit());

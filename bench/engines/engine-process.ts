// The process of one engine: it loads a suite's tables and runs its queries as it is told.
import { SUITES } from '../suites/index.ts';
import type { Case, QueryText, Suite } from '../suites/suite.ts';
import type { Engine, Rows } from './engine.ts';
import { ENGINES } from './index.ts';
import type { Answer, Order } from './protocol.ts';

let engine: Engine | undefined;
let suite: Suite | undefined;
/** Runs of each query so far: texts and parameters differ from run to run. */
const runs = new Map<number, number>();

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'load':
      suite = await SUITES[order.suite]!(order.options);
      engine = await ENGINES[order.engine]!();
      for (const { name, file } of suite.tables) await engine.load(name, file);
      if (engine.dialect === 'millrace') {
        for (const statement of suite.setup ?? []) await engine.query(statement);
      }
      return { kind: 'loaded' };
    case 'rows':
      return {
        kind: 'rows',
        rows: textOf(suite!.cases[order.nth]!) === null ? null : plain(await once(order.nth)),
      };
    case 'time': {
      const repeat = suite!.cases[order.nth]!.repeat ?? 1;
      const started = performance.now();
      for (let i = 0; i < repeat; i++) await once(order.nth);
      return { kind: 'time', milliseconds: performance.now() - started };
    }
    case 'end':
      await engine?.close();
      return { kind: 'ended', peakKib: process.resourceUsage().maxRSS };
  }
}

async function once(nth: number): Promise<Rows> {
  const one = suite!.cases[nth]!;
  const run = runs.get(nth) ?? 0;
  runs.set(nth, run + 1);
  const text = textOf(one)!;
  return engine!.query(typeof text === 'string' ? text : text(run), one.parameters?.(run));
}

/** Values that survive the way between processes: dates and the like as texts. */
function plain(rows: Rows): Rows {
  return rows.map((row) =>
    row.map((value) => (typeof value === 'object' && value !== null ? String(value) : value)),
  );
}

/** What the engine is to run; null: it cannot say the query. */
function textOf(one: Case): QueryText | null {
  const own = one.dialects?.[engine!.dialect];
  return own === undefined ? one.sql : own;
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send!(answer),
    (error: unknown) => process.send!({ kind: 'failed', reason: String(error) } satisfies Answer),
  );
});

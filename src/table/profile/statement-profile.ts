import type { Execution } from '../../exec/execution.ts';
import type { ExplainFormat } from '../../parser/ast/statements.ts';
import { printText, type TextStream } from '../tableau.ts';
import { planHtml } from './plan-html.ts';
import { planMermaid } from './plan-mermaid.ts';
import { type ExplainedOperator, operatorTree } from './plan-tree.ts';
import { profileText, summary } from './profile-text.ts';
import type { RecordedRun } from './recorder.ts';
import { microseconds } from './units.ts';

/** What was measured of a user's function. */
export interface FunctionProfile {
  readonly name: string;
  /** How often it was called. */
  readonly calls: number;
  /** Rows that have a result of it: known results need no call. */
  readonly rows: number;
  /** Milliseconds, summed over the tasks. */
  readonly timeMs: number;
}

/** What a profile says, as plain data. */
export interface StatementSummary {
  /** One for each query or write of the statement. */
  readonly plans: readonly ExplainedOperator[];
  /** The user's functions that were called. */
  readonly functions: readonly FunctionProfile[];
  /** Rows that came out, or were written. */
  readonly rows: number;
  /** Tasks that ran, in workers and on the calling thread. */
  readonly tasks: number;
  /** Milliseconds before and between the runs: binding, optimizing, the catalog. */
  readonly planningMs: number;
  readonly executionMs: number;
}

/** How a statement ran: what EXPLAIN ANALYZE shows. */
export class StatementProfile implements StatementSummary {
  readonly plans: readonly ExplainedOperator[];
  readonly functions: readonly FunctionProfile[];
  readonly rows: number;
  readonly tasks: number;
  readonly planningMs: number;
  readonly executionMs: number;

  /** Made by `explainAnalyze`. @internal */
  constructor(runs: readonly RecordedRun[], rows: number, totalMs: number) {
    const profiles = runs.map(({ execution }) => execution.profile);
    this.plans = runs.map(({ plan, execution }) => operatorTree(plan, execution.profile));
    this.functions = functionsOf(runs.map(({ execution }) => execution));
    this.rows = rows;
    this.tasks = profiles.reduce((sum, { tasks }) => sum + tasks, 0);
    this.executionMs = microseconds(profiles.reduce((sum, { ms }) => sum + ms, 0));
    this.planningMs = microseconds(Math.max(0, totalMs - this.executionMs));
  }

  /** A table of the operators and what each does, in lines of at most 100 columns. */
  toText(): string {
    return profileText(this);
  }

  /** All that is known, as plain data: what `JSON.stringify` writes. */
  toJSON(): StatementSummary {
    const { rows, tasks, planningMs, executionMs, functions, plans } = this;
    return { rows, tasks, planningMs, executionMs, functions, plans };
  }

  /** The plans as a Mermaid flowchart. */
  toMermaid(): string {
    return planMermaid(this.plans);
  }

  /** A page of its own: the plans with bars and a flame graph. It loads and runs nothing. */
  toHtml(): string {
    return planHtml(this.plans, summary(this), this.functions);
  }

  /** The profile in one of the formats of EXPLAIN. */
  format(format: ExplainFormat): string {
    switch (format) {
      case 'TEXT':
        return this.toText();
      case 'JSON':
        return JSON.stringify(this, null, 2);
      case 'MERMAID':
        return this.toMermaid();
      case 'HTML':
        return this.toHtml();
    }
  }

  /** Prints the text. */
  print(stream: TextStream = process.stdout): void {
    printText(stream, this.toText());
  }
}

function functionsOf(executions: readonly Execution[]): readonly FunctionProfile[] {
  const functions = new Map<string, FunctionProfile>();
  for (const { metrics } of executions) {
    for (const metric of metrics.snapshots()) {
      if (metric.kind !== 'function') continue;
      const { name, calls, rows, timeMs } = metric;
      const before = functions.get(name) ?? { calls: 0, rows: 0, timeMs: 0 };
      functions.set(name, {
        name: name.replace(/^udf\./, ''),
        calls: before.calls + calls,
        rows: before.rows + rows,
        timeMs: microseconds(before.timeMs + timeMs),
      });
    }
  }
  return [...functions.values()];
}

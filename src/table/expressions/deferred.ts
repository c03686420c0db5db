import type { Call, Expr } from '../../parser/ast/expressions.ts';
import { callOf, identifier } from './syntax.ts';

/** What stands for something that a table operation must know the columns or windows for. */
export const DEFERRED = {
  /** `withColumns(…)`, `withoutColumns(…)`: the columns that are, or are not, chosen. */
  with: '$WITH_COLUMNS',
  without: '$WITHOUT_COLUMNS',
  /** `range(a, b)`. */
  range: '$RANGE',
  /** `row.flatten()`. */
  flatten: '$FLATTEN',
  /** `rowInterval(n)`. */
  rows: '$ROWS',
  /** `window.start()` and the like. */
  start: '$WINDOW_START',
  end: '$WINDOW_END',
  rowtime: '$WINDOW_ROWTIME',
  proctime: '$WINDOW_PROCTIME',
} as const;

/** Whether a name is `*`, which stands for all columns. */
export function isStar(node: Expr): boolean {
  return node.kind === 'Identifier' && node.parts.length === 1 && node.parts[0] === '*';
}

/** `*`. */
export const STAR: Expr = identifier('*');

/** The kinds of deferred expressions. */
export type Deferred = keyof typeof DEFERRED;

const KINDS: ReadonlyMap<string, Deferred> = new Map(
  Object.entries(DEFERRED).map(([kind, name]) => [name, kind as Deferred]),
);

/** A deferred expression over some arguments. */
export function deferred(kind: Deferred, args: readonly Expr[]): Call {
  return callOf([DEFERRED[kind]], args);
}

/** Which kind of deferred expression a node is; null for all others. */
export function deferredKind(node: Expr): Deferred | null {
  if (isStar(node)) return 'with';
  return node.kind === 'Call' ? (KINDS.get(node.name.parts[0] ?? '') ?? null) : null;
}

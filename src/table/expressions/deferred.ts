import type { Call, CallArg, Expr, NamedArg } from '../../parser/ast/expressions.ts';
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
  /** `value.asArgument('name')`, `descriptor('a')`: what only calls take. */
  argument: '$ARGUMENT',
  descriptor: '$DESCRIPTOR',
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

/** The arguments of a call, with their names and the columns of descriptors put in. */
export function callArguments(nodes: readonly Expr[]): readonly CallArg[] {
  return nodes.map(callArgument);
}

function callArgument(node: Expr): CallArg {
  const kind = deferredKind(node);
  if (kind !== 'argument' && kind !== 'descriptor') return node;
  const args = (node as Call).args as readonly Expr[];
  const texts = args.flatMap((arg) => (arg.kind === 'StringLiteral' ? [arg.value] : []));
  if (kind === 'descriptor') {
    const columns = texts.map((name) => ({ name, type: null }));
    return { kind: 'Descriptor', columns, span: null };
  }
  // A name of its own, and then what it names.
  const value = callArgument(args[1]!) as NamedArg['value'];
  return { kind: 'NamedArg', name: texts[0]!, value, span: null };
}

import { printExpr, printSortKey } from '../expr/print.ts';
import { inputRef } from '../expr/tree.ts';
import { NULL } from '../types/types.ts';
import type { ProcessTable } from './logical/nodes.ts';

/** What is called, and with what: `f(input => TABLE(a, b), limit => 3)`. */
export function processCall(node: Pick<ProcessTable, 'definition' | 'tables' | 'args'>): string {
  const { definition, tables } = node;
  let scalars = 0;
  const args = definition.process.arguments.map(({ kind, name }) => {
    if (kind === 'scalar') return `${name} => ${printExpr(node.args[scalars++]!, [])}`;
    const table = tables.find(({ argument }) => argument === name);
    return `${name} => TABLE(${table?.names.join(', ') ?? ''})`;
  });
  return `${definition.name}(${args.join(', ')})`;
}

/** A call of a process table function in the text of EXPLAIN; `input` are the columns of its input. */
export function processText(
  node: Omit<ProcessTable, 'kind' | 'schema' | 'input'>,
  input: readonly string[],
  output: readonly string[],
): Readonly<Record<string, string>> {
  const { partition, order, time } = node;
  const keys = order.map(({ column, ...key }) =>
    printSortKey({ expr: inputRef(column, NULL), ...key }, input),
  );
  return {
    invocation: `[${processCall(node)}]`,
    ...(partition.length > 0 && { partitionBy: list(partition.map((column) => input[column]!)) }),
    ...(keys.length > 0 && { orderBy: list(keys) }),
    ...(time !== null && { onTime: list([input[time]!]) }),
    select: list(output),
  };
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

import { printExpr, printSortKey } from '../expr/print.ts';
import { inputRef } from '../expr/tree.ts';
import { NULL } from '../types/types.ts';
import type { ProcessTable } from './logical/nodes.ts';

/** A call of a process table function in the text of EXPLAIN; `input` are the columns of its input. */
export function processText(
  node: Omit<ProcessTable, 'kind' | 'schema' | 'input'>,
  input: readonly string[],
  output: readonly string[],
): Readonly<Record<string, string>> {
  const { definition, tables, partition, order, time } = node;
  let scalars = 0;
  const args = definition.process.arguments.map(({ kind, name }) => {
    if (kind === 'scalar') return `${name} => ${printExpr(node.args[scalars++]!, [])}`;
    const table = tables.find(({ argument }) => argument === name);
    return `${name} => TABLE(${table?.names.join(', ') ?? ''})`;
  });
  const keys = order.map(({ column, ...key }) =>
    printSortKey({ expr: inputRef(column, NULL), ...key }, input),
  );
  return {
    invocation: `[${definition.name}(${args.join(', ')})]`,
    ...(partition.length > 0 && { partitionBy: list(partition.map((column) => input[column]!)) }),
    ...(keys.length > 0 && { orderBy: list(keys) }),
    ...(time !== null && { onTime: list([input[time]!]) }),
    select: list(output),
  };
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

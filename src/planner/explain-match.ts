import type { MatchReference, MatchSpec, MatchStep } from '../expr/match.ts';
import { printAggregateCall, printExpr, printSortKey } from '../expr/print.ts';
import { inputRef } from '../expr/tree.ts';
import { NULL } from '../types/types.ts';

/** The parts of a match in the text of EXPLAIN; `input` are the columns of its input. */
export function matchText(
  spec: MatchSpec,
  input: readonly string[],
): Readonly<Record<string, string>> {
  const { steps, skip } = spec;
  const reads = (reference: MatchReference) => referenceText(reference, steps, input);
  const order = spec.order.map(({ column, ...key }) =>
    printSortKey({ expr: inputRef(column, NULL), ...key }, input),
  );
  const define = spec.define.flatMap((definition, i) =>
    definition.condition === null
      ? []
      : [`${steps[i]!.name} AS ${printExpr(definition.condition, definition.reads.map(reads))}`],
  );
  const to = { past: 'PAST LAST ROW', next: 'TO NEXT ROW', first: 'TO FIRST', last: 'TO LAST' };
  const variable = skip.variable === null ? '' : ` ${steps[skip.variable]!.name}`;
  const partition = spec.partition.map((column) => input[column]!);
  return {
    ...(partition.length === 0 ? {} : { partitionBy: list(partition) }),
    orderBy: list(order),
    measures: list(spec.measures.map((measure, i) => `${reads(measure)} AS $r${i}`)),
    after: `[SKIP ${to[skip.to]}${variable}]`,
    pattern: `[${steps.map(stepText).join(' ')}]`,
    ...(spec.within === null ? {} : { within: `[${spec.within} ms]` }),
    define: list(define),
  };
}

function stepText({ name, min, max, reluctant }: MatchStep): string {
  return `${name}${quantifier(min, max)}${reluctant ? '?' : ''}`;
}

function quantifier(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === max) return min === 1 ? '' : `{${min}}`;
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`;
}

function referenceText(
  reference: MatchReference,
  steps: readonly MatchStep[],
  input: readonly string[],
): string {
  const { variable } = reference;
  const prefix = variable === null ? '' : `${steps[variable]!.name}.`;
  const names = input.map((name) => `${prefix}${name}`);
  if (reference.kind === 'aggregate') return printAggregateCall(reference.call, names);
  const { column, end, offset, shift } = reference;
  const logical = `${end}(${names[column]}, ${offset})`;
  if (shift === 0) return logical;
  return `PREV(${logical}, ${-shift})`;
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

import type { ExplainedOperator } from './plan-tree.ts';
import { counted, printBytes, printMs } from './units.ts';

/** Letters of a description that a box shows. */
const LETTERS_MAX = 120;

/** Plans as a Mermaid flowchart: rows go upwards, from the sources to the result. */
export function planMermaid(plans: readonly ExplainedOperator[]): string {
  const lines = ['flowchart BT'];
  for (const plan of plans) add(plan, lines);
  return `${lines.join('\n')}\n`;
}

function add(operator: ExplainedOperator, lines: string[]): void {
  const { id, inputs, note } = operator;
  if (note !== 'read again') lines.push(`  n${id}["${label(operator)}"]`);
  for (const input of inputs) {
    add(input, lines);
    const rows =
      input.measured === null
        ? `~${counted(input.estimatedRows, 'row')}`
        : counted(input.measured.rowsOut, 'row');
    lines.push(`  n${input.id} -- "${rows}" --> n${id}`);
  }
}

function label({ id, operator, description, measured, note }: ExplainedOperator): string {
  const what = description.slice(operator.length).replace(/^\((.*)\)$/s, '$1');
  const cut = what.length > LETTERS_MAX ? `${what.slice(0, LETTERS_MAX)}…` : what;
  const parts = [
    `#${id} ${operator}`,
    cut,
    ...(measured === null
      ? [note ?? '']
      : [`${printMs(measured.timeMs)}, ${printBytes(measured.memoryBytes)}`]),
  ];
  return parts
    .filter((part) => part !== '')
    .map(escapeMermaid)
    .join('<br/>');
}

/** Whatever Mermaid or HTML would read as more than text becomes an entity in Mermaid's form. */
function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:;=+()[\]/_~-]/gu, (c) => `#${c.codePointAt(0)};`);
}

import type { EvaluatedExpression } from '../../exec/profile/operator-profile.ts';
import { type ExplainedOperator, leftOut, operatorsOf } from './plan-tree.ts';
import type { StatementSummary } from './statement-profile.ts';
import { counted, onOneLine, printBytes, printMs, printShare } from './units.ts';

/** Columns that a line may have. */
const WIDTH = 100;
/** Names of operators, with their place in the tree, are cut at this. */
const NAME_MAX = 34;

/** A profile as text of 100 columns: a table of the operators, then what they do. */
export function profileText(profile: StatementSummary): string {
  const operators = profile.plans.flatMap(operatorsOf);
  return [
    '== Analyzed Plan ==',
    ...profile.plans.flatMap((plan, i) => [
      ...(i === 0 ? [] : ['']),
      ...table(OPERATOR_HEADER, drawn(plan).map(operatorCells)),
    ]),
    '',
    '== Operators ==',
    ...operators.filter(({ note }) => note !== READ_AGAIN).flatMap(details),
    ...functionLines(profile),
    '',
    '== Totals ==',
    summary(profile),
    '',
  ].join('\n');
}

/** What of a statement is not of one operator, on one line. */
export function summary({ rows, tasks, planningMs, executionMs }: StatementSummary): string {
  return [
    counted(rows, 'row'),
    counted(tasks, 'task'),
    `planning ${printMs(planningMs)}`,
    `execution ${printMs(executionMs)}`,
    `total ${printMs(planningMs + executionMs)}`,
  ].join(', ');
}

const READ_AGAIN = 'read again';

const OPERATOR_HEADER = [
  '#',
  'Operator',
  'Rows in',
  'Rows out',
  'Batches',
  'Time',
  'Wall',
  'Memory',
  'Spilled',
];

/** An operator and the lines of the tree in front of its name. */
interface Drawn {
  readonly operator: ExplainedOperator;
  readonly prefix: string;
}

/** Only operators of several inputs indent them: chains would run out of the page. */
function drawn(operator: ExplainedOperator, prefix = '', below = ''): readonly Drawn[] {
  const { inputs } = operator;
  const [only] = inputs;
  const rest =
    inputs.length === 1 && only !== undefined
      ? drawn(only, below, below)
      : inputs.flatMap((input, i) => {
          const last = i === inputs.length - 1;
          return drawn(input, `${below}${last ? '└ ' : '├ '}`, `${below}${last ? '  ' : '│ '}`);
        });
  return [{ operator, prefix }, ...rest];
}

function operatorCells({ operator, prefix }: Drawn): readonly string[] {
  const { id, operator: kind, measured } = operator;
  const name = `${prefix}${kind}`;
  const cut = name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
  if (measured === null) return [String(id), cut, ...OPERATOR_HEADER.slice(2).map(() => '-')];
  const { rowsIn, rowsOut, batchesOut, timeMs, wallShare, memoryBytes, spilledBytes } = measured;
  return [
    String(id),
    cut,
    String(rowsIn),
    String(rowsOut),
    String(batchesOut),
    printMs(timeMs),
    printShare(wallShare),
    printBytes(memoryBytes),
    printBytes(spilledBytes),
  ];
}

/** Numbers to the right; the columns in front of `names` too, which are to the left. */
function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  names = 1,
): readonly string[] {
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]!.length)),
  );
  return [header, ...rows].map((row) =>
    row
      .map((cell, i) => (i === names ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

function details(operator: ExplainedOperator): readonly string[] {
  const { id, description, estimatedRows, measured, note } = operator;
  const estimate = `estimated ${counted(estimatedRows, 'row')}`;
  const tasks = measured === null ? note : counted(measured.tasks, 'task');
  const wait = measured?.waitMs ? `, waited ${printMs(measured.waitMs)}` : '';
  return [
    ...wrapped(`#${id} ${description}`, '   '),
    `   ${estimate}${tasks === null ? '' : `, ${tasks}`}${wait}`,
    ...(measured?.partsLeftOut ? [`   left out: ${leftOut(measured)}`] : []),
    ...(measured?.expressions ?? []).flatMap(expressionLines),
  ];
}

function expressionLines({ form, text }: EvaluatedExpression): readonly string[] {
  return wrapped(`   ${form}: ${text}`, '     ');
}

function functionLines({ functions }: StatementSummary): readonly string[] {
  if (functions.length === 0) return [];
  const rows = functions.map(({ name, calls, rows, timeMs }) => [
    onOneLine(name),
    String(calls),
    String(rows),
    printMs(timeMs),
  ]);
  return ['', '== Functions ==', ...table(['Function', 'Calls', 'Rows', 'Time'], rows, 0)];
}

/** The text in lines of at most 100 columns, cut after spaces where it has some. */
function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let rest = onOneLine(text);
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(' ', WIDTH);
    const at = space > indent.length ? space : WIDTH;
    lines.push(rest.slice(0, at).trimEnd());
    rest = `${indent}${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}

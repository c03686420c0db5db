import { type ExplainedOperator, leftOut, operatorsOf } from './plan-tree.ts';
import type { FunctionProfile } from './statement-profile.ts';
import { counted, printBytes, printMs, printShare } from './units.ts';

const STYLE = `
:root { color-scheme: light dark; --bar: #3b82f6; --line: #8884; --flame: 24 90% 55%; }
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; max-width: 75rem; }
h1 { font-size: 1.2rem; } h2 { font-size: 1rem; margin-top: 2rem; }
code, .what { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding-left: 1.2rem; border-left: 1px solid var(--line); }
body > ul { padding-left: 0; border-left: 0; }
summary { display: grid; grid-template-columns: 14rem 9rem 1fr; gap: .8rem; cursor: pointer; }
summary:hover { background: var(--line); }
.bar { display: block; height: .9em; margin: .25em 0; background: var(--bar); min-width: 1px; }
dl { display: grid; grid-template-columns: 9rem 1fr; margin: .3rem 0 .6rem 1rem; }
dd { margin: 0; }
table { border-collapse: collapse; } td, th { padding: .1rem .8rem; text-align: right; }
td:first-child, th:first-child { text-align: left; }
.flame { display: flex; } .flame > div { min-width: 0; overflow: hidden; }
.block { background: hsl(var(--flame)); color: #000; border: 1px solid Canvas; overflow: hidden;
  padding: 0 .3rem; white-space: nowrap; text-overflow: ellipsis; font-size: 12px; }
`;

/** Plans as a page that stands alone: a tree with bars of time, and a flame graph. */
export function planHtml(
  plans: readonly ExplainedOperator[],
  summary: string,
  functions: readonly FunctionProfile[],
): string {
  const slowest = Math.max(0, ...plans.flatMap(operatorsOf).map(ownMs));
  const body = plans.map((plan, i) => {
    const title = plans.length === 1 ? 'Plan' : `Plan ${i + 1}`;
    const flame = subtreeMs(plan) === 0 ? '' : `<h2>Time</h2>${flameOf(plan)}`;
    return `<h2>${title}</h2><ul>${itemOf(plan, slowest)}</ul>${flame}`;
  });
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>Query plan</title><style>${STYLE}</style></head>`,
    `<body><h1>${escapeHtml(summary)}</h1>`,
    ...body,
    functionTable(functions),
    '</body></html>',
    '',
  ].join('\n');
}

function itemOf(operator: ExplainedOperator, slowestMs: number): string {
  const { id, operator: kind, inputs, measured, estimatedRows } = operator;
  const rows =
    measured === null ? `~${counted(estimatedRows, 'row')}` : counted(measured.rowsOut, 'row');
  const width = slowestMs === 0 ? 0 : (100 * ownMs(operator)) / slowestMs;
  const bar =
    measured === null ? '' : `<span class="bar" style="width:${width.toFixed(1)}%"></span>`;
  const below = inputs.map((input) => itemOf(input, slowestMs));
  return [
    `<li><details><summary><span>#${id} ${escapeHtml(kind)}</span>`,
    `<span>${escapeHtml(rows)}</span><span>${bar}</span></summary>`,
    `<div class="what">${escapeHtml(operator.description)}</div>${facts(operator)}</details>`,
    '</li>',
    // Only inputs of one of several are indented: chains would run out of the page.
    ...(below.length === 1 ? below : below.map((items) => `<li><ul>${items}</ul></li>`)),
  ].join('');
}

function facts({ estimatedRows, measured, note }: ExplainedOperator): string {
  const list: (readonly [name: string, value: string])[] = [
    ['estimated', counted(estimatedRows, 'row')],
  ];
  if (note !== null) list.push(['note', note]);
  if (measured !== null) {
    list.push(
      ['rows in, out', `${measured.rowsIn}, ${measured.rowsOut}`],
      ['batches in, out', `${measured.batchesIn}, ${measured.batchesOut}`],
      ['own time', `${printMs(measured.timeMs)} in ${counted(measured.tasks, 'task')}`],
      ['wall share', printShare(measured.wallShare)],
      ['memory', printBytes(measured.memoryBytes)],
      ['spilled', printBytes(measured.spilledBytes)],
    );
    if (measured.partsLeftOut > 0) list.push(['left out', leftOut(measured)]);
    if (measured.waitMs > 0) list.push(['waited', printMs(measured.waitMs)]);
    for (const { form, text } of measured.expressions) list.push([form, text]);
  }
  const items = list.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}

/** A block as wide as the time of the operator and what is below it. */
function flameOf(operator: ExplainedOperator): string {
  const whole = subtreeMs(operator);
  const title = `#${operator.id} ${operator.operator} ${printMs(ownMs(operator))}`;
  const below = operator.inputs
    .filter((input) => subtreeMs(input) > 0)
    .map((input) => {
      const width = (100 * subtreeMs(input)) / whole;
      return `<div style="width:${width.toFixed(2)}%">${flameOf(input)}</div>`;
    });
  const text = escapeHtml(title);
  return `<div class="block" title="${text}">${text}</div><div class="flame">${below.join('')}</div>`;
}

function functionTable(functions: readonly FunctionProfile[]): string {
  if (functions.length === 0) return '';
  const rows = functions.map(
    ({ name, calls, rows, timeMs }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${calls}</td><td>${rows}</td><td>${printMs(timeMs)}</td></tr>`,
  );
  const header = '<tr><th>Function</th><th>Calls</th><th>Rows</th><th>Time</th></tr>';
  return `<h2>Functions</h2><table>${header}${rows.join('')}</table>`;
}

function ownMs({ measured }: ExplainedOperator): number {
  return measured?.timeMs ?? 0;
}

function subtreeMs(operator: ExplainedOperator): number {
  return ownMs(operator) + operator.inputs.reduce((sum, input) => sum + subtreeMs(input), 0);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

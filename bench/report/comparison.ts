import { bestLibrary, medianOf, OWN, PEER, ratioTo, summaries } from '../ratios.ts';
import type { CaseRecord, SuiteRecord } from '../record.ts';
import { table, timeText } from './format.ts';
import { ratioChart } from './svg.ts';

/** Times of the cases by engine, with the ratios to DuckDB, and why an engine has none. */
export function comparisonTable(record: SuiteRecord): string {
  const engines = enginesOf(record);
  const notes: string[] = [];
  const note = (text: string): string => {
    if (!notes.includes(text)) notes.push(text);
    return `— [${notes.indexOf(text) + 1}]`;
  };
  const rows = record.cases.map((one) => {
    const ratio = ratioTo(one, PEER);
    const target = one.target !== null && engines.length === 2 ? ` (≤ ${one.target})` : '';
    const cells = engines.map((engine) => {
      const result = one.engines[engine];
      if (result === undefined) return '';
      return 'unable' in result ? note(result.unable) : timeText(medianOf(one, engine)!);
    });
    const end = [ratio === null ? '' : `${ratio.toFixed(2)}${target}`];
    if (engines.length > 2) end.push(bestText(one));
    return [one.name, ...cells, ...end];
  });
  const head = ['', ...engines, `to ${PEER}`];
  if (engines.length > 2) head.push('to the fastest library');
  return [
    table(head, rows),
    ...(notes.length === 0 ? [] : ['', ...notes.map((text, i) => `[${i + 1}] ${text}  `)]),
    '',
    ...summaries(record).map((text) => `* ${text}`),
  ].join('\n');
}

function bestText(one: CaseRecord): string {
  const best = bestLibrary(one);
  const ratio = best === null ? null : ratioTo(one, best);
  return ratio === null ? '' : `${ratio.toFixed(2)} ${best}`;
}

/** The engines of a record, our own first. */
export function enginesOf({ cases }: SuiteRecord): readonly string[] {
  const names = new Set(cases.flatMap(({ engines }) => Object.keys(engines)));
  return [...names].sort((a, b) => Number(b === OWN) - Number(a === OWN));
}

/** The ratios to DuckDB as bars. */
export function comparisonChart(record: SuiteRecord, title: string): string {
  const bars = record.cases.flatMap((one) => {
    const value = ratioTo(one, PEER);
    return value === null ? [] : [{ label: one.name, value }];
  });
  return ratioChart(title, bars);
}

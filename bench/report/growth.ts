import { medianOf, OWN, PEER } from '../ratios.ts';
import type { CaseRecord, SuiteRecord } from '../record.ts';
import { digits, table } from './format.ts';
import { lineChart } from './svg.ts';

const ONE_THREAD = 'millrace-1';
/** From so many rows on, the time of a row must not grow by more than a factor. */
const FLAT_FROM = 1e6;
const FLAT_MOST = 1.5;
const THREADS_LEAST = 1.75;
/** A sort is not linear: it has no target. */
const SORT = 'sort';

const operationOf = ({ name }: CaseRecord): string => name.split(',')[0]!;

/** Nanoseconds of a row; null: not measured. */
function perRow(one: CaseRecord, engine: string): number | null {
  const median = medianOf(one, engine);
  return median === null ? null : (median * 1e6) / one.rows!;
}

/** Time per row by rows, how it grows, and what a second thread brings. */
export function growthTable(record: SuiteRecord): string {
  const operations = [...new Set(record.cases.map(operationOf))];
  const engines = [OWN, ONE_THREAD, PEER];
  const sizes = [...new Set(record.cases.map(({ rows }) => rows!))].sort((a, b) => a - b);
  const rows = operations.flatMap((operation) => {
    const cases = sizes.map((size) =>
      record.cases.find((one) => operationOf(one) === operation && one.rows === size),
    );
    return [
      ...engines.map((engine) => [
        operation,
        engine,
        ...cases.map((one) => cell(one, (c) => perRow(c, engine), digits)),
      ]),
      [operation, 'gain of 2 threads', ...cases.map((one) => cell(one, gainOf, gainText))],
    ];
  });
  return [
    table(['nanoseconds per row', 'engine', ...sizes.map(sizeText)], rows),
    '',
    ...operations.flatMap((operation) => verdicts(record, operation)),
  ].join('\n');
}

function cell(
  one: CaseRecord | undefined,
  value: (one: CaseRecord) => number | null,
  print: (value: number) => string,
): string {
  const known = one === undefined ? null : value(one);
  if (known !== null) return print(known);
  const result = one?.engines[OWN];
  return result !== undefined && 'unable' in result ? result.unable : '';
}

const sizeText = (rows: number): string => (rows >= 1e6 ? `${rows / 1e6} M` : `${rows / 1e3} K`);
const gainText = (gain: number): string => `${gain.toFixed(2)}×`;

function gainOf(one: CaseRecord): number | null {
  const [two, alone] = [medianOf(one, OWN), medianOf(one, ONE_THREAD)];
  return two === null || alone === null ? null : alone / two;
}

function verdicts(record: SuiteRecord, operation: string): readonly string[] {
  const large = record.cases.filter(
    (one) => operationOf(one) === operation && one.rows! >= FLAT_FROM,
  );
  const times = large.flatMap((one) => perRow(one, OWN) ?? []);
  const last = large.findLast((one) => gainOf(one) !== null);
  if (times.length < 2 || last === undefined) return [];
  const grown = Math.max(...times) / times[0]!;
  const fallen = Math.min(...times) / times[0]!;
  const gain = gainOf(last)!;
  const flat = operation === SORT ? '' : ` (target ${FLAT_MOST}: ${reached(grown <= FLAT_MOST)})`;
  return [
    `* ${operation}: the time of a row grows from ${sizeText(large[0]!.rows!)} to ${sizeText(large.at(-1)!.rows!)} rows by a factor of **${grown.toFixed(2)}** at most${flat} and falls to ${fallen.toFixed(2)} of it; two threads are **${gain.toFixed(2)}** times as fast as one at ${sizeText(last.rows!)} rows (target ${THREADS_LEAST}: ${reached(gain >= THREADS_LEAST)}).`,
  ];
}

const reached = (yes: boolean): string => (yes ? 'reached' : 'missed');

/** Our times per row by rows, a line for each operation. */
export function growthChart(record: SuiteRecord): string {
  const operations = [...new Set(record.cases.map(operationOf))];
  const series = operations.map((name) => ({
    name,
    points: record.cases.flatMap((one): (readonly [number, number])[] => {
      const time = operationOf(one) === name ? perRow(one, OWN) : null;
      return time === null ? [] : [[one.rows!, time]];
    }),
  }));
  return lineChart('Millrace: nanoseconds per row by rows, 2 threads', series, {
    x: 'rows',
    y: 'ns per row',
    logarithmic: true,
  });
}

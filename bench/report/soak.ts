import { judgeSoak, type SoakRecord } from '../soak/record.ts';
import { lineChart } from './svg.ts';

/** What the memory of a process did over many queries. */
export function soakText(record: SoakRecord): string {
  const { early, late, ratio, most, flat } = judgeSoak(record);
  const { samples } = record;
  const last = samples.at(-1)!;
  const tenths = Array.from({ length: 10 }, (_, i) =>
    Math.max(
      ...samples
        .filter(({ queries }) => Math.ceil((queries / last.queries) * 10) === i + 1)
        .map(({ rssMib }) => rssMib),
    ),
  );
  const heaps = samples.map(({ heapMib }) => heapMib);
  return [
    `* ${last.queries} queries: at most ${early.toFixed(0)} MiB after the first 1,000 (queries 1,000 to 2,000), at most ${late.toFixed(0)} MiB in the last tenth: a ratio of **${ratio.toFixed(3)}** (target ${most}: ${flat ? 'reached' : 'missed'}).`,
    `* The most in each tenth of the queries: ${tenths.join(', ')} MiB.`,
    `* The heap of JavaScript, with what is yet to be collected: from ${Math.min(...heaps)} to ${Math.max(...heaps)} MiB.`,
  ].join('\n');
}

/** The memory by queries. */
export function soakChart({ samples }: SoakRecord): string {
  const series = [
    { name: 'resident', points: samples.map(({ queries, rssMib }) => [queries, rssMib] as const) },
    { name: 'heap', points: samples.map(({ queries, heapMib }) => [queries, heapMib] as const) },
  ];
  return lineChart('Memory of one process over mixed queries', series, {
    x: 'queries',
    y: 'MiB',
    logarithmic: false,
  });
}

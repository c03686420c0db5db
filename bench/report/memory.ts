import { OWN, PEER } from '../ratios.ts';
import type { SuiteRecord } from '../record.ts';
import { comparisonTable, enginesOf } from './comparison.ts';

/** The most memory that a process of ours may hold with a limit of 1 GiB. */
const PEAK_MAX = 1.6 * 1024;

/** The comparison of times, and the most memory that each engine's process held. */
export function memoryTable(record: SuiteRecord): string {
  const peaks = enginesOf(record).map((engine) => {
    const all = record.cases.flatMap(({ engines }) => {
      const result = engines[engine];
      return result === undefined || 'unable' in result ? [] : [result.peakMib];
    });
    return [engine, Math.max(...all)] as const;
  });
  const ours = peaks.find(([engine]) => engine === OWN)?.[1] ?? Number.NaN;
  const text = peaks.map(([engine, peak]) => `${engine} **${peak}** MiB`).join(', ');
  return [
    comparisonTable(record),
    `* most resident memory: ${text} (target of ${OWN} ${PEAK_MAX.toFixed(0)} MiB: ${ours <= PEAK_MAX ? 'reached' : 'missed'})`,
    `* all times together: ${totals(record)}`,
  ].join('\n');
}

function totals(record: SuiteRecord): string {
  return [OWN, PEER]
    .map((engine) => {
      const milliseconds = record.cases.reduce((sum, { engines }) => {
        const result = engines[engine];
        if (result === undefined || 'unable' in result) return sum;
        return sum + result.milliseconds.reduce((a, b) => a + b, 0) / result.milliseconds.length;
      }, 0);
      return `${engine} ${(milliseconds / 1000).toFixed(0)} s`;
    })
    .join(', ');
}

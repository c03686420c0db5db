import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { thisMachine } from '../record.ts';
import { judgeSoak, type Sample, type SoakRecord } from './record.ts';

/** Runs so many mixed queries in a process of their own. Errors: where one of them fails. */
export async function runSoak(folder: string, queries: number): Promise<SoakRecord> {
  const child = fork(path.join(import.meta.dirname, 'process.ts'), [folder, String(queries)]);
  const samples: Sample[] = [];
  child.on('message', (sample: Sample) => {
    samples.push(sample);
    if (samples.length % 10 === 0) {
      console.log(`${sample.queries} queries: ${sample.rssMib} MiB, heap ${sample.heapMib} MiB`);
    }
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The process ended with code ${code}`);
  const measured = new Date().toISOString().slice(0, 16);
  const record: SoakRecord = { suite: 'soak', machine: thisMachine(), measured, samples };
  const { early, late, ratio, most, flat } = judgeSoak(record);
  console.log(
    `${early} MiB after the warm-up, ${late} MiB in the last tenth: ${ratio.toFixed(3)} of it, at most ${most}: ${flat ? 'reached' : 'missed'}`,
  );
  return record;
}

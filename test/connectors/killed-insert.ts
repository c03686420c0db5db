/** Writes rows to a table until it is killed; says when its first file has rows. */
import { createSink, storedSchema } from '../../src/connectors/index.ts';
import { INT, STRING } from '../../src/types/types.ts';
import { batchFrom, newRegion } from '../formats/support.ts';
import { CONTEXT, tableOf } from './support.ts';

const [path = '', commit] = process.argv.slice(2);
const table = tableOf({ connector: 'filesystem', path, format: 'csv' }, { id: INT, t: STRING });
const region = newRegion();
const sink = createSink(table, null, CONTEXT, false);
const writer = sink.writer(0, region);
const rows = Array.from({ length: 10_000 }, (_, i) => [i, 'some text']);
const batch = batchFrom(storedSchema(table), rows, region);
for (let i = 0; i < 20; i++) await writer.write(batch);
if (commit === 'finish') {
  const parts = [writer.finish()];
  process.stdout.write('written\n');
  process.kill(process.pid, 'SIGKILL');
  await sink.commit(parts);
}
process.stdout.write('written\n');
setInterval(() => writer.write(batch), 1);

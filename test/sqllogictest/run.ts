import { readFileSync } from 'node:fs';
import { TableEnvironment } from '../../src/index.ts';
import { executeRecords } from './execute.ts';
import { parseRecords } from './format.ts';

/** Runs files of the sqllogictest format: `node test/sqllogictest/run.ts FILE...`. */
const SHOWN_MAX = 20;
let failed = 0;
for (const file of process.argv.slice(2)) {
  const environment = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  const records = parseRecords(readFileSync(file, 'utf8'));
  const { passed, skipped, failures } = await executeRecords(records, environment);
  await environment.close();
  failed += failures.length;
  process.stdout.write(
    `${file}: ${passed} passed, ${failures.length} failed, ${skipped} skipped\n`,
  );
  for (const failure of failures.slice(0, SHOWN_MAX)) process.stdout.write(`${failure}\n\n`);
}
process.exitCode = failed === 0 ? 0 : 1;

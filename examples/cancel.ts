// A query is cancelled by an AbortSignal, or by leaving its loop.
import { CancelledError, TableEnvironment } from '../src/index.ts';

const tEnv = TableEnvironment.create();
try {
  await tEnv.executeSql(`CREATE TABLE numbers (n BIGINT) WITH (
    'connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000000000')`);

  // Leaving the loop ends the job.
  const some = await tEnv.executeSql('SELECT n FROM numbers WHERE MOD(n, 7) = 0');
  let seen = 0;
  for await (const _ of some.collect()) {
    seen++;
    if (seen === 3) break;
  }
  console.log(`left after ${seen} rows`);

  // An AbortSignal ends it from outside.
  const signal = AbortSignal.timeout(100);
  const sum = await tEnv.executeSql('SELECT SUM(n) FROM numbers', { signal });
  try {
    console.log(await sum.toArray());
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    console.log(`cancelled: ${error.code}`);
  }
} finally {
  await tEnv.close();
}

// From CSV to Parquet: the new file appears when it is complete, never half-written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableEnvironment } from '../src/index.ts';

const source = fileURLToPath(
  new URL('../node_modules/vega-datasets/data/airports.csv', import.meta.url),
);
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-'));
const tEnv = TableEnvironment.create();
try {
  await tEnv.executeSql(
    `CREATE TABLE airports (iata STRING, name STRING, latitude DOUBLE, longitude DOUBLE)
     WITH ('connector' = 'filesystem', 'path' = '${folder}', 'format' = 'parquet')`,
  );
  await tEnv.executeSql(
    `INSERT INTO airports SELECT iata, name, latitude, longitude FROM \`${source}\` WHERE state = 'CA'`,
  );
  const result = await tEnv.executeSql(
    'SELECT COUNT(*) AS airports, MAX(latitude) AS northernmost FROM airports',
  );
  await result.print();
} finally {
  await tEnv.close();
  rmSync(folder, { recursive: true });
}

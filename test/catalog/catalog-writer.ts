/** Changes a catalog of files: `number`, `rounds` — sets options of its own of one table. */
import { TableEnvironment } from '../../src/index.ts';

const [folder = '', number = '0', rounds = '1'] = process.argv.slice(2);
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
await tEnv.executeSql(`CREATE CATALOG c WITH ('type' = 'file', 'path' = '${folder}')`);
process.stdout.write('ready\n');
for (let round = 0; round < Number(rounds); round++) {
  const key = `writer-${number}-${round}`;
  await tEnv.executeSql(`ALTER TABLE c.\`default\`.shared SET ('${key}' = '1')`);
  await tEnv.executeSql(
    `CREATE VIEW IF NOT EXISTS c.\`default\`.v${round} AS SELECT ${number} AS n`,
  );
}
await tEnv.close();

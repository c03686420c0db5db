// The process of a soak: mixed queries one after another, its memory told from time to time.
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';
import { micro } from '../suites/micro.ts';
import { mixOf } from './queries.ts';
import type { Sample } from './record.ts';

const ROWS = 100_000;
const [, , folder = '', count = ''] = process.argv;

const { tables } = await micro({ rows: ROWS, folder, scale: 1 });
const mix = mixOf(tables[0]!.file);
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
for (const { name, file } of tables) {
  await tEnv.executeSql(`CREATE TABLE ${name} AS SELECT * FROM \`${file}\``);
}
tEnv.createTemporarySystemFunction(
  'plus_one',
  udf((v: number) => v + 1, {
    inputTypes: [DataTypes.DOUBLE()],
    resultType: DataTypes.DOUBLE(),
  }),
);

const every = Math.max(1, Math.floor(Number(count) / 100));
for (let nth = 1; nth <= Number(count); nth++) {
  await mix[nth % mix.length]!(tEnv, nth);
  if (nth % every === 0) {
    const { rss, heapUsed } = process.memoryUsage();
    process.send!({
      queries: nth,
      rssMib: Math.round(rss / 2 ** 20),
      heapMib: Math.round(heapUsed / 2 ** 20),
    } satisfies Sample);
  }
}
await tEnv.close();
process.disconnect();

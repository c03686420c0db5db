// How long the compiler takes for a program of 20 chained operations over 50 columns: node bench/type-check.ts
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const COLUMNS = 50;
const RUNS = 3;
const ROOT = path.join(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, '.bench-data/type-check');

const column = (i: number) => `c${String(i).padStart(2, '0')}`;
const VALUES = ['1n', "'a'", '1.5', 'true', 'new Date(0)'];
const fields = Array.from({ length: COLUMNS }, (_, i) => `${column(i)}: ${VALUES[i % 5]}`);
const others = Array.from({ length: 5 }, (_, i) => `d${i}: ${VALUES[i]}`);

/** The imports and the tables alone, and the same with the operations: the difference is theirs. */
const START = `import { col, lit, TableEnvironment } from './package/index.js';
export const tEnv = TableEnvironment.create();
export const constants = [col, lit] as const;
export const wide = tEnv.fromValues([{ ${fields.join(', ')} }]);
export const other = tEnv.fromValues([{ ${others.join(', ')} }]);
`;
const CHAIN = `export const result = wide
  .where(wide.col('c02').isGreater(1).and(wide.col('c01').isNotNull()))
  .addColumns(wide.col('c00').plus(1n).as('n00'), wide.col('c01').upperCase().as('n01'))
  .renameColumns(col('c05').as('r05'), col('c06').as('r06'))
  .dropColumns(col('c07'), col('c08'))
  .addOrReplaceColumns(wide.col('c02').times(2).as('c02'), lit('x').as('n02'))
  .where(col('n00').isGreater(3n))
  .join(other, col('c00').isEqual(col('d0')))
  .addColumns(other.col('d2').minus(1).as('n03'))
  .filter(col('d1').like('a%'))
  .distinct()
  .leftOuterJoin(other.renameColumns(col('d0').as('e0')).dropColumns(col('d1'), col('d2'), col('d3'), col('d4')), col('c00').isEqual(col('e0')))
  .addColumns(col('n01').lowerCase().as('n04'))
  .renameColumns(col('n02').as('n05'))
  .orderBy(col('c00').desc(), col('c01'))
  .limit(100)
  .dropColumns(col('d3'), col('d4'))
  .addOrReplaceColumns(col('c10').as('n06'))
  .where(col('n06').isNotNull())
  .groupBy(col('c00'), col('c01'))
  .select(col('c00'), col('c01'), col('c02').sum().as('total'), col('n00').count().as('n'))
  .where(col('total').isNotNull());
export const row: Promise<{ c00: bigint; c01: string; n: bigint }[]> = result.toArray();
// @ts-expect-error: the column was not selected
result.select(col('c02'));
`;

/** The numbers that the compiler gives of a program, by their names. */
function check(name: string, program: string): ReadonlyMap<string, number> {
  writeFileSync(path.join(FOLDER, `${name}.ts`), program);
  const compilerOptions = {
    strict: true,
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
    noEmit: true,
  };
  const config = { compilerOptions, include: [`${name}.ts`] };
  writeFileSync(path.join(FOLDER, `${name}.json`), JSON.stringify(config));
  const text = tsc(['-p', `${name}.json`, '--extendedDiagnostics']);
  const lines = text.matchAll(/^(.*?):\s+([\d.]+)/gm);
  return new Map([...lines].map(([, key = '', value]) => [key, Number(value)]));
}

function tsc(args: readonly string[]): string {
  const compiler = path.join(ROOT, 'node_modules/.bin/tsc');
  const { status, stdout, stderr } = spawnSync(compiler, args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The program does not compile:\n${stdout}${stderr}`);
  return stdout;
}

mkdirSync(FOLDER, { recursive: true });
// The declarations, as users of the package have them.
tsc(['-p', path.join(ROOT, 'tsconfig.build.json'), '--outDir', path.join(FOLDER, 'package')]);
for (let i = 0; i < RUNS; i++) {
  const start = check('start', START);
  const chain = check('chain', START + CHAIN);
  const of = (key: string) => [start.get(key) ?? Number.NaN, chain.get(key) ?? Number.NaN] as const;
  const [before, after] = of('Check time');
  const [fewer, more] = of('Instantiations');
  const [, total] = of('Total time');
  console.log(
    `20 operations over ${COLUMNS} columns: ${(after - before).toFixed(2)} s (checked in ${after} s, in all ${total} s), ${more - fewer} of ${more} instantiations`,
  );
}

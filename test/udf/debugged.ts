import { setTimeout as sleep } from 'node:timers/promises';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

// A program as a user debugs it: run by itself, since test runners move the lines of its functions.

interface Level {
  readonly low: number;
}

const level: Level = { low: 2 };

export const checked = udf(
  [DataTypes.INT().notNull()],
  DataTypes.INT(),
  (n) => {
    if (n > level.low) throw new RangeError(`too high: ${n}`);
    console.log(`checked ${n}`);
    return n;
  },
  { execution: 'inline' },
);

export const asClass = udf(
  {
    /** Not the line of the others. */
    eval(n: number): number {
      const limit: number = 2;
      if (n > limit) throw new RangeError(`too high: ${n}`); // of an object
      return n;
    },
  },
  { inputTypes: [DataTypes.INT().notNull()], resultType: DataTypes.INT() },
);

export const inWorker = udf([DataTypes.INT().notNull()], DataTypes.INT(), (n) => {
  if (n > 2) throw new RangeError(`too high: ${n}`);
  console.log(`worker ${n}`);
  return n;
});

if (process.argv[1] === import.meta.filename) {
  const [, , fn = '', where = ''] = process.argv;
  const config = {
    'parallelism.default': 2,
    'table.exec.inline-rows': where === 'worker' ? 0 : 1000,
  };
  const env = TableEnvironment.create({ config });
  env.createTemporarySystemFunction('checked', checked);
  const module = new URL(import.meta.url);
  env.createTemporarySystemFunction(
    'in_module',
    inWorker.referringTo({ module, export: 'inWorker' }),
  );
  env.createTemporarySystemFunction('in_text', inWorker);
  env.createTemporarySystemFunction('in_object', asClass);
  await env.executeSql('CREATE TABLE t (n INT)');
  await env.executeSql('INSERT INTO t VALUES (1), (3)');
  try {
    await (await env.executeSql(`SELECT ${fn}(n) FROM t`)).toArray();
  } catch (error) {
    const { cause } = error as { cause: Error };
    console.log(cause.stack);
  }
  // What workers print arrives when the calling thread has nothing to do.
  await sleep(10);
  await env.close();
}

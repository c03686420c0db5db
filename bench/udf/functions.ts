import { asyncUdf, DataTypes, type TableEnvironment, udaf, udf, udtf } from '../../src/index.ts';

const { BIGINT, DECIMAL, DOUBLE, STRING } = DataTypes;

/** The function of the numeric cases; `name` tells its registrations apart. */
export function registerNumeric(tEnv: TableEnvironment, name: string): void {
  tEnv.createTemporarySystemFunction(
    name,
    udf((a: number, b: number) => a * b + 1, {
      inputTypes: [DOUBLE(), DOUBLE()],
      resultType: DOUBLE(),
    }),
  );
}

/** The functions of all cases. */
export function registerFunctions(tEnv: TableEnvironment): void {
  registerNumeric(tEnv, 'axb1');
  const functions = {
    shout: udf((s: string) => `${s.toUpperCase()}!`, {
      inputTypes: [STRING()],
      resultType: STRING(),
    }),
    or_zero: udf([DOUBLE()], DOUBLE().notNull(), (x) => (x === null ? 0 : x + 1)),
    next_id: udf([BIGINT()], BIGINT(), (n) => (n === null ? null : n + 1n)),
    doubled: udf([DECIMAL(15, 2).notNull()], DOUBLE(), (price) => price.toNumber() * 2),
    parts: udtf([STRING().notNull()], [STRING()], (list) => list.split(','), {
      resultNames: ['part'],
    }),
    geo_mean: udaf([DOUBLE().notNull()], DOUBLE(), {
      createAccumulator: () => ({ logs: 0, rows: 0 }),
      accumulate(acc, value) {
        acc.logs += Math.log(value);
        acc.rows += 1;
      },
      getValue: (acc) => (acc.rows === 0 ? null : Math.exp(acc.logs / acc.rows)),
    }),
    waited: asyncUdf(
      [BIGINT().notNull()],
      BIGINT(),
      (id) => new Promise((resolve) => setTimeout(resolve, 1, id + 1n)),
      { concurrency: 1000 },
    ),
    lower_name: udf([STRING().notNull()], STRING(), (doc) => {
      const value = JSON.parse(doc);
      value.name = value.name.toLowerCase();
      return JSON.stringify(value);
    }),
  };
  for (const [name, made] of Object.entries(functions)) {
    tEnv.createTemporarySystemFunction(name, made);
  }
}

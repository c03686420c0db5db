// Functions in TypeScript, called from SQL: inline, with captured values, and as a class.
import { DataTypes, ScalarFunction, TableEnvironment, udf } from '../src/index.ts';

class Slug extends ScalarFunction {
  readonly separator: string;

  constructor(separator: string) {
    super();
    this.separator = separator;
  }

  override eval(text: string | null): string | null {
    return text === null ? null : text.toLowerCase().replaceAll(' ', this.separator);
  }
}

const rates = { EUR: 1, USD: 0.92, GBP: 1.17 };

const tEnv = TableEnvironment.create();
try {
  tEnv.createTemporarySystemFunction(
    'to_euro',
    udf(
      (amount: number, currency: string) =>
        amount * (rates[currency as keyof typeof rates] ?? Number.NaN),
      {
        inputTypes: [DataTypes.DOUBLE(), DataTypes.STRING()],
        resultType: DataTypes.DOUBLE(),
        captures: { rates },
      },
    ),
  );
  tEnv.createTemporarySystemFunction(
    'slug',
    udf(new Slug('-'), { inputTypes: [DataTypes.STRING()], resultType: DataTypes.STRING() }),
  );
  const result = await tEnv.executeSql(`
    SELECT slug(title) AS id, to_euro(price, currency) AS euro
    FROM (VALUES ('Green Tea', 4.5E0, 'GBP'), ('Tea Pot', 31.0E0, 'USD')) AS t(title, price, currency)`);
  await result.print();
} finally {
  await tEnv.close();
}

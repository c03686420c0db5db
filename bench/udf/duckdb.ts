import { DOUBLE, type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';

/** A vector of doubles has its values in a typed array, which its type does not tell. */
interface TypedVector {
  readonly items: Float64Array;
}

/** Registers `axb1` and `shout` by the API per value, `axb1_typed` on the typed arrays below it. */
export function registerInDuckdb(connection: DuckDBConnection): void {
  const numeric = { returnType: DOUBLE, parameterTypes: [DOUBLE, DOUBLE] };
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      ...numeric,
      name: 'axb1',
      mainFunction: (_info, input, output) => {
        const a = input.getColumnVector(0);
        const b = input.getColumnVector(1);
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, (a.getItem(row) as number) * (b.getItem(row) as number) + 1);
        }
        output.flush();
      },
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      ...numeric,
      name: 'axb1_typed',
      mainFunction: (_info, input, output) => {
        const { items: a } = input.getColumnVector(0) as unknown as TypedVector;
        const { items: b } = input.getColumnVector(1) as unknown as TypedVector;
        const { items } = output as unknown as TypedVector;
        for (let row = 0; row < items.length; row++) items[row] = a[row]! * b[row]! + 1;
        output.flush();
      },
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'shout',
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      mainFunction: (_info, input, output) => {
        const s = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, `${(s.getItem(row) as string).toUpperCase()}!`);
        }
        output.flush();
      },
    }),
  );
}

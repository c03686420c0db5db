import { expect, test } from 'vitest';
import {
  AggregateFunction,
  asyncUdf,
  DataTypes,
  Decimal,
  type FunctionContext,
  ptf,
  ScalarFunction,
  TableAggregateFunction,
  testFunction,
  udaf,
  udf,
  udtaf,
  udtf,
} from '../../src/index.ts';

const { BIGINT, DATE, DECIMAL, DOUBLE, FIELD, INT, ROW, STRING, TIMESTAMP } = DataTypes;

test('a scalar function: the values of a query, and its rule for NULL', async () => {
  const label = udf(
    [BIGINT().notNull(), STRING()],
    STRING(),
    (id, name) => `${typeof id} ${id}: ${name}`,
  );
  const rows = [
    [1, 'Ada'],
    [2n, null],
    [null, 'Bob'],
  ];
  expect((await testFunction(label, rows)).results).toEqual([
    'bigint 1: Ada',
    'bigint 2: null',
    null,
  ]);
  expect((await testFunction(label, [])).results).toEqual([]);
  const later = udf([DATE()], DATE(), (day) => day!.add({ days: 1 }));
  const { results } = await testFunction(later, [['2026-02-28'], [new Date('2026-03-01')]]);
  expect(results.map(String)).toEqual(['2026-03-01', '2026-03-02']);
});

test('what the function uses of its surroundings is there, as nothing travels', async () => {
  const offset = [10];
  const shifted = udf([INT().notNull()], INT(), (n) => n + offset[0]!);
  expect((await testFunction(shifted, [[1]])).results).toEqual([11]);
  const module = new URL('../udf/functions.ts', import.meta.url);
  const reference = udf(
    { module, export: 'twice' },
    { inputTypes: [DOUBLE()], resultType: DOUBLE() },
  );
  expect((await testFunction(reference, [[2]])).results).toEqual([4]);
});

test('types by the values, by argumentTypes, by the overload that fits', async () => {
  const kind = udf((value: unknown) => `${typeof value} ${value}`, { resultType: STRING() });
  expect((await testFunction(kind, [[1], [2.5]])).results).toEqual(['number 1', 'number 2.5']);
  const options = { argumentTypes: [DECIMAL(6, 2)] };
  expect((await testFunction(kind, [[1]], options)).results).toEqual(['object 1.00']);
  const overloaded = udf((value: unknown) => typeof value, {
    overloads: [
      { inputTypes: [BIGINT()], resultType: STRING() },
      { inputTypes: [STRING()], resultType: STRING() },
    ],
  });
  expect((await testFunction(overloaded, [[1]])).results).toEqual(['bigint']);
  expect((await testFunction(overloaded, [['a']])).results).toEqual(['string']);
  const first = udf((...values: unknown[]) => values[0], {
    getTypeInference: ({ argumentTypes, argumentValues }) => ({
      inputTypes: argumentTypes,
      resultType: argumentValues[1] === 'text' ? STRING() : argumentTypes[0]!.asNullable(),
    }),
  });
  const constant = { constantArguments: [1] };
  expect((await testFunction(first, [[5, 'number']], constant)).results).toEqual([5]);
  await expect(testFunction(first, [[5, 'text']], constant)).rejects.toMatchObject({
    code: 'UDF_RESULT',
  });
});

test('open, close, job parameters, constant arguments and metrics', async () => {
  class Matches extends ScalarFunction {
    pattern = /(?:)/;
    closed = 0;
    context: FunctionContext | null = null;
    override open(context: FunctionContext): void {
      const flags = context.getJobParameter('flags', '');
      this.pattern = new RegExp(String(context.getConstantArgument(1)), flags);
      this.context = context;
    }
    eval(text: string | null): boolean {
      this.context?.getMetricGroup().counter('calls').inc();
      return this.pattern.test(text ?? '');
    }
    override close(): void {
      this.closed++;
    }
  }
  const instance = new Matches();
  const matches = udf(instance, {
    name: 'matches',
    inputTypes: [STRING(), STRING()],
    resultType: DataTypes.BOOLEAN(),
  });
  const { results, metrics } = await testFunction(
    matches,
    [
      ['ADA', '^a'],
      ['bob', '^a'],
    ],
    { constantArguments: [1], jobParameters: { flags: 'i' } },
  );
  expect(results).toEqual([true, false]);
  expect(metrics).toEqual({ 'udf.matches.calls': { kind: 'counter', count: 2 } });
  expect(instance.closed).toBe(1);
});

test('arrow and async functions', async () => {
  const doubled = udf(
    [DOUBLE()],
    DOUBLE(),
    (prices) => Float64Array.from(prices, (price) => 2 * (price ?? 0)),
    { funcType: 'arrow' },
  );
  expect((await testFunction(doubled, [[1], [2]])).results).toEqual([2, 4]);
  const short = udf([DOUBLE()], DOUBLE(), () => [1], { funcType: 'arrow' });
  await expect(testFunction(short, [[1], [2]])).rejects.toMatchObject({
    code: 'UDF_RESULT_LENGTH',
  });
  let calls = 0;
  const greeting = asyncUdf(
    [STRING()],
    STRING(),
    async (name) => {
      if (++calls === 1) throw new Error('not yet');
      return `Hello ${name}`;
    },
    { retry: { attempts: 2, delayMs: 1 } },
  );
  expect((await testFunction(greeting, [['Ada'], ['Bob']])).results).toEqual([
    'Hello Ada',
    'Hello Bob',
  ]);
});

test('table functions give the rows of each row', async () => {
  const words = udtf(
    [STRING().notNull()],
    [STRING(), INT()],
    function* (text) {
      for (const word of text.split(',')) yield [word, word.length];
    },
    { resultNames: ['word', 'size'] },
  );
  expect((await testFunction(words, [['a,bc'], [null]])).results).toEqual([
    [
      { word: 'a', size: 1 },
      { word: 'bc', size: 2 },
    ],
    null,
  ]);
});

class Mean extends AggregateFunction<{ sum: number; rows: number }> {
  createAccumulator() {
    return { sum: 0, rows: 0 };
  }
  accumulate(acc: { sum: number; rows: number }, value: number) {
    acc.sum += value;
    acc.rows++;
  }
  override retract(acc: { sum: number; rows: number }, value: number) {
    acc.sum -= value;
    acc.rows--;
  }
  override merge(
    acc: { sum: number; rows: number },
    others: Iterable<{ sum: number; rows: number }>,
  ) {
    for (const { sum, rows } of others) {
      acc.sum += sum;
      acc.rows += rows;
    }
  }
  getValue(acc: { sum: number; rows: number }) {
    return acc.rows === 0 ? null : acc.sum / acc.rows;
  }
}

test('aggregate functions: retracted rows, merged accumulators', async () => {
  const types = { inputTypes: [DOUBLE().notNull()], resultType: DOUBLE() };
  const mean = udaf(new Mean(), {
    ...types,
    accumulatorType: ROW([FIELD('sum', DOUBLE()), FIELD('rows', INT())]),
  });
  const rows = [[1], [2], [null], [6]];
  expect((await testFunction(mean, rows)).results).toEqual([3]);
  expect((await testFunction(mean, rows, { retract: [[6]] })).results).toEqual([1.5]);
  expect((await testFunction(mean, rows, { accumulators: 3 })).results).toEqual([3]);
  expect((await testFunction(mean, [], { accumulators: 2 })).results).toEqual([null]);
  const untyped = udaf(new Mean(), types);
  await expect(testFunction(untyped, rows, { accumulators: 2 })).rejects.toMatchObject({
    code: 'UDF_OPTIONS',
  });
  const median = udaf(
    [DOUBLE().notNull()],
    DOUBLE(),
    (values) => Float64Array.from(values).sort()[values.length >> 1],
    { funcType: 'arrow' },
  );
  expect((await testFunction(median, [[3], [1], [2]])).results).toEqual([2]);
  await expect(testFunction(median, [[3]], { retract: [[3]] })).rejects.toMatchObject({
    code: 'UDF_OPTIONS',
  });
});

test('table aggregate functions: the rows of all rows', async () => {
  class Top extends TableAggregateFunction<Decimal[]> {
    createAccumulator(): Decimal[] {
      return [];
    }
    accumulate(acc: Decimal[], price: Decimal) {
      acc.push(price);
    }
    override retract(acc: Decimal[], price: Decimal) {
      acc.splice(
        acc.findIndex((other) => String(other) === String(price)),
        1,
      );
    }
    override *emitValue(acc: Decimal[]) {
      yield* acc.toSorted((a, b) => b.toNumber() - a.toNumber()).slice(0, 2);
    }
  }
  const top = udtaf(new Top(), { inputTypes: [DECIMAL(4, 1)], resultType: DECIMAL(4, 1) });
  const rows = [['1.5'], [3], [new Decimal(25n, 1)]];
  const { results } = await testFunction(top, rows, { retract: [[3]] });
  expect(results).toEqual([[{ f0: new Decimal(25n, 1) }, { f0: new Decimal(15n, 1) }]]);
});

test('process table functions: the rows of one partition and its timers', async () => {
  const quiet = ptf(
    {
      *eval({ state, timeContext }, { input, limit }) {
        state.seen.update((state.seen.value() ?? 0) + 1);
        timeContext().registerOnTime('end', '2024-01-02T00:00');
        if ((input.price?.toNumber() ?? 0) > (limit ?? 0)) yield [`${input.price}`];
      },
      *onTimer({ state, currentTimer, timeContext }) {
        yield [`${currentTimer()} ${timeContext().time()} ${state.seen.value()}`];
      },
    },
    {
      arguments: {
        input: { table: 'set', columns: { price: DECIMAL(5, 2), at: TIMESTAMP(3) } },
        limit: { type: INT(), optional: true },
      },
      state: { seen: { value: INT() } },
      resultTypes: [STRING()],
      resultNames: ['text'],
    },
  );
  const rows = [
    [{ price: 1, at: '2024-01-01T10:00' }, 2],
    [{ price: '3.5', at: '2024-01-01T11:00' }, 2],
  ];
  expect((await testFunction(quiet, rows, { onTime: 'at' })).results).toEqual([
    { text: '3.50' },
    { text: 'end 2024-01-02T00:00:00 2' },
  ]);
  await expect(testFunction(quiet, [[null, 2]])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  await expect(testFunction(quiet, [[{ prize: 1 }, 2]])).rejects.toMatchObject({
    code: 'INVALID_VALUE',
  });
});

test('wrong tests and failing functions say what a query says', async () => {
  const shout = udf([STRING()], STRING(), (text) => text!.toUpperCase());
  await expect(testFunction(shout, [[null]])).rejects.toMatchObject({ code: 'UDF_FAILED' });
  await expect(testFunction(shout, [[{}]])).rejects.toThrow(
    /does not fit.* STRING.*argument 1 of anonymous/,
  );
  await expect(testFunction(shout, [['a', 'b']])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENTS',
  });
  const bad = 5 as never;
  await expect(testFunction(bad, [])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(testFunction(shout, bad)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(testFunction(shout, ['a'] as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  await expect(testFunction(shout, [], { acumulators: 2 } as never)).rejects.toMatchObject({
    code: 'UNKNOWN_OPTION',
    hint: "Did you mean 'accumulators'?",
  });
  await expect(testFunction(shout, [], { accumulators: 0 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  const wrong = udf([STRING()], INT(), () => 'x' as never);
  await expect(testFunction(wrong, [['a']])).rejects.toMatchObject({ code: 'UDF_RESULT' });
});

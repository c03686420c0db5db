import { DataTypes } from '../../src/types/data-types.ts';
import { AggregateFunction, ListView, MapView, ScalarFunction } from '../../src/udf/kinds.ts';
import { ptf } from '../../src/udf/process-function.ts';
import { udaf, udf, udtaf } from '../../src/udf/udf.ts';

const RATES: ReadonlyMap<string, number> = new Map([
  ['low', 0.5],
  ['high', 2],
]);

/** Uses a variable of its module: what only a module reference can. */
export const rate = udf((level: string) => RATES.get(level) ?? null, {
  inputTypes: [DataTypes.STRING()],
  resultType: DataTypes.DOUBLE(),
});

/** A plain function. */
export function twice(x: number): number {
  return 2 * x;
}

/** A class, made in the worker. */
export class Counter extends ScalarFunction {
  #calls = 0;

  eval(): number {
    return ++this.#calls;
  }

  override isDeterministic(): boolean {
    return false;
  }
}

/** Not a function. */
export const answer = 42;

interface Seen {
  readonly counts: MapView<string, number>;
  readonly all: ListView<string>;
}

/** Keeps what it saw in views. */
export class Modes extends AggregateFunction<Seen> {
  createAccumulator(): Seen {
    return { counts: new MapView(), all: new ListView() };
  }
  accumulate({ counts, all }: Seen, text: string): void {
    counts.put(text, (counts.get(text) ?? 0) + 1);
    all.add(text);
  }
  getValue({ counts, all }: Seen): string {
    const times = [...counts.entries()].map(([key, count]) => `${key}${count}`);
    return `${times.join('')} ${all.get().join('')}`;
  }
}

/** A table aggregate function. */
export const both = udtaf([DataTypes.INT().notNull()], DataTypes.INT(), {
  createAccumulator: () => ({ min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }),
  accumulate: (acc, n) => {
    acc.min = Math.min(acc.min, n);
    acc.max = Math.max(acc.max, n);
  },
  emitValue: (acc) => [acc.min, acc.max],
});

/** Joins words, NULL as a dash. */
export const joined = udaf([DataTypes.STRING()], DataTypes.STRING(), {
  createAccumulator: (): (string | null)[] => [],
  accumulate(words, word) {
    words.push(word);
  },
  getValue: (words) => words.map((word) => word ?? '-').join(' '),
});

/** Numbers the words of each set. */
export const numbered = ptf(
  {
    *eval({ state, getFunctionContext }, { input }) {
      const sign = getFunctionContext().getJobParameter('sign', '#');
      const n = (state.n.value() ?? 0) + 1;
      state.n.update(n);
      yield [`${sign}${n} ${input['word']}`];
    },
  },
  {
    arguments: { input: { table: 'set' } },
    state: { n: { value: DataTypes.INT() } },
    resultTypes: [DataTypes.STRING()],
    resultNames: ['text'],
  },
);

import { DataTypes, ptf } from '../../src/index.ts';

/** The process table functions of test/sql/process-tables.slt. */
const { BIGINT, INT, STRING, TIMESTAMP } = DataTypes;

/** Numbers the rows of a set, and says what came before. */
export const numbered = ptf(
  {
    *eval({ state }, { input, step }) {
      const n = (state.n.value() ?? 0) + (step ?? 1);
      state.n.update(n);
      yield [n, state.words.get().join('')];
      state.words.add(input.word);
    },
  },
  {
    arguments: {
      input: {
        table: 'set',
        columns: { word: STRING().notNull() },
        optionalPartitionBy: true,
      },
      step: { type: INT(), optional: true },
    },
    state: { n: { value: INT() }, words: { list: STRING() } },
    resultTypes: [INT(), STRING()],
    resultNames: ['n', 'before'],
  },
);

/** Counts each word of a set, with a map, and begins again after a word. */
export const counted = ptf(
  {
    *eval({ state, clearState }, { input, until }) {
      const count = (state.counts.get(input.word) ?? 0n) + 1n;
      state.counts.put(input.word, count);
      yield [input.word, count];
      if (input.word === until) clearState('counts');
    },
  },
  {
    arguments: {
      input: { table: 'set', columns: { word: STRING().notNull() } },
      until: { type: STRING(), optional: true },
    },
    state: { counts: { map: [STRING(), BIGINT()] } },
    resultTypes: [STRING(), BIGINT()],
    resultNames: ['word', 'times'],
  },
);

/** Says when a set was silent for some seconds, by a timer that each row moves. */
export const silence = ptf(
  {
    eval({ state, timeContext }, { input, seconds }) {
      state.last.update(input.word);
      timeContext().registerOnTime('silent', input.ts.add({ seconds }));
      if (input.word === 'stop') timeContext().clearTimer('silent');
    },
    *onTimer({ state, currentTimer, clearAll }) {
      yield [`${currentTimer()} after ${state.last.value()}`];
      clearAll();
    },
  },
  {
    arguments: {
      input: {
        table: 'set',
        columns: { word: STRING().notNull(), ts: TIMESTAMP(3).notNull() },
      },
      seconds: INT().notNull(),
    },
    state: { last: { value: STRING() } },
    resultTypes: [STRING()],
    resultNames: ['text'],
  },
);

/** Gives each row some times, with all of its columns. */
export const repeated = ptf(
  {
    *eval(_, { input, times }) {
      for (let i = 1; i <= times; i++) yield `${input.word}${i}`;
    },
  },
  {
    arguments: {
      input: { table: 'row', columns: { word: STRING() }, passColumnsThrough: true },
      times: INT().notNull(),
    },
    resultTypes: STRING(),
    resultNames: ['copy'],
  },
);

/** The last price of each row's key. */
export const priced = ptf(
  {
    *eval({ state }, { orders, prices }) {
      if (prices !== null) state.price.update(prices.price);
      else yield [orders.amount * (state.price.value() ?? 0)];
    },
  },
  {
    arguments: {
      orders: { table: 'set', columns: { amount: INT().notNull() } },
      prices: { table: 'set', columns: { price: INT().notNull() } },
    },
    state: { price: { value: INT() } },
    resultTypes: [INT()],
    resultNames: ['cost'],
  },
);

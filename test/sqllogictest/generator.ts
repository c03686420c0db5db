import type { Random } from '../fuzz/random.ts';
import type { Column, TestTable, Type } from '../fuzz/tables.ts';

/** The styles of SQLite's corpus that queries are made in. */
export const STYLES = [
  'select1',
  'select4',
  'select5',
  'aggregates',
  'expr',
  'groupby',
  'select',
  'subqueries',
] as const;

/** A query. */
export interface GeneratedQuery {
  readonly style: (typeof STYLES)[number];
  readonly sql: string;
}

const LETTERS = ['a', 'b', 'c', 'd', 'e'] as const;
const CHAIN_TABLES = 9;

/** The tables of the styles: `t1` and `t2`, `tab0` to `tab2`, and the chain `x1` to `x9`. */
export function corpusTables(random: Random): readonly TestTable[] {
  const numbers = (count: number, from: number, nulls: number) =>
    Array.from({ length: count }, () =>
      LETTERS.map(() => (random.chance(nulls) ? null : BigInt(from + random.below(count * 5)))),
    );
  const letters = columnsOf(LETTERS.join(' '), 'int');
  const wide = [...columnsOf('pk col0', 'int'), ...columnsOf('col1 col2', 'int')];
  const mixed = [...wide, ...columnsOf('col3', 'double'), ...columnsOf('col4', 'text')];
  const tab = (name: string, count: number): TestTable => ({
    name,
    columns: mixed,
    rows: Array.from({ length: count }, (_, i) => [
      BigInt(i),
      ...[0, 1, 2].map(() => (random.chance(0.1) ? null : BigInt(random.below(99)))),
      random.chance(0.1) ? null : random.below(800) / 8,
      random.chance(0.1) ? null : random.pick(['abc', 'xyz', 'a', '', 'lmn', 'ABC']),
    ]),
  });
  return [
    { name: 't1', columns: letters, rows: numbers(30, 100, 0) },
    { name: 't2', columns: letters, rows: numbers(30, 100, 0.1) },
    tab('tab0', 3),
    tab('tab1', 10),
    tab('tab2', 25),
    ...Array.from({ length: CHAIN_TABLES }, (_, i): TestTable => {
      const columns = columnsOf(`a${i + 1} b${i + 1} x${i + 1}`, 'int');
      const rows = Array.from({ length: 10 }, (_, row) => [
        BigInt(row),
        BigInt(random.below(10)),
        BigInt(100 * i + row),
      ]);
      return { name: `x${i + 1}`, columns, rows };
    }),
  ];
}

function columnsOf(names: string, type: Type): readonly Column[] {
  return names.split(' ').map((name) => ({ name, type }));
}

/** Queries in the styles of the corpus, in the dialect that SQLite and DuckDB read alike. */
export class CorpusGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** One query. */
  query(): GeneratedQuery {
    const style = this.#random.pick(STYLES);
    return { style, sql: this.#make(style) };
  }

  #make(style: GeneratedQuery['style']): string {
    switch (style) {
      case 'select1':
        return this.#select1();
      case 'select4':
        return this.#select4();
      case 'select5':
        return this.#select5();
      case 'aggregates':
        return `SELECT ${this.#all()}${this.#items(() => this.#aggregated(2))} FROM ${this.#tab()}`;
      case 'expr':
        return `SELECT ${this.#all()}${this.#items(() => this.#constant(3))}`;
      case 'groupby':
        return this.#groupBy();
      case 'select':
        return this.#select();
      case 'subqueries':
        return this.#subqueries();
    }
  }

  #all(): string {
    return this.#random.pick(['', 'ALL ', 'DISTINCT ']);
  }

  #items(make: () => string): string {
    const count = 1 + this.#random.below(3);
    return Array.from({ length: count }, (_, i) => `${make()} AS v${i}`).join(', ');
  }

  /** Expressions and conditions over the five columns, ordered by all items. */
  #select1(): string {
    const { below, pick } = this.#tools();
    const table = pick(['t1', 't2']);
    const items = Array.from({ length: 1 + below(5) }, () => this.#letterValue(table));
    const conditions = Array.from({ length: below(4) }, () => this.#letterCondition(table));
    const where =
      conditions.length === 0 ? '' : ` WHERE ${conditions.join(pick([' AND ', ' OR ']))}`;
    const order = items.map((_, i) => i + 1).join(', ');
    return `SELECT ${items.join(', ')} FROM ${table}${where} ORDER BY ${order}`;
  }

  #letterValue(table: string): string {
    const { pick, below } = this.#tools();
    const [p, q] = [pick(LETTERS), pick(LETTERS)];
    return pick([
      p,
      `${p} - ${q}`,
      'a + b * 2 + c * 3 + d * 4 + e * 5',
      `ABS(${p} - ${q})`,
      '(a + b + c + d + e) / 5',
      `CASE WHEN ${p} < ${q} - 3 THEN 111 WHEN ${p} <= ${q} THEN 222 WHEN ${p} < ${q} + 3 THEN 333 ELSE 444 END`,
      `CASE ${p} + 1 WHEN ${q} THEN 111 WHEN c THEN 222 WHEN d THEN 333 ELSE 555 END`,
      `CASE WHEN ${p} > (SELECT AVG(CAST(${p} AS DOUBLE)) FROM ${table}) THEN a * 2 ELSE b * 10 END`,
      `(SELECT COUNT(*) FROM ${table} AS x WHERE x.${p} < ${table}.${q})`,
      `COALESCE(${p}, ${q}, ${below(9)})`,
      `${p} % ${2 + below(7)}`,
    ]);
  }

  #letterCondition(table: string): string {
    const { pick, below } = this.#tools();
    const [p, q] = [pick(LETTERS), pick(LETTERS)];
    const low = 100 + below(100);
    return pick([
      `${p} > ${q}`,
      `${p} BETWEEN ${q} - 2 AND d + 2`,
      `${p} NOT BETWEEN ${low} AND ${low + 40}`,
      `EXISTS (SELECT 1 FROM ${table} AS x WHERE x.${p} < ${table}.${q})`,
      `(${p} > ${q} - 2 AND ${p} < ${q} + 2)`,
      `(${p} > c OR ${p} < d)`,
      `COALESCE(${p}, ${q}, c, d, e) <> 0`,
      `${p} IS ${pick(['', 'NOT '])}NULL`,
      `${p} ${pick(['', 'NOT '])}IN (${low}, ${low + 3}, ${q} + 1)`,
    ]);
  }

  #select4(): string {
    const { pick, below } = this.#tools();
    const part = () => {
      const table = pick(['t1', 't2']);
      return `SELECT ${pick(LETTERS)} AS v0 FROM ${table} WHERE ${this.#letterCondition(table)}`;
    };
    const parts = [part(), ...Array.from({ length: 1 + below(4) }, part)];
    return parts
      .reduce(
        (all, next) => `${all} ${pick(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'])} ${next}`,
      )
      .replace(/^(.*)$/s, '$1 ORDER BY v0');
  }

  /** Tables chained by equalities in any order. */
  #select5(): string {
    const { pick, below } = this.#tools();
    const tables = Array.from({ length: CHAIN_TABLES }, (_, i) => i + 1)
      .map((n) => [below(1000), n] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, n]) => n)
      .slice(0, 2 + below(CHAIN_TABLES - 1));
    const links = tables.slice(1).map((n, i) => {
      const [left, right] = [`b${tables[i]}`, `a${n}`];
      return below(2) === 0 ? `${left} = ${right}` : `${right} = ${left}`;
    });
    const conditions = [...links, `${below(10)} = a${tables[0]}`].sort(() => below(3) - 1);
    const from = [...tables].sort((a, b) => ((a * 7) % 10) - ((b * 7) % 10));
    const items = tables.filter(() => below(3) > 0).map((n) => `x${n}.x${n}`);
    return `SELECT ${items.length === 0 ? pick(['COUNT(*)', '1']) : items.join(', ')} FROM ${from
      .map((n) => `x${n}`)
      .join(', ')} WHERE ${conditions.join(' AND ')}`;
  }

  #tab(): string {
    const { pick, below } = this.#tools();
    const tab = () => `tab${below(3)}`;
    return pick([tab(), `${tab()} AS cor0`, `${tab()} AS cor0`]);
  }

  #sign(): string {
    return this.#random.pick(['', '', '- ', '+ ', '- + ', '+ - ']);
  }

  #constant(depth: number): string {
    const { pick, below } = this.#tools();
    if (depth === 0 || below(3) === 0) return `${this.#sign()}${1 + below(98)}`;
    const inner = () => this.#constant(depth - 1);
    return pick([
      () => `( ${inner()} + ${inner()} )`,
      () => `( ${inner()} - ${inner()} )`,
      () => `( ${inner()} * ${1 + below(9)} )`,
      () => `( ${inner()} / ${this.#sign()}${1 + below(9)} )`,
      () => `${this.#sign()}COALESCE( ${inner()}, ${inner()} )`,
      () => `NULLIF( ${inner()}, ${inner()} )`,
      () => `CASE ${inner()} WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`,
      () => `CASE WHEN NOT ${inner()} > ${inner()} THEN ${inner()} END`,
      () => `${this.#sign()}CAST( ${inner()} AS BIGINT )`,
      () => `${this.#sign()}( ${inner()} )`,
    ])();
  }

  #number(depth: number): string {
    const { pick, below } = this.#tools();
    const column = () => `${this.#sign()}${pick(['col0', 'col1', 'col2', 'pk'])}`;
    if (depth === 0) return below(3) === 0 ? this.#constant(0) : column();
    const inner = () => this.#number(depth - 1);
    return pick([
      column,
      column,
      () => this.#constant(1),
      () => `( ${inner()} + ${inner()} )`,
      () => `( ${inner()} * ${inner()} )`,
      () => `( ${inner()} / ${1 + below(9)} )`,
      () => `COALESCE( ${inner()}, ${inner()} )`,
    ])();
  }

  #aggregated(depth: number): string {
    const { pick, below } = this.#tools();
    const call = () => {
      const distinct = pick(['', 'DISTINCT ', 'ALL ']);
      return pick([
        () => `${this.#sign()}COUNT( * )`,
        () => `${this.#sign()}SUM( ${distinct}${this.#number(1)} )`,
        () => `${this.#sign()}${pick(['MIN', 'MAX'])}( ${distinct}${this.#number(1)} )`,
        () => `${this.#sign()}COUNT( ${distinct}${pick([this.#number(1), 'col3', 'col4'])} )`,
        () => `AVG( ${distinct}CAST( ${this.#number(0)} AS DOUBLE ) )`,
        () => `SUM( ${distinct}col3 )`,
      ])();
    };
    if (depth === 0) return call();
    return pick([
      call,
      () => `( ${call()} + ${below(2) === 0 ? call() : this.#constant(1)} )`,
      () => `( ${call()} * ${1 + below(9)} )`,
      () => `COALESCE( ${call()}, ${this.#aggregated(depth - 1)} )`,
    ])();
  }

  #test(depth: number): string {
    const { pick, below } = this.#tools();
    const value = () => this.#number(1);
    const not = pick(['', 'NOT ']);
    const inner = () => this.#test(depth - 1);
    if (depth > 0 && below(3) === 0) return `( ${inner()} ${pick(['AND', 'OR'])} ${inner()} )`;
    return pick([
      () => `${not}( ${value()} ) ${pick(['=', '<>', '<', '>=', '<=', '>'])} ${value()}`,
      () => `${not}( ${value()} ) IS ${pick(['', 'NOT '])}NULL`,
      () => `${not}${value()} ${pick(['', 'NOT '])}BETWEEN ${value()} AND ${value()}`,
      () => `${value()} ${pick(['', 'NOT '])}IN ( ${value()}, ${value()}, ${value()} )`,
      () => `col4 ${pick(['=', '<>', '<', '>'])} '${pick(['abc', 'xyz', 'a'])}'`,
      () => `col3 ${pick(['<', '>', '<=', '>='])} ${below(100)}`,
    ])();
  }

  #groupBy(): string {
    const { pick, below } = this.#tools();
    const keys = ['col0', 'col1', 'col2', 'col4'].filter(() => below(2) === 0);
    if (keys.length === 0) keys.push('col1');
    const item = () => (below(2) === 0 ? pick(keys) : this.#aggregated(1));
    const having = pick([
      '',
      '',
      ` HAVING COUNT( * ) >= ${below(3)}`,
      ` HAVING NOT ${keys[0]} IS NULL`,
    ]);
    const where = below(2) === 0 ? '' : ` WHERE ${this.#test(1)}`;
    return `SELECT ${this.#all()}${this.#items(item)} FROM ${this.#tab()}${where} GROUP BY ${keys.join(', ')}${having}`;
  }

  #select(): string {
    const { below } = this.#tools();
    const where = below(4) === 0 ? '' : ` WHERE ${this.#test(2)}`;
    if (below(4) === 0)
      return `SELECT COUNT( * ), MIN( cor0.col0 ) FROM tab0 AS cor0 CROSS JOIN tab${below(3)} AS cor1 JOIN tab1 ON tab1.col0 = cor1.col0${below(2) === 0 ? '' : ' AND cor0.col1 < tab1.col2'}`;
    return `SELECT ${this.#all()}${this.#items(() => this.#number(2))} FROM ${this.#tab()}${where}`;
  }

  #subqueries(): string {
    const { pick, below } = this.#tools();
    const column = () => pick(['col0', 'col1', 'col2', 'pk']);
    const tab = () => `tab${below(3)}`;
    const inner = () => `SELECT ${column()} FROM ${tab()} WHERE ${this.#test(1)}`;
    const correlated = () =>
      `SELECT y.${column()} FROM ${tab()} AS y WHERE y.${column()} ${pick(['=', '<', '>='])} x.${column()}`;
    const test = () =>
      pick([
        () => `x.${column()} ${pick(['', 'NOT '])}IN ( ${pick([inner, correlated])()} )`,
        () => `${pick(['', 'NOT '])}EXISTS ( ${correlated()} )`,
        () =>
          `x.${column()} ${pick(['>', '<=', '='])} ( SELECT ${pick(['MIN', 'MAX', 'COUNT', 'SUM'])}( ${column()} ) FROM ${tab()} )`,
        () =>
          `x.${column()} ${pick(['>', '<='])} ( SELECT ${pick(['MIN', 'MAX', 'COUNT'])}( y.${column()} ) FROM ${tab()} AS y WHERE y.${column()} <> x.${column()} )`,
        () => `x.${column()} > ${below(60)}`,
      ])();
    const tests = Array.from({ length: 1 + below(3) }, test);
    return `SELECT x.pk, x.${column()} FROM ${tab()} AS x WHERE ${tests.join(pick([' AND ', ' OR ']))}`;
  }

  #tools() {
    return {
      below: (n: number) => this.#random.below(n),
      pick: <T>(items: readonly T[]) => this.#random.pick(items),
    };
  }
}

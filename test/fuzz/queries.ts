import { Expressions, exact, type Named, type Scope } from './expressions.ts';
import { build, list, type Node, optional } from './node.ts';
import type { Random } from './random.ts';
import { type Column, PORTABLE_TYPES, type TestTable, type Type } from './tables.ts';
import { Windows } from './windows.ts';

/** A query and the columns it has. */
interface Made {
  readonly query: Node;
  readonly columns: readonly Column[];
}

interface From {
  readonly from: Node;
  readonly columns: readonly Named[];
}

/** Aggregates of one row where no column has the type. */
const ANY_SCALAR: Readonly<Record<Type, string>> = {
  int: 'COUNT(*)',
  double: 'SUM(CAST(0.5 AS DOUBLE))',
  text: "MAX(CAST('q' AS VARCHAR(100)))",
  decimal: 'SUM(CAST(0.5 AS DECIMAL(12, 2)))',
  date: "MAX(DATE '2024-05-05')",
};

type Table = Pick<TestTable, 'name' | 'columns'>;

/** Random queries of the dialect that all engines read alike (`reference` in the README). */
export class QueryGenerator {
  readonly #random: Random;
  readonly #expressions: Expressions;
  readonly #windows: Windows;
  #tables: readonly Table[];
  #aliases = 0;
  /** Whether only what SQLite reads, too, is made. */
  readonly #portable: boolean;

  constructor(random: Random, tables: readonly Table[], portable = true) {
    this.#random = random;
    const readable = (type: Type) => !portable || PORTABLE_TYPES.includes(type);
    this.#tables = tables.filter(({ columns }) => columns.every(({ type }) => readable(type)));
    this.#portable = portable;
    const queries = {
      column: (type: Type, scope: Scope) => this.#columnQuery(type, scope),
      scalar: (type: Type, scope: Scope) => this.#scalarQuery(type, scope),
    };
    this.#expressions = new Expressions(random, queries, portable);
    this.#windows = new Windows(random, this.#expressions);
  }

  /** A whole query. */
  query(): Node {
    return this.#random.choose<Node>([
      [6, () => this.#ordered(this.#body(2))],
      [2, () => this.#ordered(this.#withTable(2))],
    ]);
  }

  /** `SELECT * FROM from WHERE condition`, from and condition being parts 1 and 3. */
  filtered(): Node {
    const { from, columns } = this.#from([], 2);
    const scope: Scope = { columns, outer: [], grouped: null, queries: 2 };
    return build(
      'query',
      ['SELECT * FROM ', ' WHERE ', ''],
      from,
      this.#expressions.bool(scope, 3),
    );
  }

  #withTable(depth: number): Made {
    const name = this.#alias('w');
    const table = this.#body(depth - 1);
    const before = this.#tables;
    const known = { name, columns: table.columns };
    this.#tables = [...before, known, known, known];
    const { query, columns } = this.#body(depth);
    this.#tables = before;
    return { query: build('query', [`WITH ${name} AS (`, ') ', ''], table.query, query), columns };
  }

  /** Ordered by all columns, so that a limit leaves the same rows in every engine. */
  #ordered({ query, columns }: Made): Node {
    const random = this.#random;
    if (random.chance(0.6)) return query;
    const keys = columns.map(({ name }): Node => {
      const direction = random.pick(['ASC', 'DESC']);
      return {
        sort: 'list',
        parts: [`${name} ${direction} NULLS ${random.pick(['FIRST', 'LAST'])}`],
      };
    });
    const offset = random.chance(0.3) ? ` OFFSET ${random.below(4)}` : '';
    const limit = random.chance(0.7) ? optional(` LIMIT ${random.below(8)}${offset}`) : '';
    const order = optional(' ORDER BY ', ...list(keys, ', ').parts, limit);
    return build('query', ['', '', ''], query, order);
  }

  #body(depth: number, outer: readonly Named[] = [], types: readonly Type[] | null = null): Made {
    return this.#random.choose<Made>([
      [5, () => this.#select(depth, outer, types)],
      [3, () => this.#grouped(depth, outer, types)],
      [depth > 1 ? 2 : 0, () => this.#setOperation(depth - 1, outer, types)],
    ]);
  }

  #setOperation(depth: number, outer: readonly Named[], types: readonly Type[] | null): Made {
    const left = this.#select(depth, outer, types);
    const wanted = left.columns.map((column) => column.type);
    const operators = ['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'];
    if (!this.#portable) operators.push('INTERSECT ALL', 'EXCEPT ALL');
    const operator = this.#random.pick(operators);
    const count = this.#random.below(2) + 1;
    const rights = Array.from({ length: count }, () => this.#select(depth, outer, wanted).query);
    const query = build('query', ['', ''], list([left.query, ...rights], ` ${operator} `));
    return { query, columns: left.columns };
  }

  #select(depth: number, outer: readonly Named[], types: readonly Type[] | null): Made {
    const { from, columns: visible } = this.#from(outer, depth);
    const scope: Scope = { columns: visible, outer, grouped: null, queries: depth };
    const wanted = types ?? this.#types();
    // One call alone: two could tell equal rows apart in two ways.
    const over = this.#random.chance(0.25) ? this.#random.below(wanted.length + 1) : -1;
    const items = wanted.map((type, i) =>
      i === over ? this.#windows.call(type, scope) : this.#expressions.value(type, scope, 2),
    );
    const qualify =
      over === wanted.length && !this.#portable
        ? optional(' QUALIFY ', this.#windows.call('int', scope), ' <= 3')
        : '';
    const where = this.#random.chance(0.7)
      ? optional(' WHERE ', this.#expressions.bool(scope, 3))
      : '';
    const distinct = this.#random.chance(0.2) ? 'DISTINCT ' : '';
    return this.#named(wanted, items, (all) =>
      build('query', ['SELECT ', '', ' FROM ', '', '', ''], distinct, all, from, where, qualify),
    );
  }

  #grouped(depth: number, outer: readonly Named[], types: readonly Type[] | null): Made {
    const random = this.#random;
    const { from, columns: visible } = this.#from(outer, depth);
    const rows: Scope = { columns: visible, outer, grouped: null, queries: depth };
    const keys = [...new Set(Array.from({ length: random.below(3) }, () => random.pick(visible)))];
    const scope: Scope = { columns: keys, outer: [], grouped: rows, queries: depth - 1 };
    const wanted = types ?? this.#types();
    const groupBy =
      keys.length === 0
        ? ' HAVING COUNT(*) >= 0'
        : ` GROUP BY ${this.#groupBy(keys.map((key) => key.text))}`;
    // The NULLs of grouping sets would make equal rows of different groups.
    const windows = keys.length > 0 && !groupBy.includes('(');
    const items = wanted.map((type, i) =>
      windows && i === 0 && random.chance(0.2)
        ? this.#windows.call(type, scope)
        : this.#expressions.value(type, scope, 1),
    );
    // Without keys a query is grouped only if something is aggregated.
    if (keys.length === 0 && wanted[0] === 'int')
      items[0] = build('int', ['(', ' + COUNT(*))'], items[0] ?? '');
    const where = random.chance(0.5) ? optional(' WHERE ', this.#expressions.bool(rows, 2)) : '';
    const having = random.chance(0.4)
      ? optional(keys.length === 0 ? ' AND ' : ' HAVING ', this.#expressions.bool(scope, 2))
      : '';
    return this.#named(wanted, items, (all) =>
      build('query', ['SELECT ', ' FROM ', '', groupBy, ''], all, from, where, having),
    );
  }

  /** The keys, or grouping sets of them. */
  #groupBy(keys: readonly string[]): string {
    const all = keys.join(', ');
    if (this.#portable || this.#random.chance(0.6)) return all;
    return this.#random.pick([
      `ROLLUP (${all})`,
      `CUBE (${all})`,
      `GROUPING SETS ((${all}), (${keys[0]}), ())`,
      `GROUPING SETS ((${all}), ())`,
    ]);
  }

  #named(types: readonly Type[], items: readonly Node[], make: (all: Node) => Node): Made {
    const named = items.map((item, i): Node => ({ sort: 'list', parts: [item, ` AS c${i}`] }));
    return {
      query: make(list(named, ', ')),
      columns: types.map((type, i) => ({ name: `c${i}`, type })),
    };
  }

  #types(): readonly Type[] {
    return Array.from({ length: this.#random.below(3) + 1 }, () => this.#expressions.type());
  }

  #from(outer: readonly Named[], depth: number): From {
    let all = this.#table(depth);
    for (let n = this.#random.below(3); n > 0; n--) {
      all =
        depth > 0 && !this.#portable && this.#random.chance(0.15)
          ? this.#lateral(all, outer, depth)
          : this.#join(all, this.#table(depth), depth);
    }
    return all;
  }

  #join(left: From, right: From, depth: number): From {
    const random = this.#random;
    const columns = [...left.columns, ...right.columns];
    if (random.chance(0.1)) {
      return { from: build('from', ['', ' CROSS JOIN ', ''], left.from, right.from), columns };
    }
    const queries = depth > 0 && random.chance(0.2) ? 1 : 0;
    const scope: Scope = { columns, outer: [], grouped: null, queries };
    const pairs = left.columns.flatMap((a) =>
      right.columns.filter((b) => b.type === a.type).map((b) => `${a.text} = ${b.text}`),
    );
    const equal: Node | null =
      pairs.length > 0 && random.chance(0.85)
        ? { sort: 'bool', parts: [random.pick(pairs)] }
        : null;
    const more =
      equal === null || random.chance(0.3)
        ? this.#expressions.bool(scope, Math.min(depth, 2))
        : null;
    const on =
      equal === null || more === null
        ? (equal ?? more ?? build('bool', ['TRUE']))
        : build('bool', ['', ' AND ', ''], equal, more);
    const kind = random.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'LEFT JOIN', 'JOIN']);
    return {
      from: build('from', ['', ` ${kind} `, ' ON ', ''], left.from, right.from, on),
      columns,
    };
  }

  /** A derived table that sees those to its left. */
  #lateral(left: From, outer: readonly Named[], depth: number): From {
    const alias = this.#alias('r');
    const { query, columns } = this.#body(depth - 1, [...left.columns, ...outer]);
    const named = columns.map(({ name, type }): Named => ({ text: `${alias}.${name}`, type }));
    const [join, on] = this.#random.pick([
      [' CROSS JOIN', ''],
      [' LEFT JOIN', ' ON TRUE'],
    ] as const);
    return {
      from: build('from', ['', `${join} LATERAL (`, `) AS ${alias}${on}`], left.from, query),
      columns: [...left.columns, ...named],
    };
  }

  #table(depth: number): From {
    const alias = this.#alias('r');
    const named = (columns: readonly Column[]) =>
      columns.map(({ name, type }): Named => ({ text: `${alias}.${name}`, type }));
    if (depth > 0 && this.#random.chance(0.2)) {
      // A derived table does not see the queries around its own.
      const { query, columns } =
        depth > 1 && this.#random.chance(0.2) ? this.#withTable(depth - 1) : this.#body(depth - 1);
      return { from: build('from', ['(', `) AS ${alias}`], query), columns: named(columns) };
    }
    const table = this.#random.pick(this.#tables);
    if (this.#random.chance(0.1)) {
      return { from: this.#firstRows(table, alias), columns: named(table.columns) };
    }
    return { from: build('from', [`${table.name} AS ${alias}`]), columns: named(table.columns) };
  }

  /** The rows of a table that come first by one column among those with equal others. */
  #firstRows({ name, columns }: Table, alias: string): Node {
    const random = this.#random;
    const [by, order] = [random.pick(columns).name, random.pick(columns).name];
    const partition = random.chance(0.8) ? `PARTITION BY ${by} ` : '';
    const direction = `${random.pick(['ASC', 'DESC'])} NULLS ${random.pick(['FIRST', 'LAST'])}`;
    const call = random.pick(['RANK()', 'DENSE_RANK()']);
    const bound = random.pick(['= 1', '<= 2', '< 4', 'BETWEEN 2 AND 3']);
    const inner = `SELECT *, ${call} OVER (${partition}ORDER BY ${order} ${direction}) AS place FROM ${name}`;
    const list = columns.map((column) => column.name).join(', ');
    return build('from', [
      `(SELECT ${list} FROM (${inner}) AS ${alias} WHERE place ${bound}) AS ${alias}`,
    ]);
  }

  #columnQuery(type: Type, scope: Scope): Node {
    return this.#body(scope.queries - 1, this.#seen(scope), [type]).query;
  }

  #scalarQuery(type: Type, scope: Scope): Node {
    const outer = this.#seen(scope);
    const { from, columns } = this.#from(outer, 0);
    const rows: Scope = { columns, outer, grouped: null, queries: scope.queries - 1 };
    const own = columns.filter((column) => column.type === type);
    const name =
      type === 'text' || type === 'date' || this.#random.chance(0.5)
        ? this.#random.pick(['MIN', 'MAX'])
        : 'SUM';
    const item =
      own.length === 0 || (type === 'int' && this.#random.chance(0.3))
        ? ANY_SCALAR[type]
        : exact(type, build(type, [`${name}(${this.#random.pick(own).text})`]));
    const where = this.#random.chance(0.8)
      ? optional(' WHERE ', this.#expressions.bool(rows, 2))
      : '';
    return build('query', ['SELECT ', ' FROM ', '', ''], item, from, where);
  }

  /** What a subquery in an expression sees of the queries around it. */
  #seen(scope: Scope): readonly Named[] {
    return this.#random.chance(0.6) ? [...scope.columns, ...scope.outer] : [];
  }

  #alias(prefix: string): string {
    return `${prefix}${this.#aliases++}`;
  }
}

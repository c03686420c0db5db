import { type Expressions, exact, type Scope } from './expressions.ts';
import { build, list, type Node, optional } from './node.ts';
import type { Random } from './random.ts';
import type { Type } from './tables.ts';

/** Calls with OVER whose results no order of equal rows changes. */
export class Windows {
  readonly #random: Random;
  readonly #expressions: Expressions;

  constructor(random: Random, expressions: Expressions) {
    this.#random = random;
    this.#expressions = expressions;
  }

  /** A call of a type over the rows of a scope, which has columns. */
  call(type: Type, scope: Scope): Node {
    const random = this.#random;
    // Subqueries in the arguments are what other places try.
    const own: Scope = { ...scope, queries: 0 };
    return random.choose<Node>([
      [type === 'int' ? 3 : 0, () => this.#rank(own)],
      [type === 'double' ? 1 : 0, () => this.#over(type, 'CUME_DIST()', own, this.#byOne(own))],
      [2, () => this.#over(type, this.#aggregate(type, own), own, this.#byOne(own))],
      [1, () => this.#over(type, this.#aggregate(type, own), own, '')],
      [3, () => this.#over(type, this.#aggregate(type, own), own, this.#byAll(own), this.#rows())],
      [2, () => this.#over(type, this.#neighbour(type, own), own, this.#byAll(own))],
      [
        1,
        () => {
          // Flink's FIRST_VALUE passes over NULLs.
          const name = random.pick(['FIRST_VALUE', 'LAST_VALUE']);
          const args = [this.#value(type, own), this.#expressions.constant(type)];
          const call = build(type, [`${name}(COALESCE(`, ', ', '))'], ...args);
          return this.#over(type, call, own, this.#byAll(own), this.#rows());
        },
      ],
      [
        own.columns.some((column) => column.type === 'int') ? 1 : 0,
        () => this.#over(type, this.#aggregate(type, own), own, this.#byInt(own), this.#range()),
      ],
    ]);
  }

  #value(type: Type, scope: Scope): Node {
    return this.#expressions.value(type, scope, 1);
  }

  #rank(scope: Scope): Node {
    const random = this.#random;
    return random.chance(0.5)
      ? this.#over('int', random.pick(['RANK()', 'DENSE_RANK()']), scope, this.#byOne(scope))
      : this.#over('int', random.pick(['ROW_NUMBER()', 'NTILE(3)']), scope, this.#byAll(scope));
  }

  #aggregate(type: Type, scope: Scope): Node {
    const random = this.#random;
    if (type === 'int' && random.chance(0.3)) {
      return random.chance(0.5)
        ? build('int', ['COUNT(*)'])
        : build('int', ['COUNT(', ')'], this.#value(this.#expressions.type(), scope));
    }
    const extreme = type === 'text' || type === 'date' || random.chance(0.5);
    const name = extreme ? random.pick(['MIN', 'MAX']) : 'SUM';
    return build(type, [`${name}(`, ')'], this.#value(type, scope));
  }

  #neighbour(type: Type, scope: Scope): Node {
    const random = this.#random;
    const name = random.pick(['LAG', 'LEAD']);
    return build(type, [`${name}(`, `, ${random.below(3)})`], this.#value(type, scope));
  }

  #over(type: Type, call: string | Node, scope: Scope, order: string, frame = ''): Node {
    const random = this.#random;
    const keys = scope.columns.filter(() => random.chance(0.2)).slice(0, 2);
    const names = keys.map((key): Node => ({ sort: 'list', parts: [key.text] }));
    const partition = keys.length === 0 ? '' : optional('PARTITION BY ', list(names, ', '));
    return exact(type, build(type, ['', ' OVER (', `${order}${frame})`], call, partition));
  }

  #key(text: string): string {
    const direction = this.#random.pick(['ASC', 'DESC']);
    return `${text} ${direction} NULLS ${this.#random.pick(['FIRST', 'LAST'])}`;
  }

  #byOne({ columns }: Scope): string {
    return ` ORDER BY ${this.#key(this.#random.pick(columns).text)}`;
  }

  /** Without NULLs: they are at no distance of each other in Flink, and at every one elsewhere. */
  #byInt({ columns }: Scope): string {
    const ints = columns.filter((column) => column.type === 'int');
    return ` ORDER BY ${this.#key(`COALESCE(${this.#random.pick(ints).text}, 0)`)}`;
  }

  /** Rows that are equal in all columns are the same to all calls. */
  #byAll({ columns }: Scope): string {
    return ` ORDER BY ${columns.map(({ text }) => this.#key(text)).join(', ')}`;
  }

  #rows(): string {
    return ` ROWS BETWEEN ${this.#bounds()}`;
  }

  #range(): string {
    return ` RANGE BETWEEN ${this.#bounds()}`;
  }

  #bounds(): string {
    return this.#random.pick([
      'UNBOUNDED PRECEDING AND CURRENT ROW',
      '1 PRECEDING AND CURRENT ROW',
      '2 PRECEDING AND 1 FOLLOWING',
      'CURRENT ROW AND UNBOUNDED FOLLOWING',
      '3 PRECEDING AND 1 PRECEDING',
      '1 FOLLOWING AND 2 FOLLOWING',
      'UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
    ]);
  }
}

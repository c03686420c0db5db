import { build, list, type Node } from './node.ts';
import type { Random } from './random.ts';
import { PORTABLE_TYPES, TYPES, type Type, valueText } from './tables.ts';

/** A column as an expression can name it. */
export interface Named {
  readonly text: string;
  readonly type: Type;
}

/** What expressions at one place may use. */
export interface Scope {
  readonly columns: readonly Named[];
  /** Columns of the queries around. */
  readonly outer: readonly Named[];
  /** The rows that aggregate calls read; null where none may stand. */
  readonly grouped: Scope | null;
  /** How much deeper queries may nest. */
  readonly queries: number;
}

/** Makes the subqueries of expressions. */
export interface Queries {
  /** A query of one column, of any number of rows. */
  column(type: Type, scope: Scope): Node;
  /** A query of one column and one row. */
  scalar(type: Type, scope: Scope): Node;
}

/** Expressions over a scope. `depth` bounds how far they nest. */
export class Expressions {
  readonly #random: Random;
  readonly #queries: Queries;

  /** Whether only what SQLite reads, too, is made. */
  readonly #portable: boolean;

  constructor(random: Random, queries: Queries, portable: boolean) {
    this.#random = random;
    this.#queries = queries;
    this.#portable = portable;
  }

  type(): Type {
    return this.#random.pick(this.#portable ? PORTABLE_TYPES : TYPES);
  }

  value(type: Type, scope: Scope, depth: number): Node {
    if (depth <= 0) return this.#leaf(type, scope);
    const inner = () => this.value(type, scope, depth - 1);
    return this.#random.choose<Node>([
      [6, () => this.#leaf(type, scope)],
      [4, () => this.#operation(type, scope, depth)],
      [
        1,
        () =>
          this.#node(
            type,
          )`CASE WHEN ${this.bool(scope, depth - 1)} THEN ${inner()} ELSE ${inner()} END`,
      ],
      [1, () => this.#node(type)`CASE WHEN ${this.bool(scope, depth - 1)} THEN ${inner()} END`],
      [1, () => this.#node(type)`COALESCE(${inner()}, ${inner()})`],
      [1, () => this.#node(type)`NULLIF(${inner()}, ${inner()})`],
      [scope.queries > 0 ? 1 : 0, () => this.#node(type)`(${this.#queries.scalar(type, scope)})`],
    ]);
  }

  #node(type: Type) {
    return (texts: TemplateStringsArray, ...inner: (string | Node)[]) =>
      build(type, texts, ...inner);
  }

  #leaf(type: Type, scope: Scope): Node {
    const random = this.#random;
    if (scope.grouped !== null && random.chance(0.5)) return this.#aggregate(type, scope.grouped);
    const near = scope.columns.filter((column) => column.type === type);
    const far = scope.outer.filter((column) => column.type === type);
    const columns = far.length > 0 && random.chance(0.35) ? far : near;
    if (columns.length > 0 && random.chance(0.75)) {
      return { sort: type, parts: [random.pick(columns).text] };
    }
    return { sort: type, parts: [this.#literal(type)] };
  }

  #literal(type: Type): string {
    return this.#random.chance(0.1) ? valueText(null, type) : this.constant(type);
  }

  /** A literal that is not NULL. */
  constant(type: Type): string {
    const random = this.#random;
    switch (type) {
      case 'int':
        return String(random.below(6));
      case 'double':
        return valueText(random.below(40) / 8, type);
      case 'text':
        return valueText(random.pick(['', 'a', 'ab', 'b', '10']), type);
      case 'decimal':
        return random.pick(['0.5', '1.25', '2', '-0.01', '100.10']);
      case 'date':
        return `DATE '${random.pick(['1970-01-01', '2000-02-29', '2024-02-29', '2023-12-31'])}'`;
    }
  }

  #operation(type: Type, scope: Scope, depth: number): Node {
    const inner = () => this.value(type, scope, depth - 1);
    switch (type) {
      case 'int':
        return this.#random.choose<Node>([
          [3, () => build('int', ['(', ' + ', ')'], inner(), inner())],
          [2, () => build('int', ['(', ' - ', ')'], inner(), inner())],
          [1, () => build('int', ['(', ' * ', ')'], inner(), this.#leaf('int', scope))],
          [1, () => build('int', ['ABS(', ')'], inner())],
          [1, () => build('int', ['(- ', ')'], inner())],
          [1, () => build('int', ['(', ' % 3)'], inner())],
          [1, () => build('int', ['CHAR_LENGTH(', ')'], this.value('text', scope, depth - 1))],
          [
            this.#portable ? 0 : 2,
            () => {
              const unit = this.#random.pick(['YEAR', 'MONTH', 'DAY', 'QUARTER', 'WEEK', 'DOY']);
              const date = this.value('date', scope, depth - 1);
              return build('int', [`EXTRACT(${unit} FROM `, ')'], date);
            },
          ],
        ]);
      case 'double':
        return this.#random.choose<Node>([
          [2, () => build('double', ['(', ' + ', ')'], inner(), inner())],
          [1, () => build('double', ['(', ' - ', ')'], inner(), inner())],
          [1, () => build('double', ['(', ' * CAST(0.5 AS DOUBLE))'], inner())],
          [1, () => build('double', ['CAST(', ' AS DOUBLE)'], this.value('int', scope, depth - 1))],
        ]);
      case 'text':
        return this.#random.choose<Node>([
          [2, () => build('text', ['(', ' || ', ')'], inner(), inner())],
          [1, () => build('text', ['UPPER(', ')'], inner())],
          [1, () => build('text', ['LOWER(', ')'], inner())],
          [1, () => build('text', ['REPLACE(', ", 'a', 'bb')"], inner())],
          [1, () => build('text', ['TRIM(', ')'], inner())],
          [1, () => build('text', ['SUBSTR(', ', 1, 2)'], inner())],
        ]);
      case 'decimal':
        return this.#random.choose<Node>([
          [2, () => build('decimal', ['(', ' + ', ')'], inner(), inner())],
          [2, () => build('decimal', ['(', ' - ', ')'], inner(), inner())],
          [
            2,
            () =>
              exact(
                'decimal',
                build('decimal', ['(', ' * ', ')'], inner(), this.#leaf(type, scope)),
              ),
          ],
          [1, () => build('decimal', ['ROUND(', ', 1)'], inner())],
          [1, () => build('decimal', ['ABS(', ')'], inner())],
          [1, () => build('decimal', ['CAST(', ' AS DECIMAL(20, 1))'], inner())],
          [
            2,
            () =>
              build(
                'decimal',
                ['CAST(', ' AS DECIMAL(20, 2))'],
                this.value('int', scope, depth - 1),
              ),
          ],
        ]);
      case 'date': {
        const by = this.#random.pick(["'1' DAY", "'30' DAY", "'1' MONTH", "'2' YEAR"]);
        const sign = this.#random.pick(['+', '-']);
        return build('date', ['CAST((', ` ${sign} INTERVAL ${by}) AS DATE)`], inner());
      }
    }
  }

  #aggregate(type: Type, rows: Scope): Node {
    const own: Scope = { ...rows, outer: [], queries: 0, grouped: null };
    const of = (t: Type) => this.value(t, own, 1);
    const filter = () =>
      this.#random.chance(0.15)
        ? build('optional', [' FILTER (WHERE ', ')'], this.bool(own, 1))
        : '';
    const distinct = () => (this.#random.chance(0.2) ? 'DISTINCT ' : '');
    const extreme = (): Node =>
      this.#node(type)`${this.#random.pick(['MIN', 'MAX'])}(${distinct()}${of(type)})${filter()}`;
    if (type === 'text' || type === 'date') return extreme();
    const sum = (): Node => exact(type, this.#node(type)`SUM(${distinct()}${of(type)})${filter()}`);
    if (type !== 'int')
      return this.#random.choose<Node>([
        [1, extreme],
        [1, sum],
      ]);
    return this.#random.choose<Node>([
      [1, extreme],
      [2, sum],
      [2, () => build('int', ['COUNT(*)', ''], filter())],
      [2, () => build('int', ['COUNT(', '', ')', ''], distinct(), of(this.type()), filter())],
    ]);
  }

  bool(scope: Scope, depth: number): Node {
    if (depth <= 0) return this.#simpleBool(scope, 0);
    const inner = () => this.bool(scope, depth - 1);
    return this.#random.choose<Node>([
      [8, () => this.#simpleBool(scope, depth)],
      [3, () => build('bool', ['(', ' AND ', ')'], inner(), inner())],
      [3, () => build('bool', ['(', ' OR ', ')'], inner(), inner())],
      [2, () => build('bool', ['(NOT ', ')'], inner())],
      [
        1,
        () =>
          build(
            'bool',
            ['(', ' IS ', ')'],
            inner(),
            this.#random.pick(['TRUE', 'FALSE', 'NOT TRUE', 'NOT FALSE', 'NULL', 'NOT NULL']),
          ),
      ],
      [1, () => build('bool', ['(', ' OR ', ')'], inner(), this.#equalities(scope))],
      [2, () => this.#ranges(scope)],
      [
        1,
        () => build('bool', ['CASE WHEN ', ' THEN ', ' ELSE ', ' END'], inner(), inner(), inner()),
      ],
      [1, () => build('bool', ['COALESCE(', ', ', ')'], inner(), inner())],
      [scope.queries > 0 ? 3 : 0, () => this.#subqueryTest(scope, depth)],
    ]);
  }

  /** Equalities of one value, in conjunctions now and then: what rules join and split. */
  #equalities(scope: Scope): Node {
    const type = this.type();
    const value = this.#leaf(type, scope);
    const items = Array.from({ length: this.#random.below(3) + 2 }, () => {
      const equal = build('bool', ['', ' = ', ''], value, this.#literal(type));
      if (!this.#random.chance(0.3)) return equal;
      return build('bool', ['(', ' AND ', ')'], equal, this.#simpleBool(scope, 0));
    });
    return { sort: 'bool', parts: ['(', list(items, ' OR '), ')'] };
  }

  /** Comparisons of one value with constants, and with another value: what rules merge and pass on. */
  #ranges(scope: Scope): Node {
    const random = this.#random;
    const type = this.type();
    const value = this.#leaf(type, scope);
    const items = Array.from({ length: random.below(3) + 2 }, () => {
      const literal = () => this.#literal(type);
      return random.choose<Node>([
        [
          5,
          () =>
            build(
              'bool',
              ['', random.pick([' < ', ' <= ', ' > ', ' >= ', ' <> ']), ''],
              value,
              literal(),
            ),
        ],
        [1, () => build('bool', ['', ' = ', ''], value, literal())],
        [
          1,
          () =>
            build('bool', ['', ' IN (', ', ', ', ', ')'], value, literal(), literal(), literal()),
        ],
        [1, () => build('bool', ['', ' NOT IN (', ', ', ')'], value, literal(), literal())],
        [1, () => build('bool', ['', random.pick([' IS NULL', ' IS NOT NULL'])], value)],
        [2, () => build('bool', ['', ' = ', ''], value, this.#leaf(type, scope))],
      ]);
    });
    return { sort: 'bool', parts: ['(', list(items, ' AND '), ')'] };
  }

  #simpleBool(scope: Scope, depth: number): Node {
    const random = this.#random;
    const type = this.type();
    const value = () => this.value(type, scope, depth - 1);
    const not = random.chance(0.3) ? 'NOT ' : '';
    return random.choose<Node>([
      [
        8,
        () =>
          build(
            'bool',
            ['(', ' ', ' ', ')'],
            value(),
            random.pick(['=', '<>', '<', '<=', '>', '>=']),
            value(),
          ),
      ],
      [
        1,
        () =>
          build(
            'bool',
            ['(', ' < ', ')'],
            this.value('int', scope, depth - 1),
            this.value('double', scope, depth - 1),
          ),
      ],
      [2, () => build('bool', ['(', ` IS ${not}NULL)`], value())],
      [2, () => build('bool', ['(', ` IS ${not}DISTINCT FROM `, ')'], value(), value())],
      [1, () => build('bool', ['(', ` ${not}BETWEEN `, ' AND ', ')'], value(), value(), value())],
      [
        2,
        () =>
          build(
            'bool',
            ['(', ` ${not}IN (`, '))'],
            value(),
            list(Array.from({ length: random.below(4) + 1 }, value), ', '),
          ),
      ],
      [
        1,
        () =>
          build(
            'bool',
            ['(', ` ${not}LIKE '`, "')"],
            this.value('text', scope, depth - 1),
            random.pick(['a%', '%b', '_', '%', 'a_c', '%a%', '', 'ab', '%_b%', "x!_y' ESCAPE '!"]),
          ),
      ],
      [
        this.#portable ? 0 : 1,
        () =>
          build(
            'bool',
            ['(', ' <= ', ')'],
            this.value('int', scope, depth - 1),
            this.value('decimal', scope, depth - 1),
          ),
      ],
      [
        1,
        () => ({ sort: 'bool', parts: [random.pick(['TRUE', 'FALSE', 'CAST(NULL AS BOOLEAN)'])] }),
      ],
    ]);
  }

  #subqueryTest(scope: Scope, depth: number): Node {
    const random = this.#random;
    const type = this.type();
    const not = random.chance(0.4) ? 'NOT ' : '';
    return random.choose<Node>([
      [2, () => build('bool', [`(${not}EXISTS (`, '))'], this.#queries.column(type, scope))],
      [
        this.#portable ? 0 : 1,
        () =>
          build(
            'bool',
            ['(', ' ', ' (', '))'],
            this.value(type, scope, depth - 1),
            random.pick(['= ANY', '<> ALL', '> ALL', '<= ANY', '< ALL', '>= ANY']),
            this.#queries.column(type, scope),
          ),
      ],
      [
        3,
        () =>
          build(
            'bool',
            ['(', ` ${not}IN (`, '))'],
            this.value(type, scope, depth - 1),
            this.#queries.column(type, scope),
          ),
      ],
      [
        1,
        () =>
          build(
            'bool',
            ['(', ' ', ' (', '))'],
            this.value(type, scope, depth - 1),
            random.pick(['=', '<', '>=']),
            this.#queries.scalar(type, scope),
          ),
      ],
    ]);
  }
}

/** A value; a decimal with as many digits in every engine, as those past 38 are rounded. */
export function exact(type: Type, value: Node): Node {
  return type === 'decimal' ? build(type, ['CAST(', ' AS DECIMAL(24, 4))'], value) : value;
}

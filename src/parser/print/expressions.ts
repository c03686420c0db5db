import type { Binary, Call, CallArg, Case, Expr, TableArg, Trim } from '../ast/expressions.ts';
import type { JsonArray, JsonBehavior } from '../ast/json.ts';
import type { OrderItem, Query, WindowName, WindowSpec } from '../ast/queries.ts';
import { PRECEDENCE } from '../grammar/operators.ts';
import { quoteIdentifier, quotePath } from '../quoting.ts';
import { NiladicFunction, WORDS } from '../vocabulary.ts';
import { type Atom, PRIMARY, precedenceOf, printAtom, printFunctionName } from './atoms.ts';
import { printType } from './types.ts';

/** What a dot may follow without parentheses: behind a name or a number it would belong to it. */
const ACCESSIBLE: ReadonlySet<string> = new Set([
  'Call',
  'ElementAccess',
  'FieldAccess',
  'RowConstructor',
  'Subquery',
]);

const JSON_NAMES = {
  JsonValue: 'JSON_VALUE',
  JsonQuery: 'JSON_QUERY',
  JsonExists: 'JSON_EXISTS',
} as const;

/** Prints expressions as SQL that parses to the same tree. */
export abstract class ExpressionPrinter {
  abstract query(query: Query): string;

  /** An expression, in parentheses if it binds less than `least`. */
  expr(expr: Expr, least = 0): string {
    const text = this.#bare(expr);
    return precedenceOf(expr) < least ? `(${text})` : text;
  }

  /** Expressions separated by commas. */
  list(exprs: readonly Expr[]): string {
    return exprs.map((expr) => this.expr(expr)).join(', ');
  }

  #bare(expr: Expr): string {
    switch (expr.kind) {
      case 'NullLiteral':
      case 'BooleanLiteral':
      case 'NumberLiteral':
      case 'StringLiteral':
      case 'BinaryLiteral':
      case 'TemporalLiteral':
      case 'IntervalLiteral':
      case 'PositionalParameter':
      case 'NamedParameter':
      case 'Identifier':
        return printAtom(expr);
      case 'Unary':
      case 'Binary':
      case 'Logical':
      case 'IsTest':
      case 'IsJson':
      case 'Between':
      case 'InList':
      case 'InQuery':
      case 'Like':
      case 'QuantifiedQuery':
      case 'QuantifiedList':
        return this.#operator(expr);
      case 'JsonValue':
      case 'JsonQuery':
      case 'JsonExists':
      case 'JsonObject':
      case 'JsonArray':
      case 'JsonObjectAgg':
      case 'JsonArrayAgg':
        return this.#json(expr);
      default:
        return this.#primary(expr);
    }
  }

  // ── operators ──────────────────────────────────────────────────────────────────────────────

  #operator(expr: OperatorExpr): string {
    const left = (operand: Expr) => this.expr(operand, precedenceOf(expr));
    const not = 'negated' in expr && expr.negated ? 'NOT ' : '';
    const above = PRECEDENCE.predicate + 1;
    switch (expr.kind) {
      case 'Unary': {
        const operand = left(expr.operand);
        if (expr.op === 'NOT') return `NOT ${operand}`;
        // Two minus signs would begin a comment.
        return operand.startsWith('-') ? `${expr.op} ${operand}` : `${expr.op}${operand}`;
      }
      case 'Binary':
        return this.#chain(expr);
      case 'Logical': {
        const least = precedenceOf(expr) + 1;
        return expr.operands.map((operand) => this.expr(operand, least)).join(` ${expr.op} `);
      }
      case 'IsTest':
        return `${left(expr.operand)} IS ${not}${expr.test}`;
      case 'IsJson':
        return `${left(expr.operand)} IS ${not}JSON ${expr.type}`;
      case 'Between': {
        const symmetric = expr.symmetric ? 'SYMMETRIC ' : '';
        const low = this.expr(expr.low, above);
        return `${left(expr.operand)} ${not}BETWEEN ${symmetric}${low} AND ${this.expr(expr.high, above)}`;
      }
      case 'InList':
        return `${left(expr.operand)} ${not}IN (${this.list(expr.items)})`;
      case 'InQuery':
        return `${left(expr.operand)} ${not}IN (${this.query(expr.query)})`;
      case 'Like': {
        const pattern = `${left(expr.operand)} ${not}${expr.form} ${this.expr(expr.pattern, above)}`;
        return expr.escape === null
          ? pattern
          : `${pattern} ESCAPE ${this.expr(expr.escape, above)}`;
      }
      case 'QuantifiedQuery':
        return `${left(expr.operand)} ${expr.op} ${expr.quantifier} (${this.query(expr.query)})`;
      case 'QuantifiedList':
        return `${left(expr.operand)} ${expr.op} ${expr.quantifier} (${this.list(expr.items)})`;
    }
  }

  /** A chain of operators that leans to the left, by a loop: it may be long. */
  #chain(expr: Binary): string {
    const parts: string[] = [];
    let node: Expr = expr;
    let least = 0;
    while (node.kind === 'Binary' && precedenceOf(node) >= least) {
      least = precedenceOf(node);
      parts.push(this.expr(node.right, least + 1), ` ${node.op} `);
      node = node.left;
    }
    parts.push(this.expr(node, least));
    return parts.reverse().join('');
  }

  // ── everything that needs no parentheses ───────────────────────────────────────────────────

  #primary(expr: PrimaryExpr): string {
    switch (expr.kind) {
      case 'Exists':
        return `${expr.form} (${this.query(expr.query)})`;
      case 'Subquery':
        return `(${this.query(expr.query)})`;
      case 'CollectionQuery':
        return `${expr.collection} (${this.query(expr.query)})`;
      case 'Case':
        return this.#case(expr);
      case 'Cast':
        return `${expr.safe ? 'TRY_CAST' : 'CAST'}(${this.expr(expr.operand)} AS ${printType(expr.type)})`;
      case 'Call':
        return this.call(expr);
      case 'Extract':
        return `EXTRACT(${expr.unit} FROM ${this.expr(expr.operand)})`;
      case 'Trim':
        return this.#trim(expr);
      case 'RoundToUnit':
        return `${expr.direction}(${this.expr(expr.operand)} TO ${expr.unit})`;
      case 'TimestampArithmetic':
        return `${expr.operation}(${expr.unit}, ${this.expr(expr.first)}, ${this.expr(expr.second)})`;
      case 'RowConstructor':
        return `ROW(${this.list(expr.items)})`;
      case 'CollectionConstructor':
        return `${expr.collection}[${this.list(expr.items)}]`;
      case 'ElementAccess':
        return `${this.expr(expr.operand, PRECEDENCE.access)}[${this.expr(expr.index)}]`;
      case 'FieldAccess': {
        const operand = this.expr(expr.operand);
        const field = quoteIdentifier(expr.field);
        return ACCESSIBLE.has(expr.operand.kind) ? `${operand}.${field}` : `(${operand}).${field}`;
      }
      case 'MatchMeasure':
        return `${expr.semantics} ${this.expr(expr.operand, PRIMARY)}`;
    }
  }

  #case({ operand, branches, otherwise }: Case): string {
    const parts = ['CASE'];
    if (operand !== null) parts.push(this.expr(operand));
    for (const branch of branches) {
      parts.push(`WHEN ${this.expr(branch.when)} THEN ${this.expr(branch.then)}`);
    }
    if (otherwise !== null) parts.push(`ELSE ${this.expr(otherwise)}`);
    return `${parts.join(' ')} END`;
  }

  #trim({ side, characters, operand }: Trim): string {
    const inner = this.expr(operand);
    if (characters !== null) return `TRIM(${side} ${this.expr(characters)} FROM ${inner})`;
    return side === 'BOTH' ? `TRIM(${inner})` : `TRIM(${side} FROM ${inner})`;
  }

  // ── calls ──────────────────────────────────────────────────────────────────────────────────

  /** A call with all that may follow its parentheses. */
  call(call: Call): string {
    const { args, quantifier, orderBy, nulls, withinGroup, filter, over } = call;
    const inner = [
      quantifier ?? '',
      args.map((arg) => this.arg(arg)).join(', '),
      orderBy.length === 0 ? '' : this.orderBy(orderBy),
    ];
    const [word = ''] = call.name.parts;
    const niladic = WORDS.get(word.toUpperCase()) === NiladicFunction;
    const bare = niladic && args.length === 0 && quantifier === null && orderBy.length === 0;
    const head = bare ? word : `${printFunctionName(call)}(${inner.filter(Boolean).join(' ')})`;
    return [
      head,
      nulls === null ? '' : `${nulls} NULLS`,
      withinGroup.length === 0 ? '' : `WITHIN GROUP (${this.orderBy(withinGroup)})`,
      this.#suffixes(filter, over),
    ]
      .filter(Boolean)
      .join(' ');
  }

  #suffixes(filter: Expr | null, over: WindowSpec | WindowName | null): string {
    const parts: string[] = [];
    if (filter !== null) parts.push(`FILTER (WHERE ${this.expr(filter)})`);
    if (over !== null) parts.push(`OVER ${this.window(over)}`);
    return parts.join(' ');
  }

  /** One argument of a call. */
  arg(arg: CallArg): string {
    switch (arg.kind) {
      case 'Star':
        return arg.qualifier === null ? '*' : `${quotePath(arg.qualifier.parts)}.*`;
      case 'NamedArg':
        return `${quoteIdentifier(arg.name)} => ${this.arg(arg.value)}`;
      case 'DefaultArg':
        return 'DEFAULT';
      case 'Descriptor': {
        const columns = arg.columns.map(({ name, type }) =>
          type === null ? quoteIdentifier(name) : `${quoteIdentifier(name)} ${printType(type)}`,
        );
        return `DESCRIPTOR(${columns.join(', ')})`;
      }
      case 'TableArg':
        return this.#tableArg(arg);
      case 'ModelArg':
        return `MODEL ${quotePath(arg.name.parts)}`;
      default:
        return this.expr(arg);
    }
  }

  #tableArg({ input, partitionBy, orderBy }: TableArg): string {
    const parts = ['TABLE'];
    if (input.kind === 'Identifier') parts.push(quotePath(input.parts));
    else parts.push(input.kind === 'Call' ? this.call(input) : `(${this.query(input)})`);
    if (partitionBy !== null) parts.push(`PARTITION BY (${this.list(partitionBy)})`);
    if (orderBy.length > 0) {
      parts.push(`ORDER BY (${orderBy.map((item) => this.orderItem(item)).join(', ')})`);
    }
    return parts.join(' ');
  }

  // ── JSON ───────────────────────────────────────────────────────────────────────────────────

  #json(expr: JsonExpr): string {
    switch (expr.kind) {
      case 'JsonValue':
      case 'JsonQuery':
      case 'JsonExists': {
        const parts = [`${this.expr(expr.input)}, ${this.expr(expr.path)}`];
        if ('returning' in expr && expr.returning !== null) {
          parts.push(`RETURNING ${printType(expr.returning)}`);
        }
        if (expr.kind === 'JsonQuery' && expr.wrapper !== null) {
          parts.push(
            expr.wrapper === 'WITHOUT' ? 'WITHOUT WRAPPER' : `WITH ${expr.wrapper} WRAPPER`,
          );
        }
        if ('onEmpty' in expr && expr.onEmpty !== null) {
          parts.push(`${this.#behavior(expr.onEmpty)} ON EMPTY`);
        }
        if (expr.onError !== null) parts.push(`${this.#behavior(expr.onError)} ON ERROR`);
        return `${JSON_NAMES[expr.kind]}(${parts.join(' ')})`;
      }
      case 'JsonObject': {
        const entries = expr.entries.map((entry) => this.#entry(entry));
        return `JSON_OBJECT(${spaced(entries.join(', '), expr.nullHandling)})`;
      }
      case 'JsonArray': {
        const items = expr.items.map((item) => this.#item(item));
        return `JSON_ARRAY(${spaced(items.join(', '), expr.nullHandling)})`;
      }
      case 'JsonObjectAgg': {
        const inner = spaced(this.#entry(expr), expr.nullHandling);
        return spaced(`JSON_OBJECTAGG(${inner})`, this.#suffixes(expr.filter, expr.over));
      }
      case 'JsonArrayAgg': {
        const order = expr.orderBy.length === 0 ? '' : ` ${this.orderBy(expr.orderBy)}`;
        const inner = spaced(`${this.#item(expr)}${order}`, expr.nullHandling);
        return spaced(`JSON_ARRAYAGG(${inner})`, this.#suffixes(expr.filter, expr.over));
      }
    }
  }

  #behavior({ action, value }: JsonBehavior): string {
    return value === null ? action : `${action} ${this.expr(value)}`;
  }

  #entry(entry: { readonly key: Expr } & JsonItem): string {
    return `KEY ${this.expr(entry.key)} VALUE ${this.#item(entry)}`;
  }

  #item({ value, formatJson }: JsonItem): string {
    return formatJson ? `${this.expr(value)} FORMAT JSON` : this.expr(value);
  }

  // ── ORDER BY and windows ───────────────────────────────────────────────────────────────────

  /** `ORDER BY a, b DESC` */
  orderBy(items: readonly OrderItem[]): string {
    return `ORDER BY ${items.map((item) => this.orderItem(item)).join(', ')}`;
  }

  /** `a DESC NULLS LAST` */
  orderItem({ expr, descending, nulls }: OrderItem): string {
    const direction = descending ? ' DESC' : '';
    return `${this.expr(expr)}${direction}${nulls === null ? '' : ` NULLS ${nulls}`}`;
  }

  /** What follows OVER, or AS in a WINDOW clause. */
  abstract window(window: WindowSpec | WindowName): string;
}

type OperatorExpr = Extract<
  Expr,
  {
    kind:
      | 'Unary'
      | 'Binary'
      | 'Logical'
      | 'IsTest'
      | 'IsJson'
      | 'Between'
      | 'InList'
      | 'InQuery'
      | 'Like'
      | 'QuantifiedQuery'
      | 'QuantifiedList';
  }
>;

type JsonExpr = Extract<
  Expr,
  {
    kind:
      | 'JsonValue'
      | 'JsonQuery'
      | 'JsonExists'
      | 'JsonObject'
      | 'JsonArray'
      | 'JsonObjectAgg'
      | 'JsonArrayAgg';
  }
>;

type PrimaryExpr = Exclude<Expr, Atom | OperatorExpr | JsonExpr>;

type JsonItem = JsonArray['items'][number];

/** Two texts with a space between them, if there are two. */
function spaced(first: string, second: string | null): string {
  return [first, second].filter(Boolean).join(' ');
}

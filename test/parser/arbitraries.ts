import fc from 'fast-check';
import type { Case, Expr } from '../../src/parser/ast/expressions.ts';
import type { Identifier } from '../../src/parser/ast/node.ts';
import type {
  FromItem,
  OrderItem,
  Query,
  QueryBody,
  Select,
} from '../../src/parser/ast/queries.ts';
import type { TypeName } from '../../src/parser/ast/types.ts';

const span = null;

const names = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'T1',
    'key',
    'select',
    'first',
    'a b',
    '`',
    'naïve',
    'value',
    '_x',
    '$y',
  ),
  fc.string({ minLength: 1, maxLength: 6 }).filter((name) => !name.includes('\0')),
);

const identifier: fc.Arbitrary<Identifier> = fc
  .array(names, { minLength: 1, maxLength: 3 })
  .map((parts) => ({ kind: 'Identifier', parts, span }));

/** Types as the parser makes them. */
export const types: fc.Arbitrary<TypeName> = fc.letrec<{ type: TypeName }>((tie) => {
  const nullable = fc.constantFrom(null, true, false);
  return {
    type: fc.oneof(
      { depthSize: 'small' },
      fc.record({
        kind: fc.constant('SimpleType' as const),
        name: fc.constantFrom(['INT'], ['STRING'], ['DOUBLE'], ['VARIANT'], ['c', 'my type']),
        args: fc.constant([]),
        nullable,
        span: fc.constant(span),
      }),
      fc.record({
        kind: fc.constant('SimpleType' as const),
        name: fc.constantFrom(['DECIMAL'], ['TIMESTAMP'], ['TIMESTAMP_LTZ'], ['VARCHAR']),
        args: fc.tuple(fc.nat(38)),
        nullable,
        span: fc.constant(span),
      }),
      fc.record({
        kind: fc.constant('CollectionType' as const),
        collection: fc.constantFrom('ARRAY' as const, 'MULTISET' as const),
        element: tie('type'),
        nullable,
        span: fc.constant(span),
      }),
      fc.record({
        kind: fc.constant('RowType' as const),
        structured: fc.constantFrom(null, 'a.B'),
        fields: fc.array(
          fc.record({ name: names, type: tie('type'), comment: fc.constantFrom(null, "it's") }),
          { maxLength: 3 },
        ),
        nullable,
        span: fc.constant(span),
      }),
    ),
  };
}).type;

const literals: fc.Arbitrary<Expr> = fc.oneof(
  fc.constant<Expr>({ kind: 'NullLiteral', span }),
  fc
    .constantFrom(true, false, null)
    .map((value): Expr => ({ kind: 'BooleanLiteral', value, span })),
  fc.nat().map((n): Expr => ({ kind: 'NumberLiteral', text: String(n), form: 'integer', span })),
  fc
    .constantFrom('1.5', '.5', '2.')
    .map((text): Expr => ({ kind: 'NumberLiteral', text, form: 'decimal', span })),
  fc.string({ unit: 'binary' }).map((value): Expr => ({ kind: 'StringLiteral', value, span })),
  fc
    .uint8Array({ maxLength: 4 })
    .map((value): Expr => ({ kind: 'BinaryLiteral', value: Uint8Array.from(value), span })),
  fc.constant<Expr>({ kind: 'NamedParameter', name: 'p', span }),
);

function branch(when: Expr, result: Expr): Case['branches'][number] {
  // biome-ignore lint/suspicious/noThenProperty: the word of CASE, and no node is ever awaited
  return { when, then: result };
}

/** What the generators make. */
interface Trees {
  expr: Expr;
  query: Query;
  body: QueryBody;
  from: FromItem;
}

/** Expressions, queries and FROM items as the parser makes them, without spans. */
export const trees = fc.letrec<Trees>((tie: fc.LetrecTypedTie<Trees>) => {
  const expr = tie('expr');
  const exprs = (least: number) => fc.array(expr, { minLength: least, maxLength: 3 });
  const orderItem: fc.Arbitrary<OrderItem> = fc
    .tuple(expr, fc.boolean(), fc.constantFrom(null, 'FIRST' as const, 'LAST' as const))
    .map(([inner, descending, nulls]) => ({
      kind: 'OrderItem',
      expr: inner,
      descending,
      nulls,
      span,
    }));
  const orderBy = fc.array(orderItem, { maxLength: 2 });
  const flag = fc.boolean();
  return {
    expr: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literals,
      identifier,
      fc
        .tuple(fc.constantFrom('+' as const, '-' as const, 'NOT' as const), expr)
        .map(([op, operand]): Expr => ({ kind: 'Unary', op, operand, span })),
      fc
        .tuple(
          fc.constantFrom(
            '+',
            '-',
            '*',
            '/',
            '%',
            '||',
            '=',
            '<>',
            '<',
            'IS DISTINCT FROM',
            'OVERLAPS',
            'MULTISET UNION ALL',
            'MULTISET INTERSECT DISTINCT',
            'MEMBER OF',
          ),
          expr,
          expr,
        )
        .map(([op, left, right]) => ({ kind: 'Binary', op, left, right, span }) as Expr),
      fc
        .tuple(fc.constantFrom('AND' as const, 'OR' as const), exprs(2))
        .map(([op, operands]): Expr => {
          // The parser joins a chain at its left end.
          const [first, ...rest] = operands;
          const flat = first?.kind === 'Logical' && first.op === op ? first.operands : [first];
          return { kind: 'Logical', op, operands: [...flat, ...rest] as Expr[], span };
        }),
      fc
        .tuple(expr, fc.constantFrom('NULL', 'TRUE', 'UNKNOWN', 'A SET'), flag)
        .map(
          ([operand, test, negated]) => ({ kind: 'IsTest', operand, test, negated, span }) as Expr,
        ),
      fc.tuple(expr, expr, expr, flag, flag).map(
        ([operand, low, high, symmetric, negated]): Expr => ({
          kind: 'Between',
          operand,
          low,
          high,
          symmetric,
          negated,
          span,
        }),
      ),
      fc
        .tuple(expr, exprs(2), flag)
        .map(
          ([operand, items, negated]): Expr => ({ kind: 'InList', operand, items, negated, span }),
        ),
      fc
        .tuple(expr, tie('query'), flag)
        .map(
          ([operand, query, negated]): Expr => ({ kind: 'InQuery', operand, query, negated, span }),
        ),
      fc
        .tuple(fc.constantFrom('LIKE', 'SIMILAR TO', 'RLIKE'), expr, expr, fc.option(expr), flag)
        .map(
          ([form, operand, pattern, escape_, negated]) =>
            ({ kind: 'Like', form, operand, pattern, escape: escape_, negated, span }) as Expr,
        ),
      fc.tuple(expr, tie('query')).map(
        ([operand, query]): Expr => ({
          kind: 'QuantifiedQuery',
          op: '<',
          quantifier: 'ALL',
          operand,
          query,
          span,
        }),
      ),
      tie('query').map((query): Expr => ({ kind: 'Subquery', query, span })),
      tie('query').map((query): Expr => ({ kind: 'Exists', form: 'EXISTS', query, span })),
      fc
        .tuple(
          fc.option(expr),
          fc.array(fc.tuple(expr, expr), { minLength: 1, maxLength: 2 }),
          fc.option(expr),
        )
        .map(([operand, pairs, otherwise]): Expr => {
          const branches = pairs.map(([when, result]) => branch(when, result));
          return { kind: 'Case', operand, branches, otherwise, span };
        }),
      fc
        .tuple(expr, types, flag)
        .map(([operand, type, safe]): Expr => ({ kind: 'Cast', operand, type, safe, span })),
      fc.tuple(identifier, exprs(0), orderBy, fc.option(expr)).map(
        ([name, args, order, filter]): Expr => ({
          kind: 'Call',
          name,
          args,
          quantifier: null,
          orderBy: args.length === 0 ? [] : order,
          nulls: null,
          withinGroup: [],
          filter,
          over: null,
          span,
        }),
      ),
      fc.tuple(fc.constantFrom('BOTH' as const, 'LEADING' as const), fc.option(expr), expr).map(
        ([side, characters, operand]): Expr => ({
          kind: 'Trim',
          side,
          characters,
          operand,
          span,
        }),
      ),
      exprs(0).map((items): Expr => ({ kind: 'RowConstructor', items, span })),
      fc.tuple(fc.constantFrom('ARRAY' as const, 'MAP' as const), exprs(0)).map(
        ([collection, items]): Expr => ({
          kind: 'CollectionConstructor',
          collection,
          items,
          span,
        }),
      ),
      fc
        .tuple(expr, expr)
        .map(([operand, index]): Expr => ({ kind: 'ElementAccess', operand, index, span })),
      fc
        .tuple(expr, names)
        .map(([operand, field]): Expr => ({ kind: 'FieldAccess', operand, field, span })),
    ),
    query: fc.tuple(tie('body'), orderBy, fc.option(expr), fc.option(expr)).map(
      ([body, order, offset, limit]): Query => ({
        kind: 'Query',
        with: [],
        body,
        orderBy: order,
        offset,
        limit,
        span,
      }),
    ),
    body: fc.oneof(
      { depthSize: 'small' },
      identifier.map((name): QueryBody => ({ kind: 'ExplicitTable', name, span })),
      fc
        .tuple(
          flag,
          fc.array(fc.tuple(expr, fc.option(names)), { minLength: 1, maxLength: 2 }),
          fc.option(tie('from')),
          fc.option(expr),
          fc.option(exprs(1)),
        )
        .map(
          ([distinct, items, from, where, group]): Select => ({
            kind: 'Select',
            hints: [],
            distinct,
            items: items.map(([inner, alias]) => ({
              kind: 'SelectItem',
              expr: inner,
              alias,
              span,
            })),
            from,
            where,
            groupBy:
              group === null
                ? null
                : {
                    kind: 'GroupBy',
                    distinct: false,
                    elements: group.map((inner) => ({ kind: 'GroupingSet', exprs: [inner], span })),
                    span,
                  },
            having: null,
            windows: [],
            qualify: null,
            span,
          }),
        ),
      fc
        .tuple(fc.constantFrom('UNION' as const, 'EXCEPT' as const), flag, tie('body'), tie('body'))
        .map(([op, all, left, right]): QueryBody => {
          const merges = left.kind === 'SetOperation' && left.op === op && left.all === all;
          const inputs = merges ? [...left.inputs, right] : [left, right];
          return { kind: 'SetOperation', op, all, inputs, span };
        }),
    ),
    from: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(identifier, fc.option(names)).map(
        ([name, alias]): FromItem => ({
          kind: 'TableName',
          name,
          hints: [],
          systemTime: null,
          alias: alias === null ? null : { kind: 'TableAlias', name: alias, columns: null, span },
          span,
        }),
      ),
      tie('query').map(
        (query): FromItem => ({ kind: 'DerivedTable', query, lateral: false, alias: null, span }),
      ),
      fc
        .tuple(fc.constantFrom('INNER' as const, 'LEFT' as const), tie('from'), tie('from'), expr)
        .map(
          ([type, left, right, condition]): FromItem => ({
            kind: 'Join',
            type,
            natural: false,
            left,
            right,
            condition,
            using: null,
            span,
          }),
        ),
    ),
  };
});

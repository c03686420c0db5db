import type { Call, Expr } from '../ast/expressions.ts';
import { BINARY_OPERATORS, PRECEDENCE } from '../grammar/operators.ts';
import { quoteIdentifier, quotePath, quoteString } from '../quoting.ts';
import { FunctionName, WORDS } from '../vocabulary.ts';
import { printQualifier } from './types.ts';

/** Binds more than any operator. */
export const PRIMARY = 1_000;

/** Literals, names and parameters. */
export type Atom = Extract<
  Expr,
  {
    kind:
      | 'NullLiteral'
      | 'BooleanLiteral'
      | 'NumberLiteral'
      | 'StringLiteral'
      | 'BinaryLiteral'
      | 'TemporalLiteral'
      | 'IntervalLiteral'
      | 'PositionalParameter'
      | 'NamedParameter'
      | 'Identifier';
  }
>;

/** Prints a literal, a name or a parameter. */
export function printAtom(expr: Atom): string {
  switch (expr.kind) {
    case 'NullLiteral':
      return 'NULL';
    case 'BooleanLiteral':
      return expr.value === null ? 'UNKNOWN' : expr.value ? 'TRUE' : 'FALSE';
    case 'NumberLiteral':
      return expr.text;
    case 'StringLiteral':
      return quoteString(expr.value);
    case 'BinaryLiteral':
      return `X'${Buffer.from(expr.value).toString('hex').toUpperCase()}'`;
    case 'TemporalLiteral': {
      const word = expr.type === 'TIMESTAMP_LTZ' ? 'TIMESTAMP WITH LOCAL TIME ZONE' : expr.type;
      return `${word} ${quoteString(expr.text)}`;
    }
    case 'IntervalLiteral': {
      const sign = expr.negative ? '-' : '';
      return `INTERVAL ${sign}${quoteString(expr.text)} ${printQualifier(expr.qualifier)}`;
    }
    case 'PositionalParameter':
      return '?';
    case 'NamedParameter':
      return `:${quoteIdentifier(expr.name)}`;
    case 'Identifier':
      return quotePath(expr.parts);
  }
}

const BINARY_PRECEDENCE: ReadonlyMap<string, number> = new Map<string, number>([
  ...[...BINARY_OPERATORS.values()].map(({ op, precedence }) => [op, precedence] as const),
  ['MULTISET UNION DISTINCT', PRECEDENCE.multisetUnion],
  ['MULTISET UNION ALL', PRECEDENCE.multisetUnion],
  ['MULTISET EXCEPT DISTINCT', PRECEDENCE.multisetUnion],
  ['MULTISET EXCEPT ALL', PRECEDENCE.multisetUnion],
  ['MULTISET INTERSECT DISTINCT', PRECEDENCE.multisetIntersect],
  ['MULTISET INTERSECT ALL', PRECEDENCE.multisetIntersect],
]);

/** How tightly the outermost operator of an expression binds. */
export function precedenceOf(expr: Expr): number {
  switch (expr.kind) {
    case 'Logical':
      return expr.op === 'AND' ? PRECEDENCE.and : PRECEDENCE.or;
    case 'Unary':
      return expr.op === 'NOT' ? PRECEDENCE.not : PRECEDENCE.sign;
    case 'Binary':
      return BINARY_PRECEDENCE.get(expr.op) ?? PRECEDENCE.comparison;
    case 'IsTest':
    case 'IsJson':
      return PRECEDENCE.is;
    case 'QuantifiedQuery':
    case 'QuantifiedList':
      return PRECEDENCE.comparison;
    case 'Between':
    case 'InList':
    case 'InQuery':
    case 'Like':
      return PRECEDENCE.predicate;
    case 'ElementAccess':
    case 'FieldAccess':
      return PRECEDENCE.access;
    default:
      return PRIMARY;
  }
}

/** Calls whose own syntax also takes a plain list of so many arguments. */
const SPECIAL_CALLS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  SUBSTRING: [2, Number.POSITIVE_INFINITY],
  POSITION: [2, 3],
  OVERLAY: [3, 4],
  FLOOR: [1, Number.POSITIVE_INFINITY],
  CEIL: [1, Number.POSITIVE_INFINITY],
  CEILING: [1, Number.POSITIVE_INFINITY],
};

/** The name of a call, in backticks if it would not be read as a plain call otherwise. */
export function printFunctionName(call: Call): string {
  const [word = ''] = call.name.parts;
  const upper = word.toUpperCase();
  if (call.name.parts.length > 1) return quotePath(call.name.parts);
  if (WORDS.get(upper)?.CATEGORIES?.includes(FunctionName)) return word;
  const count = SPECIAL_CALLS[upper];
  if (count === undefined || !isPlain(call)) return quoteIdentifier(word);
  const [least, most] = count;
  const fits = call.args.length >= least && call.args.length <= most;
  return fits ? word : quoteIdentifier(word);
}

/** Whether a call has nothing but values as arguments. */
function isPlain({ args, quantifier, orderBy, nulls, withinGroup, filter, over }: Call): boolean {
  return (
    quantifier === null &&
    orderBy.length === 0 &&
    nulls === null &&
    withinGroup.length === 0 &&
    filter === null &&
    over === null &&
    args.every(({ kind }) => !NO_VALUES.has(kind))
  );
}

/** Arguments that are no expressions. */
const NO_VALUES: ReadonlySet<string> = new Set([
  'Star',
  'NamedArg',
  'DefaultArg',
  'Descriptor',
  'TableArg',
  'ModelArg',
]);

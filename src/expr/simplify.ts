import { TableError } from '../common/errors.ts';
import type { StatementContext } from '../functions/definition.ts';
import { lookupBuiltin } from '../functions/registry.ts';
import { sameType, withNullable } from '../types/data-type.ts';
import { BOOLEAN } from '../types/types.ts';
import { evaluateConstant } from './evaluate.ts';
import type { Call, Case, Cast, Expr } from './expr.ts';
import {
  call,
  children,
  distinctExprs,
  FALSE,
  isCallOf,
  isFalseOrNull,
  isTrue,
  literal,
  rewriteUp,
  TRUE,
} from './tree.ts';

/**
 * Folds constants and removes what decides nothing, e.g. `TRUE AND x => x`. An expression whose
 * constant raises an error stays as it is: the error belongs to the rows it is evaluated for. The
 * same object when nothing changes.
 */
export function simplify(expr: Expr, context: StatementContext): Expr {
  return rewriteUp(expr, (node) => fold(simplifyNode(node), context));
}

/** The operands of a conjunction: `a AND (b AND c)` is a, b and c; TRUE is none. */
export function splitConjunction(expr: Expr): readonly Expr[] {
  if (isCallOf(expr, 'AND')) return expr.args.flatMap(splitConjunction);
  return isTrue(expr) ? [] : [expr];
}

/** The operands of a disjunction: `a OR (b OR c)` is a, b and c. */
export function splitDisjunction(expr: Expr): readonly Expr[] {
  return isCallOf(expr, 'OR') ? expr.args.flatMap(splitDisjunction) : [expr];
}

/** The conjunction of conditions, each once; TRUE of none. */
export function joinConjunction(conditions: readonly Expr[]): Expr {
  return junction('AND', distinctExprs(conditions)) ?? TRUE;
}

/** The disjunction of conditions, each once; FALSE of none. */
export function joinDisjunction(conditions: readonly Expr[]): Expr {
  return junction('OR', distinctExprs(conditions)) ?? FALSE;
}

/** The negation of a condition; of a negation, what it negates. */
export function negate(condition: Expr): Expr {
  if (isCallOf(condition, 'NOT')) return condition.args[0]!;
  return operator('NOT', [condition]);
}

function junction(name: 'AND' | 'OR', operands: readonly Expr[]): Expr | null {
  const [first, second] = operands;
  if (second === undefined) return first ?? null;
  return operator(name, operands);
}

function operator(name: string, args: readonly Expr[]): Call {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`No operator ${name}`);
  const nullable = args.some((arg) => arg.type.nullable);
  return call(definition, withNullable(BOOLEAN, nullable), args);
}

function fold(expr: Expr, context: StatementContext): Expr {
  if (expr.kind === 'Literal' || expr.kind === 'InputRef' || expr.kind === 'Parameter') return expr;
  if (expr.kind === 'Call' && !isFoldable(expr)) return expr;
  if (!children(expr).every((child) => child.kind === 'Literal')) return expr;
  try {
    return literal(expr.type, evaluateConstant(expr, context));
  } catch (error) {
    if (error instanceof TableError) return expr;
    throw error;
  }
}

function isFoldable({ definition }: Call): boolean {
  return definition.deterministic && definition.body.kind === 'builtin';
}

function simplifyNode(expr: Expr): Expr {
  switch (expr.kind) {
    case 'Call':
      return simplifyCall(expr);
    case 'Cast':
      return simplifyCast(expr);
    case 'Case':
      return simplifyCase(expr);
    default:
      return expr;
  }
}

function simplifyCall(expr: Call): Expr {
  switch (expr.definition.name) {
    case 'AND':
      return simplifyJunction(expr, 'AND');
    case 'OR':
      return simplifyJunction(expr, 'OR');
    case 'NOT':
      return simplifyNot(expr);
    case 'IS NULL':
      return expr.args[0]!.type.nullable ? expr : FALSE;
    case 'IS NOT NULL':
      return expr.args[0]!.type.nullable ? expr : TRUE;
    default:
      return expr;
  }
}

/**
 * TRUE AND x        =>  x
 * FALSE AND x       =>  FALSE
 * a AND (b AND a)   =>  a AND b
 */
function simplifyJunction(expr: Call, name: 'AND' | 'OR'): Expr {
  const neutral = name === 'AND';
  const flat = expr.args.flatMap((arg) => (isCallOf(arg, name) ? arg.args : [arg]));
  const decided = flat.find((arg) => arg.kind === 'Literal' && arg.value === !neutral);
  if (decided !== undefined) return literal(expr.type, !neutral);
  const rest = distinctExprs(flat.filter((arg) => arg.kind !== 'Literal' || arg.value !== neutral));
  if (rest.length === expr.args.length && rest.every((arg, i) => arg === expr.args[i])) return expr;
  const joined = junction(name, rest);
  return joined === null ? literal(expr.type, neutral) : joined;
}

const OPPOSITE: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  'IS NULL': 'IS NOT NULL',
  'IS NOT NULL': 'IS NULL',
  'IS TRUE': 'IS NOT TRUE',
  'IS NOT TRUE': 'IS TRUE',
  'IS FALSE': 'IS NOT FALSE',
  'IS NOT FALSE': 'IS FALSE',
  'IS DISTINCT FROM': 'IS NOT DISTINCT FROM',
  'IS NOT DISTINCT FROM': 'IS DISTINCT FROM',
};

/**
 * NOT (NOT x)    =>  x
 * NOT (a = b)    =>  a <> b
 *
 * The orders are left alone: NOT (a < b) is TRUE for NaN, a >= b is not.
 */
function simplifyNot(expr: Call): Expr {
  const operand = expr.args[0]!;
  if (isCallOf(operand, 'NOT')) return operand.args[0]!;
  const opposite = operand.kind === 'Call' ? OPPOSITE[operand.definition.name] : undefined;
  if (opposite === undefined || operand.kind !== 'Call') return expr;
  return { ...operator(opposite, operand.args), type: expr.type };
}

/** CAST(x AS its own type)  =>  x */
function simplifyCast(expr: Cast): Expr {
  return sameType(expr.type, expr.input.type) ? expr.input : expr;
}

/**
 * Branches whose condition is never TRUE are dropped, and so is what follows one that always is.
 * A CASE without branches is its ELSE.
 */
function simplifyCase(expr: Case): Expr {
  const always = expr.branches.findIndex((branch) => isTrue(branch.when));
  const before = always < 0 ? expr.branches : expr.branches.slice(0, always);
  const branches = before.filter((branch) => !isFalseOrNull(branch.when));
  const otherwise = always < 0 ? expr.otherwise : expr.branches[always]!.then;
  if (branches.length === 0 && sameType(otherwise.type, expr.type, false)) return otherwise;
  if (branches.length === expr.branches.length) return expr;
  return { ...expr, branches, otherwise };
}

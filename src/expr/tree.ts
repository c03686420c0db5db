import { unreachable } from '../common/assert.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import { type DataType, sameType } from '../types/data-type.ts';
import { BOOLEAN } from '../types/types.ts';
import type { Call, Expr, InputRef, Literal } from './expr.ts';

/** Makes a literal: an internal value of a type. */
export function literal(type: DataType, value: unknown): Literal {
  return { kind: 'Literal', type, value };
}

/** Makes a reference to a column of the input. */
export function inputRef(index: number, type: DataType): InputRef {
  return { kind: 'InputRef', type, index };
}

/** Makes a call of a function whose types are known to fit. */
export function call(
  definition: ScalarFunctionDefinition,
  type: DataType,
  args: readonly Expr[],
): Call {
  return { kind: 'Call', type, definition, args };
}

/** The literal TRUE. */
export const TRUE: Literal = literal({ ...BOOLEAN, nullable: false }, true);
/** The literal FALSE. */
export const FALSE: Literal = literal({ ...BOOLEAN, nullable: false }, false);

/** Whether an expression is the literal TRUE. */
export function isTrue(expr: Expr): boolean {
  return expr.kind === 'Literal' && expr.value === true;
}

/** Whether an expression is a literal that filters every row: FALSE or NULL. */
export function isFalseOrNull(expr: Expr): boolean {
  return expr.kind === 'Literal' && (expr.value === false || expr.value === null);
}

/** Whether an expression is a literal NULL. */
export function isNullLiteral(expr: Expr): boolean {
  return expr.kind === 'Literal' && expr.value === null;
}

/** Whether an expression is a call of the operator or function of a name. */
export function isCallOf<N extends string>(
  expr: Expr,
  name: N,
): expr is Call & { readonly definition: { readonly name: N } } {
  return expr.kind === 'Call' && expr.definition.name === name;
}

/** The expressions directly inside an expression, in the order they are printed. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'Literal':
    case 'InputRef':
    case 'Parameter':
      return [];
    case 'Call':
      return expr.args;
    case 'Cast':
      return [expr.input];
    case 'Case':
      return [...expr.branches.flatMap((branch) => [branch.when, branch.then]), expr.otherwise];
    default:
      return unreachable(expr);
  }
}

/** Replaces the direct children; the same object when nothing changes. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'Literal':
    case 'InputRef':
    case 'Parameter':
      return expr;
    case 'Call': {
      const args = mapList(expr.args, map);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'Cast': {
      const input = map(expr.input);
      return input === expr.input ? expr : { ...expr, input };
    }
    case 'Case': {
      const branches = mapList(expr.branches, (branch) => {
        const when = map(branch.when);
        const then = map(branch.then);
        return when === branch.when && then === branch.then ? branch : { when, then };
      });
      const otherwise = map(expr.otherwise);
      if (branches === expr.branches && otherwise === expr.otherwise) return expr;
      return { ...expr, branches, otherwise };
    }
    default:
      return unreachable(expr);
  }
}

/** Maps a list; the same list when every element stays the same. */
function mapList<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let mapped: T[] | null = null;
  for (const [i, item] of list.entries()) {
    const result = map(item);
    if (result !== item) mapped ??= list.slice(0, i);
    mapped?.push(result);
  }
  return mapped ?? list;
}

/** Rewrites every node, children first; the same object when nothing changes. */
export function rewriteUp(expr: Expr, rewrite: (expr: Expr) => Expr): Expr {
  const visit = (node: Expr): Expr => rewrite(mapChildren(node, visit));
  return visit(expr);
}

/** Whether an expression or one inside it satisfies a condition. */
export function contains(expr: Expr, condition: (expr: Expr) => boolean): boolean {
  return condition(expr) || children(expr).some((child) => contains(child, condition));
}

/** The columns of the input that expressions read, ascending and once each. */
export function inputsUsed(...exprs: readonly Expr[]): readonly number[] {
  const used = new Set<number>();
  for (const expr of exprs) collectInputs(expr, used);
  return [...used].sort((a, b) => a - b);
}

function collectInputs(expr: Expr, used: Set<number>): void {
  if (expr.kind === 'InputRef') used.add(expr.index);
  else for (const child of children(expr)) collectInputs(child, used);
}

/** Replaces every input reference: by the expression of that column in a projection, for example. */
export function substitute(expr: Expr, replacement: (ref: InputRef) => Expr): Expr {
  const visit = (node: Expr): Expr =>
    node.kind === 'InputRef' ? replacement(node) : mapChildren(node, visit);
  return visit(expr);
}

/** Whether an expression consists of more than `size` expressions. */
export function isLargerThan(expr: Expr, size: number): boolean {
  let count = 0;
  return contains(expr, () => ++count > size);
}

/** Adds a distance to the index of every input reference. */
export function shiftInputs(expr: Expr, distance: number): Expr {
  if (distance === 0) return expr;
  return substitute(expr, (ref) => ({ ...ref, index: ref.index + distance }));
}

/** Gives every input reference a new index. */
export function remapInputs(expr: Expr, indexOf: (index: number) => number): Expr {
  return substitute(expr, (ref) => {
    const index = indexOf(ref.index);
    return index === ref.index ? ref : { ...ref, index };
  });
}

/** The side whose columns an expression reads; null for both or none. */
export function sideOf(expr: Expr, width: number): 'left' | 'right' | null {
  const used = inputsUsed(expr);
  if (used.length === 0) return null;
  if (used.every((index) => index < width)) return 'left';
  return used.every((index) => index >= width) ? 'right' : null;
}

/** Whether the same inputs always give the same value: no RAND, no UDF declared otherwise. */
export function isDeterministic(expr: Expr): boolean {
  return !contains(expr, (e) => e.kind === 'Call' && !e.definition.deterministic);
}

/** Whether an expression calls a user-defined function. */
export function callsUdf(expr: Expr): boolean {
  return contains(expr, (e) => e.kind === 'Call' && e.definition.body.kind === 'udf');
}

/** Whether an expression is the same for every row: reads no column, calls nothing random. */
export function isConstant(expr: Expr): boolean {
  return (
    !contains(expr, (e) => e.kind === 'InputRef' || e.kind === 'Parameter') && isDeterministic(expr)
  );
}

/** Whether two expressions are written the same: same calls, same types, same values. */
export function equalExprs(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || !sameHead(a, b) || !sameType(a.type, b.type)) return false;
  const left = children(a);
  const right = children(b);
  return left.length === right.length && left.every((child, i) => equalExprs(child, right[i]!));
}

const hashes = new WeakMap<Expr, number>();

/** A number that is the same for equal expressions: to find equal ones among many. */
export function hashExpr(expr: Expr): number {
  const known = hashes.get(expr);
  if (known !== undefined) return known;
  let hash = hashText(headText(expr));
  for (const child of children(expr)) hash = (Math.imul(hash, 31) + hashExpr(child)) | 0;
  hashes.set(expr, hash);
  return hash;
}

function headText(expr: Expr): string {
  switch (expr.kind) {
    case 'Literal': {
      const { value } = expr;
      return typeof value === 'object' ? expr.type.kind : `${typeof value}${String(value)}`;
    }
    case 'InputRef':
    case 'Parameter':
      return `${expr.kind}${expr.index}`;
    case 'Call':
      return expr.definition.name;
    default:
      return `${expr.kind}${expr.type.kind}`;
  }
}

function hashText(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The expressions without repetition; one that is not deterministic stays as often as it comes. */
export function distinctExprs(exprs: readonly Expr[]): readonly Expr[] {
  if (exprs.length < 2) return exprs;
  const seen = new Map<number, Expr[]>();
  const kept = exprs.filter((expr) => {
    const hash = hashExpr(expr);
    const bucket = seen.get(hash);
    if (bucket === undefined) seen.set(hash, [expr]);
    else if (isDeterministic(expr) && bucket.some((other) => equalExprs(other, expr))) return false;
    else bucket.push(expr);
    return true;
  });
  return kept.length === exprs.length ? exprs : kept;
}

function sameHead(a: Expr, b: Expr): boolean {
  switch (a.kind) {
    case 'Literal':
      return b.kind === 'Literal' && sameValue(a.value, b.value);
    case 'InputRef':
    case 'Parameter':
      return b.kind === a.kind && a.index === b.index;
    case 'Call':
      return b.kind === 'Call' && a.definition === b.definition;
    case 'Cast':
      return b.kind === 'Cast' && a.safe === b.safe;
    default:
      return true;
  }
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
  }
  if (a instanceof Map && b instanceof Map) return sameValue([...a], [...b]);
  return false;
}

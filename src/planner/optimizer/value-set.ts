import type { ConstantComparison } from '../../expr/constant-comparison.ts';
import type { Expr, Literal } from '../../expr/expr.ts';
import { literal } from '../../expr/tree.ts';
import { type Comparator, comparatorOf } from '../../functions/compare.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { isConstructed, isInteger } from '../../types/families.ts';
import { callBuiltin } from '../bind/coerce.ts';

/** One end of a range, and the condition that says so. */
interface Bound {
  readonly constant: Literal;
  readonly inclusive: boolean;
  readonly condition: Expr;
}

/** The values that may be among the results of a comparison, where a condition lists them. */
interface ValueList {
  readonly constants: readonly Literal[];
  /** The condition that says just this; null when it has to be made. */
  readonly condition: Expr | null;
}

/**
 * The values for which several comparisons of one value with constants are all TRUE. NULL and NaN
 * are never among them.
 */
export class ValueSet {
  readonly #value: Expr;
  readonly #compare: Comparator;
  #low: Bound | null = null;
  #high: Bound | null = null;
  #list: ValueList | null = null;
  #excluded: { readonly constants: readonly Literal[]; readonly condition: Expr }[] = [];

  constructor(value: Expr) {
    this.#value = value;
    this.#compare = comparatorOf(value.type);
  }

  /** Adds the comparison that a condition is. */
  add({ operator, constants }: ConstantComparison, condition: Expr): void {
    const [constant] = constants;
    switch (operator) {
      case '=':
      case 'IN':
        this.#intersect(constants, condition);
        break;
      case '<>':
      case 'NOT IN':
        this.#excluded.push({ constants, condition });
        break;
      case '<':
      case '<=':
        this.#lower({ constant: constant!, inclusive: operator === '<=', condition });
        break;
      case '>':
      case '>=':
        this.#raise({ constant: constant!, inclusive: operator === '>=', condition });
        break;
    }
  }

  /** The fewest conditions that say the same; null when no value fulfils them. */
  conditions(): readonly Expr[] | null {
    const point = this.#point();
    if (point === 'none') return null;
    if (point !== null) this.#list ??= { constants: [point], condition: null };
    if (this.#list !== null) return this.#listed(this.#list);
    const excluded = this.#excluded.filter(({ constants }) =>
      constants.some((constant) => this.#isInside(constant)),
    );
    const bounds = [this.#low, this.#high].filter((bound) => bound !== null);
    return [...bounds, ...excluded].map(({ condition }) => condition);
  }

  #listed(list: ValueList): readonly Expr[] | null {
    const left = list.constants.filter(
      (constant) =>
        this.#isInside(constant) &&
        !this.#excluded.some(({ constants }) => this.#has(constants, constant)),
    );
    if (left.length === 0) return null;
    if (list.condition !== null && left.length === list.constants.length) return [list.condition];
    return [callBuiltin(left.length === 1 ? '=' : 'IN', [this.#value, ...left])];
  }

  #intersect(constants: readonly Literal[], condition: Expr): void {
    const before = this.#list;
    if (before === null) {
      this.#list = { constants, condition };
      return;
    }
    const common = before.constants.filter((constant) => this.#has(constants, constant));
    const isSame = common.length === before.constants.length;
    this.#list = isSame ? before : { constants: common, condition: null };
  }

  #raise(bound: Bound): void {
    if (this.#low === null || this.#isTighter(bound, this.#low, 1)) this.#low = bound;
  }

  #lower(bound: Bound): void {
    if (this.#high === null || this.#isTighter(bound, this.#high, -1)) this.#high = bound;
  }

  #isTighter(a: Bound, b: Bound, direction: 1 | -1): boolean {
    const order = direction * this.#compare(a.constant.value, b.constant.value);
    return order > 0 || (order === 0 && b.inclusive && !a.inclusive);
  }

  /** The only value between the bounds, or that there is none; null for more. */
  #point(): Literal | 'none' | null {
    if (this.#low === null || this.#high === null) return null;
    const low = nearest(this.#low, 1);
    const high = nearest(this.#high, -1);
    const order = this.#compare(low.constant.value, high.constant.value);
    if (order > 0) return 'none';
    if (order < 0) return null;
    return low.inclusive && high.inclusive ? low.constant : 'none';
  }

  #isInside({ value }: Literal): boolean {
    const isAbove = isWithin(this.#low, (bound) => this.#compare(value, bound));
    return isAbove && isWithin(this.#high, (bound) => this.#compare(bound, value));
  }

  #has(constants: readonly Literal[], { value }: Literal): boolean {
    return constants.some((constant) => this.#compare(constant.value, value) === 0);
  }
}

function isWithin(bound: Bound | null, distance: (value: unknown) => number): boolean {
  if (bound === null) return true;
  const order = distance(bound.constant.value);
  return order > 0 || (order === 0 && bound.inclusive);
}

/** The bound as the first value that it lets pass, where values have neighbours. */
function nearest(bound: Bound, step: 1 | -1): Bound {
  const { type, value } = bound.constant;
  if (bound.inclusive || !(isInteger(type) || type.kind === 'DATE')) return bound;
  const next = typeof value === 'bigint' ? value + BigInt(step) : (value as number) + step;
  return { ...bound, constant: literal(withNullable(type, false), next), inclusive: true };
}

/** Whether a comparison is one that a set of values understands. */
export function isComparable({ value, constants }: ConstantComparison): boolean {
  return (
    !isConstructed(value.type) &&
    constants.every(
      (constant) => isSameKind(constant.type, value.type) && isOrdinary(constant.value),
    )
  );
}

/** Whether internal values of two types can be compared as they are. */
function isSameKind(a: DataType, b: DataType): boolean {
  if (a.kind !== b.kind) return false;
  return a.kind !== 'DECIMAL' || b.kind !== 'DECIMAL' || a.scale === b.scale;
}

function isOrdinary(value: unknown): boolean {
  return value !== null && !Number.isNaN(value);
}

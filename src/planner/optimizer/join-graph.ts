import type { Expr } from '../../expr/expr.ts';
import { equalExprs, inputsUsed, isCallOf, isDeterministic } from '../../expr/tree.ts';
import { sameType } from '../../types/data-type.ts';
import { callBuiltin } from '../bind/coerce.ts';
import { join } from '../logical/build.ts';
import { estimateRows, type KeySide, keySide } from '../logical/cardinality.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { selectivity } from '../logical/selectivity.ts';
import type { JoinChain } from './join-chain.ts';

/** A set of inputs of a chain: a bit each. A number would end at 32 of them. */
export type InputSet = bigint;

/** An expression over one input that equals those of other inputs. */
interface Member {
  readonly input: InputSet;
  readonly expr: Expr;
  readonly side: KeySide;
}

/** Expressions of different inputs that all have the same value: it does not matter which are compared. */
interface EqualityClass {
  members: readonly Member[];
  /** The conditions that say so, as written. */
  conditions: readonly Expr[];
}

/** A condition that is not an equality of two inputs. */
interface OtherCondition {
  readonly expr: Expr;
  readonly inputs: InputSet;
  readonly share: number;
}

/** What holds between two sets of inputs. */
export interface Connection {
  /** Whether a hash table finds the rows that belong together. */
  readonly hasKey: boolean;
  readonly isConnected: boolean;
  /** The share of all pairs that is left. */
  readonly share: number;
}

/** The inputs of a chain as nodes, and the conditions between them as edges. */
export class JoinGraph {
  readonly inputs: readonly LogicalPlan[];
  readonly all: InputSet;
  /** The input of each column of the chain. */
  readonly #owners: readonly InputSet[];
  readonly #classes: EqualityClass[] = [];
  readonly #others: OtherCondition[] = [];

  constructor(chain: JoinChain) {
    this.inputs = chain.inputs;
    this.all = (1n << BigInt(chain.inputs.length)) - 1n;
    this.#owners = chain.inputs.flatMap((input, i) => input.schema.fields.map(() => inputSet(i)));
    // What is known of the columns, whatever the order, decides how selective conditions are.
    const product = chain.inputs.reduce((left, right) => join(left, right, 'inner', null));
    for (const condition of chain.conditions) {
      if (this.#addEquality(condition)) continue;
      const inputs = this.#inputsOf(condition);
      const isPair = (inputs & (inputs - 1n)) !== 0n;
      // Conditions that no input decides (RAND() < 0.5) are asked of complete rows.
      const needed = isPair ? inputs : this.all;
      this.#others.push({
        expr: condition,
        inputs: needed,
        share: selectivity(condition, product, estimateRows),
      });
    }
  }

  /** The rows of one input. */
  rowsOf(input: number): number {
    return estimateRows(this.inputs[input]!);
  }

  /** What holds between two sets that have no input in common. */
  between(a: InputSet, b: InputSet): Connection {
    const keys: CompositeKey[] = [];
    for (const each of this.#classes) {
      const left = representative(each.members, a);
      const right = representative(each.members, b);
      if (left === null || right === null) continue;
      // Values of one side that the other lacks find no row: the side with more of them decides.
      addKey(keys, each, Math.max(valuesOf(left, each), valuesOf(right, each)), a, b);
    }
    const others = this.#others.filter((other) => isDecidedBy(other.inputs, a, b));
    const share = others.reduce((product, other) => product * other.share, 1);
    return {
      hasKey: keys.length > 0,
      isConnected: keys.length + others.length > 0,
      share: keys.reduce((product, key) => product / Math.min(key.values, key.most), share),
    };
  }

  /** The conditions that a join of two sets must check, over the columns of the chain. */
  conditions(a: InputSet, b: InputSet): readonly Expr[] {
    const equalities = this.#classes.flatMap(({ members, conditions }) => {
      const left = representative(members, a);
      const right = representative(members, b);
      if (left === null || right === null) return [];
      const written = conditions.find((part) => isDecidedBy(this.#inputsOf(part), a, b));
      return [written ?? callBuiltin('=', [left.expr, right.expr])];
    });
    const others = this.#others.filter((other) => isDecidedBy(other.inputs, a, b));
    return [...equalities, ...others.map((other) => other.expr)];
  }

  #inputsOf(expr: Expr): InputSet {
    return inputsUsed(expr).reduce((set, column) => set | this.#owners[column]!, 0n);
  }

  /** Takes an equality between two inputs into the classes; false for other conditions. */
  #addEquality(condition: Expr): boolean {
    const nullSafe = isCallOf(condition, 'IS NOT DISTINCT FROM');
    if (!(nullSafe || isCallOf(condition, '=')) || !isDeterministic(condition)) return false;
    const [left, right] = condition.args.map((expr) => this.#member(expr));
    if (left == null || right == null || left.input === right.input) return false;
    const isTransitive = !nullSafe && sameType(left.expr.type, right.expr.type, false);
    const made: EqualityClass = { members: [left, right], conditions: [condition] };
    const touched = isTransitive ? this.#classesOf(left, right) : [];
    const members = mergeMembers([...touched, made].map((each) => each.members));
    if (members === null || touched.length === 0) {
      this.#classes.push(made);
      return true;
    }
    const [first, ...rest] = touched as [EqualityClass, ...EqualityClass[]];
    first.conditions = [...touched.flatMap((each) => each.conditions), condition];
    first.members = members;
    for (const each of rest) this.#classes.splice(this.#classes.indexOf(each), 1);
    return true;
  }

  /** An expression over the columns of one input; null for others. */
  #member(expr: Expr): Member | null {
    const input = this.#inputsOf(expr);
    if (input === 0n || (input & (input - 1n)) !== 0n) return null;
    const index = this.#owners.indexOf(input);
    return { input, expr, side: keySide(expr, this.inputs[bitOf(input)]!, index) };
  }

  /** Classes of transitive equalities that one of two members is in. */
  #classesOf(...members: readonly Member[]): readonly EqualityClass[] {
    return this.#classes.filter(
      ({ members: known, conditions }) =>
        conditions.every((part) => isCallOf(part, '=')) &&
        known.every((m) => sameType(m.expr.type, members[0]!.expr.type, false)) &&
        known.some((m) => members.some((member) => equalExprs(m.expr, member.expr))),
    );
  }
}

/** The set of one input. */
export function inputSet(input: number): InputSet {
  return 1n << BigInt(input);
}

function bitOf(set: InputSet): number {
  return set.toString(2).length - 1;
}

/** Whether a condition over some inputs can be asked where two sets meet, and not before. */
function isDecidedBy(inputs: InputSet, a: InputSet, b: InputSet): boolean {
  return (inputs & ~(a | b)) === 0n && (inputs & a) !== 0n && (inputs & b) !== 0n;
}

/** The member of a set with the fewest values: the others of the set have no more that are left. */
function representative(members: readonly Member[], set: InputSet): Member | null {
  let best: Member | null = null;
  for (const member of members) {
    if ((member.input & set) === 0n) continue;
    if (best === null || sizeOf(member.side) < sizeOf(best.side)) best = member;
  }
  return best;
}

function sizeOf(side: KeySide): number {
  return side.values ?? side.rows;
}

/**
 * How many values a member has. Unless that is known of all members of its class, the smallest table
 * is taken for the one whose key it is: the same whatever is joined first.
 */
function valuesOf({ side }: Member, { members }: EqualityClass): number {
  return members.every((member) => member.side.values !== null)
    ? side.values!
    : Math.min(...members.map((member) => member.side.rows));
}

/** Equalities of the same tables: together they have no more values than one of these has rows. */
interface CompositeKey {
  inputs: InputSet;
  values: number;
  /** The rows of the smallest table, where there are several equalities. */
  most: number;
}

function addKey(
  keys: CompositeKey[],
  { members }: EqualityClass,
  values: number,
  a: InputSet,
  b: InputSet,
): void {
  const inputs = members.reduce((set, member) => set | member.input, 0n);
  const isSame = (set: InputSet) => (set & inputs & a) !== 0n && (set & inputs & b) !== 0n;
  const key = keys.find((each) => isSame(each.inputs));
  if (key === undefined) {
    keys.push({ inputs: inputs & (a | b), values, most: Number.POSITIVE_INFINITY });
    return;
  }
  key.inputs &= inputs;
  key.values *= values;
  key.most = Math.min(
    ...members.filter((member) => (member.input & key.inputs) !== 0n).map((m) => m.side.rows),
  );
}

/** All members, once each; null where an input would have two. */
function mergeMembers(lists: readonly (readonly Member[])[]): readonly Member[] | null {
  const byInput = new Map<InputSet, Member>();
  for (const member of lists.flat()) {
    const known = byInput.get(member.input);
    if (known !== undefined && !equalExprs(known.expr, member.expr)) return null;
    byInput.set(member.input, known ?? member);
  }
  return [...byInput.values()];
}

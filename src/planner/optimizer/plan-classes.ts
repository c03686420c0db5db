import type { AggregateCall, Expr, FrameBound, SortKey, WindowCall } from '../../expr/expr.ts';
import { equalExprs } from '../../expr/tree.ts';
import { sameType } from '../../types/data-type.ts';
import type { LogicalPlan, Scan } from '../logical/nodes.ts';
import { isRepeatableNode } from '../logical/repeatable.ts';
import { exprsOf, inputsOf } from '../logical/tree.ts';

/** A plan, and the number that it shares with all plans that have the same rows. */
interface Member {
  readonly plan: LogicalPlan;
  readonly number: number;
}

/**
 * Numbers plans: two plans have the same number where they are written the same, names of columns
 * aside, and therefore have the same rows.
 */
export class PlanClasses {
  readonly #numbers = new Map<LogicalPlan, number | null>();
  readonly #members = new Map<string, Member[]>();
  #count = 0;

  /** The number of a plan; null where computing it twice may give different rows. */
  numberOf(plan: LogicalPlan): number | null {
    let number = this.#numbers.get(plan);
    if (number === undefined) {
      number = this.#find(plan);
      this.#numbers.set(plan, number);
    }
    return number;
  }

  #find(plan: LogicalPlan): number | null {
    const inputs = inputsOf(plan).map((input) => this.numberOf(input));
    if (inputs.includes(null) || !isRepeatableNode(plan)) return null;
    const key = `${plan.kind} ${inputs.join(' ')} ${exprsOf(plan).map(outline).join()}`;
    const members = this.#members.get(key) ?? [];
    this.#members.set(key, members);
    const known = members.find((member) => sameNode(member.plan, plan));
    if (known !== undefined) return known.number;
    members.push({ plan, number: this.#count });
    return this.#count++;
  }
}

/** Equal for equal expressions: keeps the thousand branches of a union apart. */
function outline(expr: Expr): string {
  switch (expr.kind) {
    case 'Literal':
      return typeof expr.value === 'object' ? expr.kind : String(expr.value);
    case 'InputRef':
      return `$${expr.index}`;
    case 'Call':
      return `${expr.definition.name}(${expr.args.map(outline).join()})`;
    default:
      return expr.kind;
  }
}

/** Whether two nodes of one kind over equal inputs are the same. */
function sameNode(a: LogicalPlan, b: LogicalPlan): boolean {
  if (!sameTypes(a, b)) return false;
  switch (a.kind) {
    case 'Scan':
      return a.kind === b.kind && sameScan(a, b);
    case 'Values':
      return a.kind === b.kind && a.rows.length === b.rows.length && sameExprs(a, b);
    case 'Project':
    case 'Filter':
    case 'Union':
      return sameExprs(a, b);
    case 'Aggregate':
      return a.kind === b.kind && same(a.keys, b.keys) && every(a.calls, b.calls, sameCall);
    case 'Window':
      return a.kind === b.kind && sameOrder(a, b) && every(a.calls, b.calls, sameWindowCall);
    case 'Rank':
      return (
        a.kind === b.kind && sameOrder(a, b) && a.function === b.function && a.limit === b.limit
      );
    case 'Join':
      return a.kind === b.kind && a.joinType === b.joinType && sameExprs(a, b);
    case 'Sort':
      return a.kind === b.kind && every(a.keys, b.keys, sameSortKey);
    case 'Limit':
      return a.kind === b.kind && a.offset === b.offset && a.limit === b.limit;
    case 'Unnest':
      return (
        a.kind === b.kind &&
        a.column === b.column &&
        a.outer === b.outer &&
        a.ordinality === b.ordinality
      );
    case 'Shared':
      return a.kind === b.kind && a.body === b.body && same(a.columns, b.columns);
    default:
      return false;
  }
}

function sameTypes(a: LogicalPlan, b: LogicalPlan): boolean {
  return every(a.schema.fields, b.schema.fields, (x, y) => sameType(x.type, y.type));
}

/** Two scans of one table, into which the same was pushed. */
function sameScan(a: Scan, b: Scan): boolean {
  if (a.source === b.source) return true;
  if (a.origin === null || b.origin === null || a.source.digest !== b.source.digest) return false;
  const [x, y] = [a.origin, b.origin];
  const isTable =
    x.identifier.catalog === y.identifier.catalog &&
    x.identifier.database === y.identifier.database &&
    x.identifier.name === y.identifier.name;
  const options = ({ options: given }: typeof x) => [...(given ?? [])].flat();
  return isTable && same(options(x), options(y)) && a.schema.fields.every(isNamedAs(b));
}

function isNamedAs({ schema }: Scan) {
  return ({ name }: { readonly name: string }, i: number) => schema.fields[i]!.name === name;
}

function sameExprs(a: LogicalPlan, b: LogicalPlan): boolean {
  return every(exprsOf(a), exprsOf(b), equalExprs);
}

function sameCall(a: AggregateCall | WindowCall, b: AggregateCall | WindowCall): boolean {
  if (a.definition !== b.definition || a.distinct !== b.distinct) return false;
  if (a.filter === null || b.filter === null) {
    if (a.filter !== b.filter) return false;
  } else if (!equalExprs(a.filter, b.filter)) return false;
  return every(a.args, b.args, equalExprs);
}

function sameWindowCall(a: WindowCall, b: WindowCall): boolean {
  const [x, y] = [a.frame, b.frame];
  return (
    sameCall(a, b) && x.unit === y.unit && sameBound(x.start, y.start) && sameBound(x.end, y.end)
  );
}

function sameBound(a: FrameBound, b: FrameBound): boolean {
  if (a.bound !== 'offset' || b.bound !== 'offset') return a.bound === b.bound;
  return a.following === b.following && equalExprs(a.offset, b.offset);
}

type Ordered = Pick<Extract<LogicalPlan, { kind: 'Window' }>, 'partition' | 'order'>;

function sameOrder(a: Ordered, b: Ordered): boolean {
  return (
    same(a.partition, b.partition) &&
    every(
      a.order,
      b.order,
      (x, y) =>
        x.column === y.column && x.descending === y.descending && x.nullsFirst === y.nullsFirst,
    )
  );
}

function sameSortKey(a: SortKey, b: SortKey): boolean {
  return (
    a.descending === b.descending && a.nullsFirst === b.nullsFirst && equalExprs(a.expr, b.expr)
  );
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return every(a, b, (x, y) => x === y);
}

function every<T>(a: readonly T[], b: readonly T[], test: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((item, i) => test(item, b[i]!));
}

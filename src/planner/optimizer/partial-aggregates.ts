import { assert } from '../../common/assert.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { inputRef, isDeterministic } from '../../expr/tree.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { SUMMED_PRECISION_MAX } from '../../types/decimal-types.ts';
import { isInteger } from '../../types/families.ts';
import { BIGINT, DOUBLE, decimal } from '../../types/types.ts';
import { makeAggregate } from '../bind/aggregate-calls.ts';
import { callBuiltin, coerce } from '../bind/coerce.ts';
import { aggregate, columnNames, project } from '../logical/build.ts';
import type { Aggregate, LogicalPlan } from '../logical/nodes.ts';

/** How a call is computed from the results of calls over parts of its rows. */
interface Decomposed {
  /** Over the rows of a part. */
  readonly partials: readonly AggregateCall[];
  /** The function that adds up the results of each partial call. */
  readonly totals: readonly string[];
  /** The result of the call, over the totals. */
  readonly result: (totals: readonly Expr[]) => Expr;
}

/**
 * The calls of an aggregate, computed in two steps: rows are grouped where they come from, by keys
 * that may be finer, and the groups are grouped again. A group may count several times, as its rows
 * would have.
 */
export class PartialAggregates {
  readonly #node: Aggregate;
  readonly #calls: readonly Decomposed[];

  private constructor(node: Aggregate, calls: readonly Decomposed[]) {
    this.#node = node;
    this.#calls = calls;
  }

  /** Null where a call needs all of its rows at once. */
  static of(node: Aggregate): PartialAggregates | null {
    const calls = node.calls.map(decompose);
    return calls.every((call) => call !== null) ? new PartialAggregates(node, calls) : null;
  }

  /** The arguments and filters of the calls, over the input of the aggregate. */
  get exprs(): readonly Expr[] {
    return this.#partials.flatMap(partsOf);
  }

  /** How many columns the partial results are. */
  get count(): number {
    return this.#partials.length;
  }

  /** Groups rows by some expressions: the keys, then the partial results. */
  group(rows: LogicalPlan, keys: readonly Expr[], over: (expr: Expr) => Expr): Aggregate {
    const exprs = [...keys];
    const columnOf = (expr: Expr): Expr => {
      if (expr.kind === 'Literal') return expr;
      return inputRef(exprs.push(over(expr)) - 1, expr.type);
    };
    const calls = this.#partials.map((call) => ({
      ...call,
      args: call.args.map(columnOf),
      filter: call.filter === null ? null : columnOf(call.filter),
    }));
    const input = project(
      rows,
      exprs,
      exprs.map((_, i) => `$p${i}`),
    );
    const names = calls.map((_, i) => `$partial${i}`);
    return aggregate(
      input,
      keys.map((_, i) => i),
      calls,
      names,
    );
  }

  /** The result of the aggregate, from its keys and the partial results as columns of a plan. */
  total(parts: LogicalPlan, keys: readonly Expr[], first: number): LogicalPlan {
    const node = this.#node;
    const { fields } = parts.schema;
    const partials = this.#partials.map((_, i) => inputRef(first + i, fields[first + i]!.type));
    const input = project(
      parts,
      [...keys, ...partials],
      [...keys, ...partials].map((_, i) => `$t${i}`),
    );
    const totals = this.#calls.flatMap((call) => call.totals);
    const calls = totals.map((name, i) =>
      builtin(name, inputRef(keys.length + i, partials[i]!.type)),
    );
    const grouped = aggregate(
      input,
      keys.map((_, i) => i),
      calls,
      calls.map((_, i) => `$total${i}`),
    );
    let next = keys.length;
    const column = (): Expr => inputRef(next, grouped.schema.fields[next++]!.type);
    const results = this.#calls.map((call, i) => {
      const { type } = node.calls[i]!;
      return coerce(call.result(call.totals.map(column)), type);
    });
    const own = keys.map((_, i) => inputRef(i, grouped.schema.fields[i]!.type));
    const all = project(grouped, [...own, ...results], columnNames(node.schema));
    return { ...all, schema: node.schema };
  }

  get #partials(): readonly AggregateCall[] {
    return this.#calls.flatMap((call) => call.partials);
  }
}

function partsOf({ args, filter }: AggregateCall): readonly Expr[] {
  return filter === null ? args : [...args, filter];
}

function decompose(call: AggregateCall): Decomposed | null {
  const { definition, args } = call;
  if (call.distinct || !partsOf(call).every(isDeterministic)) return null;
  const simple = (total: string): Decomposed => ({
    partials: [call],
    totals: [total],
    result: ([first]) => first!,
  });
  switch (definition.name) {
    case 'COUNT':
      return simple('SUM0');
    case 'MIN':
    case 'MAX':
      return simple(definition.name);
    case 'SUM':
    case 'SUM0':
      return isSummable(call.args[0]!.type) ? simple(definition.name) : null;
    case 'AVG':
      return isSummable(args[0]!.type) ? average(call) : null;
    default:
      return null;
  }
}

/** Whether sums of sums are the sum: integers wrap around, DOUBLEs differ in their last digits. */
function isSummable(type: DataType): boolean {
  if (type.kind === 'DECIMAL') return type.precision <= SUMMED_PRECISION_MAX;
  return isInteger(type) || type.kind === 'DOUBLE';
}

/** AVG(x)  =>  SUM(x) / COUNT(x), in the types that AVG works with. */
function average({ args, filter, type }: AggregateCall): Decomposed {
  const [value] = args as [Expr];
  const wide = isInteger(value.type) ? coerce(value, withNullable(BIGINT, true)) : value;
  const divisor =
    value.type.kind === 'DECIMAL' ? decimal(20, 0) : value.type.kind === 'DOUBLE' ? DOUBLE : BIGINT;
  return {
    partials: [builtin('SUM', wide, filter), builtin('COUNT', value, filter)],
    totals: ['SUM', 'SUM0'],
    result: ([sum, count]) => coerce(callBuiltin('/', [sum!, coerce(count!, divisor)]), type),
  };
}

function builtin(name: string, arg: Expr, filter: Expr | null = null): AggregateCall {
  const definition = lookupBuiltin(name);
  assert(definition?.kind === 'aggregate', `the built-in aggregate ${name}`);
  return makeAggregate(definition, [arg], false, filter, null);
}

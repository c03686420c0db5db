import { assert } from '../../common/assert.ts';
import { notImplemented } from '../../common/errors.ts';
import type { AggregateCall, Expr, Literal, WindowCall } from '../../expr/expr.ts';
import type { MatchReference } from '../../expr/match.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import { substitute } from '../../expr/tree.ts';
import type { StatementContext } from '../../functions/definition.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import {
  aggregate,
  allColumns,
  columnNames,
  filter,
  inputRef,
  join,
  match,
  project,
  projectColumns,
  sort,
  union,
  unnest,
  window,
} from '../logical/build.ts';
import type { Aggregate, Join, Limit, LogicalPlan, Match, Values } from '../logical/nodes.ts';
import { exprsOf, mapCall } from '../logical/tree.ts';
import { callBuiltin } from './coerce.ts';
import { isCorrelated, levelOf, outerIndex, readsOuter } from './outer.ts';
import { WHOLE_PARTITION } from './window-frames.ts';

/**
 * Evaluates a correlated plan for each row of `domain`, the distinct values of the outer columns it
 * reads (Neumann and Kemper, "Unnesting Arbitrary Queries"). The result has the columns of the
 * domain, then those of the plan.
 */
export class DependentJoin {
  readonly #domain: LogicalPlan;
  readonly #columns: readonly number[];
  readonly #context: StatementContext;

  /** `columns`: the outer columns that the columns of `domain` are. */
  constructor(domain: LogicalPlan, columns: readonly number[], context: StatementContext) {
    this.#domain = domain;
    this.#columns = columns;
    this.#context = context;
  }

  /** Errors: NotImplementedError for a MATCH_RECOGNIZE whose DEFINE reads columns of a query around. */
  evaluate(plan: LogicalPlan): LogicalPlan {
    if (!isCorrelated(plan)) return join(this.#domain, plan, 'inner', null);
    switch (plan.kind) {
      case 'Filter':
        return filter(this.evaluate(plan.input), this.#expr(plan.predicate));
      case 'Project': {
        const input = this.evaluate(plan.input);
        const exprs = [...this.#own(input), ...plan.exprs.map((expr) => this.#expr(expr))];
        return project(input, exprs, [...this.#names(), ...columnNames(plan.schema)]);
      }
      case 'Aggregate':
        return this.#aggregate(plan);
      case 'Join':
        return this.#join(plan);
      case 'Window': {
        const calls = plan.calls.map((call) => mapCall(call, (expr) => this.#expr(expr)));
        const partition = plan.partition.map((column) => column + this.#width);
        const order = plan.order.map((key) => ({ ...key, column: key.column + this.#width }));
        const names = columnNames(plan.schema).slice(-calls.length);
        // Rows of different outer values are never in one partition.
        const own = this.#columns.map((_, i) => i);
        return window(this.evaluate(plan.input), [...own, ...partition], order, calls, names);
      }
      case 'Unnest': {
        const { input, column, outer, ordinality } = plan;
        const fields = plan.schema.fields.slice(input.schema.fields.length);
        return unnest(this.evaluate(input), column + this.#width, { fields }, outer, ordinality);
      }
      case 'Values':
        return this.#values(plan);
      case 'Limit':
        return this.#limit(plan);
      case 'Sort': {
        const keys = plan.keys.map((key) => ({ ...key, expr: this.#expr(key.expr) }));
        return sort(this.evaluate(plan.input), keys);
      }
      case 'Match':
        return this.#match(plan);
      case 'Union':
        return union(plan.inputs.map((input) => this.evaluate(input)));
      default:
        throw notImplemented(`A correlated subquery with ${plan.kind.toUpperCase()}`);
    }
  }

  get #width(): number {
    return this.#columns.length;
  }

  #names(): readonly string[] {
    return columnNames(this.#domain.schema);
  }

  /** The columns of the domain in front of a plan. */
  #own(plan: LogicalPlan): readonly Expr[] {
    return this.#columns.map((_, i) => inputRef(plan.schema, i));
  }

  /** An expression over the rows with the domain in front. */
  #expr(expr: Expr, move: (index: number) => number = (index) => index + this.#width): Expr {
    return substitute(expr, (ref) => {
      const level = levelOf(ref);
      if (level === 0) return { ...ref, index: move(ref.index) };
      if (level > 1) return ref;
      return { ...ref, index: this.#columns.indexOf(outerIndex(ref)) };
    });
  }

  /** Rows of different outer values are never in one partition. */
  #match(node: Match): LogicalPlan {
    if (exprsOf(node).some(readsOuter)) {
      throw notImplemented('A column of a query around MATCH_RECOGNIZE in DEFINE');
    }
    const move = (column: number) => column + this.#width;
    const moveRead = (read: MatchReference): MatchReference =>
      read.kind === 'row'
        ? { ...read, column: move(read.column) }
        : { ...read, call: mapCall(read.call, (expr) => this.#expr(expr)) };
    return match(this.evaluate(node.input), {
      ...node,
      partition: [...this.#columns.map((_, i) => i), ...node.partition.map(move)],
      order: node.order.map((key) => ({ ...key, column: move(key.column) })),
      define: node.define.map((each) => ({ ...each, reads: each.reads.map(moveRead) })),
      measures: node.measures.map(moveRead),
    });
  }

  #values({ rows, schema }: Values): LogicalPlan {
    const names = [...this.#names(), ...columnNames(schema)];
    const inputs = rows.map((row) => {
      const exprs = [...this.#own(this.#domain), ...row.map((expr) => this.#expr(expr))];
      return project(this.#domain, exprs, names);
    });
    return inputs.length === 1 ? inputs[0]! : union(inputs);
  }

  /** The first rows for each row of the domain, by their numbers. */
  #limit({ input, offset, limit }: Limit): LogicalPlan {
    const isSorted = input.kind === 'Sort';
    const rows = this.evaluate(isSorted ? input.input : input);
    const keys = isSorted ? input.keys : [];
    const exprs = keys.map((key) => this.#expr(key.expr));
    const width = rows.schema.fields.length;
    const ordered = project(
      rows,
      [...allColumns(rows.schema), ...exprs],
      [...columnNames(rows.schema), ...exprs.map((_, i) => `$sort${i}`)],
    );
    const order = keys.map(({ descending, nullsFirst }, i) => ({
      column: width + i,
      descending,
      nullsFirst,
    }));
    const partition = this.#columns.map((_, i) => i);
    const numbered = window(ordered, partition, order, [rowNumber()], ['$number']);
    const number = inputRef(numbered.schema, width + keys.length);
    const bound = (op: string, value: number) =>
      callBuiltin(op, [number, { kind: 'Literal', type: number.type, value: BigInt(value) }]);
    const conditions = [
      ...(offset > 0 ? [bound('>', offset)] : []),
      ...(limit === null ? [] : [bound('<=', offset + limit)]),
    ];
    const kept = conditions.length === 0 ? numbered : filter(numbered, joinConjunction(conditions));
    return projectColumns(
      kept,
      rows.schema.fields.map((_, i) => i),
    );
  }

  #aggregate(node: Aggregate): LogicalPlan {
    const input = this.evaluate(node.input);
    const own = this.#columns.map((_, i) => i);
    const keys = [...own, ...node.keys.map((key) => key + this.#width)];
    const calls = node.calls.map((call) => ({
      ...call,
      args: call.args.map((arg) => this.#expr(arg)),
      filter: call.filter === null ? null : this.#expr(call.filter),
    }));
    const names = columnNames(node.schema).slice(node.keys.length);
    const grouped = aggregate(input, keys, calls, names);
    if (node.keys.length > 0) return grouped;
    // Values of the domain without rows have a row, too: that of no input.
    const all = join(this.#domain, grouped, 'left', this.#sameDomain(grouped));
    const results = calls.map((call, i) => {
      const value = inputRef(all.schema, 2 * this.#width + i);
      const empty = emptyResult(call, this.#context);
      return empty.value === null ? value : callBuiltin('COALESCE', [value, empty]);
    });
    return project(all, [...this.#own(all), ...results], [...this.#names(), ...names]);
  }

  /** Domain columns of the domain itself on the left and of a plan on the right are the same. */
  #sameDomain(right: LogicalPlan, leftWidth = this.#width): Expr | null {
    const pairs = this.#columns.map((_, i) => {
      const a = inputRef(this.#domain.schema, i);
      const b = inputRef(right.schema, i);
      return callBuiltin('IS NOT DISTINCT FROM', [a, { ...b, index: leftWidth + i }]);
    });
    return pairs.length === 0 ? null : joinConjunction(pairs);
  }

  #join(node: Join): LogicalPlan {
    const { joinType, condition } = node;
    const left = this.evaluate(node.left);
    const keepsRight = joinType === 'right' || joinType === 'full';
    if (!keepsRight && !isCorrelated(node.right)) {
      return join(left, node.right, joinType, condition === null ? null : this.#expr(condition));
    }
    const right = this.evaluate(node.right);
    const leftWidth = node.left.schema.fields.length;
    const moved =
      condition === null
        ? []
        : [this.#expr(condition, (i) => i + this.#width * (i < leftWidth ? 1 : 2))];
    const same = this.#sameDomain(right, left.schema.fields.length);
    const on = joinConjunction(same === null ? moved : [same, ...moved]);
    const joined = join(left, right, joinType, on);
    if (joinType === 'semi' || joinType === 'anti') return joined;
    const { schema } = joined;
    const again = leftWidth + this.#width;
    const domain = this.#columns.map((_, i) => {
      const [ofLeft, ofRight] = [inputRef(schema, i), inputRef(schema, again + i)];
      if (joinType === 'full') return callBuiltin('COALESCE', [ofLeft, ofRight]);
      return joinType === 'right' ? ofRight : ofLeft;
    });
    const isOwn = (i: number) => (i >= this.#width && i < again) || i >= again + this.#width;
    const own = allColumns(schema).filter((_, i) => isOwn(i));
    const names = own.map(({ index }) => schema.fields[index]!.name);
    return project(joined, [...domain, ...own], [...this.#names(), ...names]);
  }
}

/** ROW_NUMBER() OVER (…). */
export function rowNumber(): WindowCall {
  const definition = lookupBuiltin('ROW_NUMBER');
  assert(definition?.kind === 'window', 'the built-in function ROW_NUMBER');
  const type = definition.output({ types: [], literals: [] });
  return { definition, type, args: [], distinct: false, filter: null, frame: WHOLE_PARTITION };
}

/** What an aggregate gives of no rows. */
export function emptyResult(call: AggregateCall, context: StatementContext): Literal {
  const { definition, type, args } = call;
  const site = {
    types: args.map((arg) => arg.type),
    literals: args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
    result: type,
    context,
  };
  const isBuiltin = definition.body.kind === 'builtin';
  const value = isBuiltin ? definition.createAccumulator(site).value() : null;
  return { kind: 'Literal', type, value };
}

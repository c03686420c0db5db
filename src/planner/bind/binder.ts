import type { Expr, InputRef } from '../../expr/expr.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { isRepeatable } from '../logical/repeatable.ts';
import { transformUp } from '../logical/tree.ts';
import type { BindContext } from './context.ts';
import type { Scope } from './scope.ts';

/** A table of a WITH clause. */
export interface CommonTablePlan {
  readonly plan: LogicalPlan;
  readonly columns: readonly string[];
}

/** What a query is bound in. */
export interface QueryEnv {
  readonly context: BindContext;
  /** The tables of WITH clauses that are visible. */
  readonly commonTables: ReadonlyMap<string, CommonTablePlan>;
  /** The expression that a subquery stands in: where names go that the subquery does not know. */
  readonly outer: Binder | null;
  /** The full names of the views being bound, to find one that contains itself. */
  readonly views: readonly string[];
  /** Binds a query inside this one; a function here, so that expressions need not import queries. */
  bindQuery(query: Query, env: QueryEnv): LogicalPlan;
}

/** Binds the expressions of one clause. */
export interface Binder {
  readonly env: QueryEnv;
  readonly rows: Rows;
  /** The bound expression. Errors: ValidationError with a span. */
  bind(expr: SyntaxExpr): Expr;
  /** What stands for an expression in this clause: a group key, an aggregate, an alias. */
  replacement(expr: SyntaxExpr): Expr | null;
  /** The column of `rows` that a name means; null when there is none. */
  column(name: Identifier): InputRef | null;
}

/**
 * The rows that a clause sees. A subquery in an expression is joined to them: the plan then gets
 * more columns at the end, and the ones before keep their place.
 */
export class Rows {
  readonly scope: Scope;
  /** What the clause is called in errors. */
  readonly clause: string;
  #plan: LogicalPlan;
  #base: LogicalPlan;
  readonly #extensible: boolean;

  constructor(plan: LogicalPlan, scope: Scope, clause: string, extensible = true) {
    this.#plan = plan;
    this.#base = plan;
    this.scope = scope;
    this.clause = clause;
    this.#extensible = extensible;
  }

  get plan(): LogicalPlan {
    return this.#plan;
  }

  /** Whether subqueries may be joined to the rows here. */
  get extensible(): boolean {
    return this.#extensible;
  }

  /** Puts a plan in place that has the columns so far, and perhaps more behind them. */
  replace(plan: LogicalPlan): void {
    this.#plan = plan;
    this.#base = plan;
  }

  /** Joins a subquery: puts a plan in place whose rows are among those so far, with more columns. */
  attach(plan: LogicalPlan): void {
    this.#plan = plan;
  }

  /**
   * A plan whose columns have at least the values of those of `plan`: without the subqueries that
   * were joined last, so that subqueries that need all values do not contain one another.
   */
  get base(): LogicalPlan {
    return this.#base;
  }

  /** Puts the same rows in the place of `base`. */
  rebase(base: LogicalPlan): void {
    const before = this.#base;
    if (this.#plan === before) this.#plan = base;
    else if (!isRepeatable(before)) {
      // What was joined since then must see the same rows, too.
      this.#plan = transformUp(this.#plan, (node) => (node === before ? base : node));
    }
    this.#base = base;
  }
}

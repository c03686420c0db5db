import { TableError } from '../../common/errors.ts';
import { evaluateConstant } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { printExpr } from '../../expr/print.ts';
import { contains, literal, substitute } from '../../expr/tree.ts';
import type { StatementContext } from '../../functions/definition.ts';

/** Filters over columns that have one value in all rows of a file: partition keys and metadata. */
export class FileFilters {
  readonly #filters: readonly Expr[];
  /** Null where splits are only read, which somebody else has chosen. */
  readonly #context: StatementContext | null;

  constructor(context: StatementContext | null, filters: readonly Expr[] = []) {
    this.#context = context;
    this.#filters = filters;
  }

  get isEmpty(): boolean {
    return this.#filters.length === 0;
  }

  /** These filters, and some more. */
  and(filters: readonly Expr[]): FileFilters {
    return new FileFilters(this.#context, [...this.#filters, ...filters]);
  }

  /** For EXPLAIN. */
  print(names: readonly string[]): string {
    return this.#filters.map((filter) => printExpr(filter, names)).join(', ');
  }

  /** Whether rows of a file fulfil all filters, which see the value that each column has there. */
  mayMatch(valueIn: (column: number, context: StatementContext) => unknown): boolean {
    const context = this.#context;
    if (context === null) return true;
    return this.#filters.every((filter) => {
      const constant = substitute(filter, ({ index, type }) =>
        literal(type, valueIn(index, context)),
      );
      return isTrueOrFails(constant, context);
    });
  }
}

/** An error belongs to the rows of a file: it is raised when they are read. */
function isTrueOrFails(condition: Expr, context: StatementContext): boolean {
  if (contains(condition, ({ kind }) => kind === 'Parameter')) return true;
  try {
    return evaluateConstant(condition, context) === true;
  } catch (error) {
    if (error instanceof TableError) return true;
    throw error;
  }
}

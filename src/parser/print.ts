import type { Expr } from './ast/expressions.ts';
import type { Query } from './ast/queries.ts';
import type { Statement } from './ast/statements.ts';
import { StatementPrinter } from './print/statements.ts';

const printer = new StatementPrinter();

/** Prints a statement as SQL on one line, without `;`, that parses to the same tree. */
export function printStatement(statement: Statement): string {
  return printer.statement(statement);
}

/** Prints a query as SQL on one line that parses to the same tree. */
export function printQuery(query: Query): string {
  return printer.query(query);
}

/** Prints an expression as SQL that parses to the same tree. */
export function printExpression(expr: Expr): string {
  return printer.expr(expr);
}

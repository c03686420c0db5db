import { type Batch, rowCount } from '../../columnar/batch.ts';
import { TableRuntimeError } from '../../common/errors.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { printExpr } from '../../expr/print.ts';
import { callsUdf, children, inputsUsed, literal } from '../../expr/tree.ts';
import type { StatementContext } from '../../functions/definition.ts';

/** Letters of an expression or a value in a message. */
const LETTERS_MAX = 120;

/** Calls that need not evaluate what follows their first argument: it may not be what failed. */
const LAZY: ReadonlySet<string> = new Set(['AND', 'OR', 'COALESCE', 'IFNULL', 'IF']);

/**
 * The error of expressions over a batch, with the innermost one that fails and what it read: found
 * by evaluating them again row by row, so that no loop has to keep track. Other errors stay.
 */
export function withExpression(
  error: unknown,
  exprs: readonly Expr[],
  batch: Batch,
  context: StatementContext,
): unknown {
  if (!(error instanceof TableRuntimeError) || error.hint !== null) return error;
  const { columns, selection } = batch;
  const rows = rowCount(batch);
  const failing = (expr: Expr) => {
    const evaluate = compileRow(expr, context);
    return (row: number) => {
      try {
        evaluate(columns, row);
      } catch (thrown) {
        return thrown instanceof TableRuntimeError && thrown.sentence === error.sentence;
      }
      return false;
    };
  };
  for (const expr of exprs) {
    if (callsUdf(expr)) continue;
    const fails = failing(expr);
    for (let i = 0; i < rows; i++) {
      const row = selection === null ? i : selection[i]!;
      if (!fails(row)) continue;
      const found = innermost(expr, (inner) => failing(inner)(row));
      const hint = describe(found, batch, row);
      const { code, sentence, span, source, cause } = error;
      return new TableRuntimeError(code, sentence, { span, source, hint, cause });
    }
  }
  return error;
}

function innermost(expr: Expr, fails: (expr: Expr) => boolean): Expr {
  const lazy = expr.kind === 'Case' || (expr.kind === 'Call' && LAZY.has(expr.definition.name));
  const inner = children(expr)
    .slice(0, lazy ? 1 : undefined)
    .find(fails);
  return inner === undefined ? expr : innermost(inner, fails);
}

function describe(expr: Expr, { schema, columns }: Batch, row: number): string {
  const names = schema.fields.map(({ name }) => name);
  const read = inputsUsed(expr).map((index) => {
    const { type } = schema.fields[index]!;
    const value = printExpr(literal(type, columns[index]!.get(row)), names);
    return `${names[index]} is ${cut(value)}`;
  });
  const where = read.length === 0 ? '' : `, where ${read.join(', ')}`;
  return `In ${cut(printExpr(expr, names))}${where}.`;
}

function cut(text: string): string {
  return text.length <= LETTERS_MAX ? text : `${text.slice(0, LETTERS_MAX)}…`;
}

import { invalidArgument } from '../../common/arguments.ts';
import { validationError } from '../../common/errors.ts';
import type { BinaryOp, Call, ComparisonOp, Expr } from '../../parser/ast/expressions.ts';
import type { FromItem } from '../../parser/ast/queries.ts';
import { columnNames } from '../../planner/logical/build.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { isTimestamp } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { type Attachments, NOTHING } from '../expressions/attachments.ts';
import { callOf, identifier, numberLiteral } from '../expressions/syntax.ts';
import type { Source } from './items.ts';
import { HIDDEN, INPUT, type Item, join, query, star, tableAlias } from './query-syntax.ts';
import { bindSelect, own } from './select.ts';

/** A group window that counts rows: `size` of them, a window beginning with each `slide`th. */
export interface RowWindow {
  readonly kind: 'rows';
  readonly time: Expr;
  readonly size: number;
  readonly slide: number;
}

/** Of how many windows a row may be part: each makes the row once more. */
const OVERLAP_MAX = 10_000;

const POSITION = `${HIDDEN}position`;
const OVERLAP = `${HIDDEN}overlap`;

/**
 * Puts the rows of each group of the keys, in the order of their time, into windows by number: the
 * window's is one more column. Windows overlap where the slide is less than the size, and leave rows
 * out where it is more.
 *
 * Source: Flink's Table API, "Group Windows". Errors: WINDOW_TABLE, INVALID_ARGUMENT.
 */
export function inRowWindows(
  source: Source,
  window: RowWindow,
  grouped: { readonly keys: readonly Expr[]; readonly column: string; readonly held: Attachments },
): LogicalPlan {
  const { keys, column, held } = grouped;
  const { time, size, slide } = window;
  requireTime(source, window, held);
  const counted = bindSelect(
    source,
    { items: [...own(source), { expr: position(keys, time), alias: POSITION }] },
    held,
  );
  const at = binary('-', identifier(POSITION), number(1));
  if (size === slide) {
    return withNumber(source, counted, { expr: binary('/', at, number(size)), alias: column });
  }
  const newest = binary('/', at, number(slide));
  const windowNumber = binary('-', newest, identifier(OVERLAP));
  const items = [...own(source), { expr: windowNumber, alias: column }, keep(POSITION)];
  const from = join('CROSS', overlaps(Math.ceil(size / slide)), null);
  const plan = bindSelect({ ...source, plan: counted }, { items, from }, NOTHING);
  // The first windows begin with the first row, and the newest one may be over before the row.
  const begun = binary('>=', identifier(column), number(0));
  const start = binary('*', identifier(column), number(slide));
  const within = binary('<=', identifier(POSITION), binary('+', start, number(size)));
  const where: Expr = { kind: 'Logical', op: 'AND', operands: [begun, within], span: null };
  return withNumber(source, plan, keep(column), where);
}

/** The condition of HAVING that a window has all its rows: one that the rows end in does not count. */
export function isFull({ size }: RowWindow): Expr {
  return binary('=', callOf(['COUNT'], [star()]), number(size));
}

/** Flink: rows are counted in the order of a timestamp or of a BIGINT. */
function requireTime(source: Source, window: RowWindow, held: Attachments): void {
  const { time, size, slide } = window;
  const [field] = bindSelect(source, { items: [{ expr: time, alias: null }] }, held).schema.fields;
  const type = field!.type;
  if (isTimestamp(type) || type.kind === 'BIGINT') return;
  const reason = `its time is ${printType(type)}, neither a timestamp nor a BIGINT`;
  throw validationError('WINDOW_TABLE', {
    function: size === slide ? 'Tumble' : 'Slide',
    reason,
  });
}

/** `ROW_NUMBER() OVER (PARTITION BY keys ORDER BY time)`. */
function position(keys: readonly Expr[], time: Expr): Call {
  return {
    ...callOf(['ROW_NUMBER'], []),
    over: {
      kind: 'WindowSpec',
      base: null,
      partitionBy: keys,
      orderBy: [{ kind: 'OrderItem', expr: time, descending: false, nulls: null, span: null }],
      frame: null,
      span: null,
    },
  };
}

/** `(VALUES 0, 1, …)`: how many windows before the newest one a row may be part of. */
function overlaps(count: number): FromItem {
  if (count > OVERLAP_MAX) {
    throw invalidArgument('The windows that a row is part of', `at most ${OVERLAP_MAX}`, count);
  }
  const rows = Array.from({ length: count }, (_, i) => [number(i)]);
  return {
    kind: 'DerivedTable',
    query: query({ kind: 'Values', rows, span: null }),
    lateral: false,
    alias: tableAlias(INPUT, [OVERLAP]),
    span: null,
  };
}

/** The columns of the source with the number of the window, of a plan that has more. */
function withNumber(source: Source, plan: LogicalPlan, item: Item, where?: Expr): LogicalPlan {
  const items = [...columnNames(source.plan.schema).map(keep), item];
  return bindSelect({ ...source, plan }, { items, ...(where && { where }) }, NOTHING);
}

function keep(name: string): Item {
  return { expr: identifier(name), alias: null };
}

function number(value: number): Expr {
  return numberLiteral(String(value));
}

function binary(op: BinaryOp | ComparisonOp, left: Expr, right: Expr): Expr {
  return { kind: 'Binary', op, left, right, span: null };
}

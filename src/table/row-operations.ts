import { requireOptions, requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { quotePath } from '../common/identifiers.ts';
import { parseExpression, parseQuery } from '../parser/parser.ts';
import { printExpression } from '../parser/print.ts';
import { bindQuery } from '../planner/bind/query.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { printType } from '../types/print.ts';
import { row } from '../types/types.ts';
import { isUserFunction, type UserFunction } from '../udf/user-function.ts';
import { SessionBindContext } from './bind-context.ts';
import { catalogFunction } from './create-function.ts';
import { internalCall } from './internal-call.ts';
import { type Session, withSource } from './session.ts';

/**
 * What is called for rows: a call as SQL (`split(line, ',')`), or a function itself, which gets the
 * whole row as its only argument.
 */
export type RowCall = string | UserFunction;

/** Options of operations that call a function for rows. */
export interface RowCallOptions {
  /** Names of the columns that the function makes. */
  readonly as?: readonly string[];
}

/** Options of joins with the rows of a table function. */
export interface LateralOptions extends RowCallOptions {
  /** A condition on both, as SQL. */
  readonly on?: string;
}

/** The name that the rows go by in the query of an operation. */
const INPUT = '$input';
/** The name that a function without a name is called by. */
const FUNCTION = '$function';

/** The columns that a function makes of each row: of a table function, or of `UNNEST(ARRAY[call])`. */
export function mappedRows(
  session: Session,
  input: LogicalPlan,
  call: RowCall,
  options: RowCallOptions,
  kind: 'map' | 'flatMap',
): LogicalPlan {
  const alias = aliasOf(options);
  return bindOver(session, input, call, (text) => {
    const made = kind === 'map' ? `UNNEST(ARRAY[${text}])` : `LATERAL TABLE(${text})`;
    return `SELECT f.* FROM ${quoted(INPUT)}, ${made} AS f${alias}`;
  });
}

/** The columns of each row and those that a table function makes of it. */
export function lateralRows(
  session: Session,
  input: LogicalPlan,
  call: RowCall,
  given: LateralOptions,
  type: 'INNER' | 'LEFT',
): LogicalPlan {
  requireOptions('a join', given);
  const { on, ...options } = given;
  const alias = aliasOf(options);
  const condition = on === undefined ? 'TRUE' : expressionOf(on);
  return bindOver(
    session,
    input,
    call,
    (text) =>
      `SELECT * FROM ${quoted(INPUT)} ${type} JOIN LATERAL TABLE(${text}) AS f${alias} ON ${condition}`,
  );
}

/** The keys of each group and the columns that a function makes of its rows. */
export function aggregatedRows(
  session: Session,
  input: LogicalPlan,
  keys: readonly string[],
  call: RowCall,
  options: RowCallOptions,
  kind: 'aggregate' | 'flatAggregate',
): LogicalPlan {
  const alias = aliasOf(options);
  const exprs = keys.map(expressionOf);
  const names = keys.map((key, i) => {
    const expr = parseExpression(key);
    return quoted(expr.kind === 'Identifier' ? (expr.parts.at(-1) ?? key) : `EXPR$${i}`);
  });
  return bindOver(session, input, call, (text) => {
    const columns = [...exprs.map((expr, i) => `${expr} AS \`$k${i}\``), `${text} AS \`$rows\``];
    const groupBy = exprs.length === 0 ? '' : ` GROUP BY ${exprs.join(', ')}`;
    const grouped = `SELECT ${columns.join(', ')} FROM ${quoted(INPUT)}${groupBy}`;
    // A table aggregate function gives the array of its rows.
    const rows = kind === 'flatAggregate' ? '`$rows`' : 'ARRAY[`$rows`]';
    const selected = [...names.map((name, i) => `\`$k${i}\` AS ${name}`), 'f.*'];
    return `SELECT ${selected.join(', ')} FROM (${grouped}), UNNEST(${rows}) AS f${alias}`;
  });
}

/** Binds a query over the rows of a plan that calls a function. */
function bindOver(
  session: Session,
  input: LogicalPlan,
  call: RowCall,
  sqlOf: (call: string) => string,
): LogicalPlan {
  const context = new RowContext(session, input, call);
  const sql = sqlOf(isUserFunction(call) ? wholeRowCall(input) : expressionOf(call));
  return withSource(sql, () => bindQuery(parseQuery(sql), context));
}

/** The names of an operation beside those of the session. */
class RowContext extends SessionBindContext {
  readonly #definition: ReturnType<SessionBindContext['resolveFunction']>;

  constructor(session: Session, input: LogicalPlan, call: RowCall) {
    const { statement, parameters } = internalCall(session);
    super(session, statement, parameters, new Map([[INPUT, input]]));
    this.#definition = isUserFunction(call)
      ? catalogFunction(call.name, call, session.sharedModules.urls).definition
      : null;
  }

  override resolveFunction(
    path: readonly string[],
  ): ReturnType<SessionBindContext['resolveFunction']> {
    const isOurs = path.length === 1 && path[0] === FUNCTION;
    return isOurs ? this.#definition : super.resolveFunction(path);
  }
}

/** A call with one argument: the ROW of all columns. */
function wholeRowCall({ schema: { fields } }: LogicalPlan): string {
  const columns = fields.map(({ name }) => `${quoted(INPUT)}.${quoted(name)}`);
  const type = row(fields);
  return `${quoted(FUNCTION)}(CAST(ROW(${columns.join(', ')}) AS ${printType(type)}))`;
}

/** The text of one expression: parsed, so that it cannot be anything else. */
function expressionOf(text: unknown): string {
  requireText('An expression', text);
  return withSource(text, () => printExpression(parseExpression(text)));
}

/** ` (a, b)`, or nothing. */
function aliasOf(options: RowCallOptions): string {
  requireOptions('an operation on rows', options, ['as'] satisfies (keyof RowCallOptions)[]);
  const { as } = options;
  if (as === undefined) return '';
  if (!Array.isArray(as) || as.length === 0 || !as.every((name) => typeof name === 'string')) {
    throw validationError('INVALID_ARGUMENT', {
      argument: "The option 'as'",
      expected: 'a list of names',
      got: typeof as,
    });
  }
  return ` (${as.map(quoted).join(', ')})`;
}

function quoted(name: string): string {
  return quotePath([name]);
}

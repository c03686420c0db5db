import type { CatalogTable } from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
import { assert } from '../../common/assert.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { type Span, ValidationError, validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import { storedSchema } from '../../connectors/index.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { Case, Expr, IsTest } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query, Select } from '../../parser/ast/queries.ts';
import type { Delete, Truncate, Update } from '../../parser/ast/statements.ts';
import { parseExpression } from '../../parser/parser.ts';
import { bindInto, refuseMaterialized } from '../../planner/bind/insert.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import { queryRows, runWrite } from '../run.ts';
import type { StatementCall } from './handler.ts';
import { counts } from './insert.ts';
import { physicalPlan } from './query.ts';
import { replacingSink, selectFrom } from './rewrite.ts';

interface Target {
  readonly table: CatalogTable;
  readonly instance: MemoryTable;
  readonly path: string;
  readonly name: Identifier;
}

/** Errors that speak of the query that a change is run as. */
const OBSCURED: ReadonlySet<string> = new Set(['NO_COMMON_TYPE', 'INSERT_TYPES']);

/** A table that is to become what a query over it gives. */
export interface Rewrite {
  readonly target: Target;
  readonly items: Select['items'];
  readonly where: Expr | null;
  readonly alias: string | null;
  /** The condition on the rows that change; null: all. */
  readonly changed: Expr | null;
  /** What columns are set to, for messages that a condition around it would obscure. */
  readonly assigned: { readonly items: Select['items']; readonly span: Span | null } | null;
}

/** DELETE FROM t WHERE p. */
export function deleteRows(statement: Delete, call: StatementCall): Promise<TableResult> {
  return rewrite(deletion(statement, call), call);
}

/** UPDATE t SET c = e WHERE p. */
export function update(statement: Update, call: StatementCall): Promise<TableResult> {
  return rewrite(updating(statement, call), call);
}

/** The table becomes what `SELECT * FROM t WHERE p IS NOT TRUE` gives. */
export function deletion(statement: Delete, call: StatementCall): Rewrite {
  const target = targetOf(statement.table, call);
  const where: Expr =
    statement.where === null
      ? { kind: 'BooleanLiteral', span: null, value: false }
      : isNotTrue(statement.where);
  const items = storedSchema(target.table).fields.map(({ name }) => itemOf(name, columnOf(name)));
  return { target, items, where, alias: statement.alias, changed: statement.where, assigned: null };
}

/** The table becomes what `SELECT …, CASE WHEN p THEN e ELSE c END AS c, … FROM t` gives. */
export function updating(statement: Update, call: StatementCall): Rewrite {
  const target = targetOf(statement.table, call);
  const stored = storedSchema(target.table).fields.map((f) => f.name);
  const values = new Map(
    statement.assignments.map(({ column, value }) => {
      const name = printPath(column.parts);
      if (!stored.includes(name)) {
        const scope = `table '${target.path}'`;
        const hint = didYouMean(name, stored);
        throw validationError(
          'COLUMN_NOT_FOUND',
          { column: name, scope },
          { span: column.span, hint },
        );
      }
      return [name, value] as const;
    }),
  );
  const { where, alias } = statement;
  const items = stored.map((name) => {
    const old = columnOf(name);
    const value = values.get(name);
    if (value === undefined) return itemOf(name, old);
    return itemOf(name, where === null ? value : when(where, value, old));
  });
  const plain = stored.map((name) => itemOf(name, values.get(name) ?? columnOf(name)));
  const assigned = { items: plain, span: assignmentsSpan(statement) };
  return { target, items, where: null, alias, changed: where, assigned };
}

/** From the first column that is set to the last value. */
function assignmentsSpan({ assignments }: Update): Span | null {
  const start = assignments[0]?.column.span;
  const end = assignments.at(-1)?.value.span;
  return start == null || end == null ? null : { start: start.start, end: end.end };
}

/** TRUNCATE TABLE t. */
export async function truncate(statement: Truncate, call: StatementCall): Promise<TableResult> {
  const { instance } = targetOf(statement.table, call);
  const unlock = await instance.lock();
  try {
    instance.truncate();
  } finally {
    unlock();
  }
  return call.session.ok();
}

function targetOf(name: Identifier, { session }: StatementCall): Target {
  const { identifier, table } = session.catalogs.require(name.parts, name.span);
  const path = pathText(identifier);
  if (table.kind === 'view')
    throw validationError('NOT_A_TABLE', { name: path }, { span: name.span });
  refuseMaterialized(table, path, name.span);
  const { instance } = table;
  if (instance instanceof MemoryTable) return { table, instance, path, name };
  throw validationError(
    'NOT_SUPPORTED',
    { feature: `Changing rows of '${path}'`, reason: 'only in-memory tables can be changed' },
    { span: name.span, hint: 'INSERT OVERWRITE replaces the contents of a table.' },
  );
}

/** The plan of a rewrite. `locked`: the caller holds the table's lock. */
export function rewritePlan(
  { target, items, where, alias, assigned }: Rewrite,
  call: StatementCall,
  locked: boolean,
): LogicalPlan {
  const { table, instance, path, name } = target;
  const sink = replacingSink(table, instance, locked);
  const bind = (query: Query): LogicalPlan => {
    const context = new SessionBindContext(call.session, call.statement, call.parameters);
    return bindInto(query, storedSchema(table), path, sink, context);
  };
  try {
    return bind(selectFrom(name, items, where, alias));
  } catch (error) {
    // What cannot be assigned to a column is said of it, not of the CASE around it.
    if (assigned !== null && error instanceof ValidationError && OBSCURED.has(error.code)) {
      bind({ ...selectFrom(name, assigned.items, null, alias), span: assigned.span });
    }
    throw error;
  }
}

/** Replaces the rows of a table by those of a query over it; the table is locked meanwhile. */
async function rewrite(change: Rewrite, call: StatementCall): Promise<TableResult> {
  const { instance, path } = change.target;
  // Names mean what they mean at the call, however long the table is locked by others.
  const plan = rewritePlan(change, call, true);
  const unlock = await instance.lock();
  try {
    const changed = await changedRows(change, call);
    await runWrite(physicalPlan(plan, call), call);
    return counts([[path, changed]], call);
  } finally {
    unlock();
  }
}

/** How many rows a change is about. */
async function changedRows(
  { target, changed, alias }: Rewrite,
  call: StatementCall,
): Promise<bigint> {
  if (changed === null) return BigInt(target.instance.rowCount);
  const items = [itemOf('changed', parseExpression('COUNT(*)'))];
  const [row] = await queryRows(selectFrom(target.name, items, changed, alias), call);
  const [count] = row ?? [];
  assert(typeof count === 'bigint', 'COUNT(*) is a BIGINT');
  return count;
}

function columnOf(name: string): Identifier {
  return { kind: 'Identifier', span: null, parts: [name] };
}

function itemOf(name: string, expr: Expr): Select['items'][number] {
  return { kind: 'SelectItem', span: null, expr, alias: name };
}

function isNotTrue(operand: Expr): IsTest {
  return { kind: 'IsTest', span: operand.span, operand, test: 'TRUE', negated: true };
}

function when(condition: Expr, then: Expr, otherwise: Expr): Case {
  const branches = [{ when: condition, then }];
  return { kind: 'Case', span: null, operand: null, branches, otherwise };
}

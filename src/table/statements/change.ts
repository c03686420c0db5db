import type { CatalogTable } from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
import { assert } from '../../common/assert.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import { storedSchema } from '../../connectors/index.ts';
import { MemorySink } from '../../connectors/memory/memory-sink.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { Case, Expr, IsTest } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query, Select } from '../../parser/ast/queries.ts';
import type { Delete, Truncate, Update } from '../../parser/ast/statements.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import { runWrite } from '../run.ts';
import type { StatementCall } from './handler.ts';
import { counts } from './insert.ts';
import { physicalPlan } from './query.ts';

interface Target {
  readonly table: CatalogTable;
  readonly instance: MemoryTable;
  readonly path: string;
  readonly name: Identifier;
}

/**
 * DELETE FROM t WHERE p: the table becomes what `SELECT * FROM t WHERE p IS NOT TRUE` gives.
 */
export async function deleteRows(statement: Delete, call: StatementCall): Promise<TableResult> {
  const target = targetOf(statement.table, call);
  const kept: Expr =
    statement.where === null
      ? { kind: 'BooleanLiteral', span: null, value: false }
      : isNotTrue(statement.where);
  const items: Select['items'] = [{ kind: 'Star', span: null, qualifier: null }];
  const before = (rows: bigint, total: number): bigint => BigInt(total) - rows;
  return rewrite(target, items, kept, statement.alias, call, before);
}

/**
 * UPDATE t SET c = e WHERE p: the table becomes what
 * `SELECT …, CASE WHEN p THEN e ELSE c END AS c, … FROM t` gives.
 */
export async function update(statement: Update, call: StatementCall): Promise<TableResult> {
  const target = targetOf(statement.table, call);
  const values = new Map(
    statement.assignments.map(({ column, value }) => {
      const name = printPath(column.parts);
      if (!target.table.columns.some((c) => c.name === name)) {
        const scope = `table '${target.path}'`;
        throw validationError('COLUMN_NOT_FOUND', { column: name, scope }, { span: column.span });
      }
      return [name, value] as const;
    }),
  );
  const items = storedSchema(target.table).fields.map(({ name }) => {
    const old: Identifier = { kind: 'Identifier', span: null, parts: [name] };
    const value = values.get(name);
    const expr =
      value === undefined
        ? old
        : statement.where === null
          ? value
          : when(statement.where, value, old);
    return { kind: 'SelectItem', span: null, expr, alias: name } as const;
  });
  return rewrite(target, items, null, statement.alias, call, (rows) => rows);
}

/** TRUNCATE TABLE t. */
export async function truncate(statement: Truncate, call: StatementCall): Promise<TableResult> {
  const { instance } = targetOf(statement.table, call);
  const unlock = await instance.lock();
  try {
    instance.drop();
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
  const { instance } = table;
  if (instance instanceof MemoryTable) return { table, instance, path, name };
  throw validationError(
    'NOT_SUPPORTED',
    { feature: `Changing rows of '${path}'`, reason: 'only in-memory tables can be changed' },
    { span: name.span, hint: 'INSERT OVERWRITE replaces the contents of a table.' },
  );
}

/** Replaces the rows of a table by those of a query over it; the table is locked meanwhile. */
async function rewrite(
  target: Target,
  items: Select['items'],
  where: Expr | null,
  alias: string | null,
  call: StatementCall,
  changed: (rows: bigint, total: number) => bigint,
): Promise<TableResult> {
  const unlock = await target.instance.lock();
  try {
    const total = target.instance.rowCount;
    const { primaryKey } = target.table;
    const names = storedSchema(target.table).fields.map((f) => f.name);
    const sink = new MemorySink(target.instance, {
      overwrite: true,
      locked: true,
      primaryKey: primaryKey?.enforced ? primaryKey.columns.map((c) => names.indexOf(c)) : null,
    });
    const context = new SessionBindContext(call.session, call.statement, call.parameters);
    const query = selectFrom(target.name, items, where, alias);
    const logical = bindInto(query, storedSchema(target.table), target.path, sink, context);
    const rows = await runWrite(physicalPlan(logical, call), call);
    assert(rows <= BigInt(total), 'a rewritten table does not grow');
    return counts([[target.path, changed(rows, total)]], call);
  } finally {
    unlock();
  }
}

function selectFrom(
  name: Identifier,
  items: Select['items'],
  where: Expr | null,
  alias: string | null,
): Query {
  const tableAlias =
    alias === null
      ? null
      : ({ kind: 'TableAlias', span: null, name: alias, columns: null } as const);
  const select: Select = {
    kind: 'Select',
    span: null,
    hints: [],
    distinct: false,
    items,
    from: { kind: 'TableName', span: null, name, hints: [], systemTime: null, alias: tableAlias },
    where,
    groupBy: null,
    having: null,
    windows: [],
    qualify: null,
  };
  return {
    kind: 'Query',
    span: null,
    with: [],
    body: select,
    orderBy: [],
    offset: null,
    limit: null,
  };
}

function isNotTrue(operand: Expr): IsTest {
  return { kind: 'IsTest', span: operand.span, operand, test: 'TRUE', negated: true };
}

function when(condition: Expr, then: Expr, otherwise: Expr): Case {
  const branches = [{ when: condition, then }];
  return { kind: 'Case', span: null, operand: null, branches, otherwise };
}

import type { CatalogTable } from '../../catalog/catalog.ts';
import { storedSchema } from '../../connectors/index.ts';
import { MemorySink } from '../../connectors/memory/memory-sink.ts';
import type { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query, Select } from '../../parser/ast/queries.ts';

/** `SELECT items FROM name [AS alias] [WHERE where]` as syntax. */
export function selectFrom(
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

/** What replaces all rows of a table in memory. `locked`: the caller holds the table's lock. */
export function replacingSink(
  table: CatalogTable,
  instance: MemoryTable,
  locked: boolean,
): MemorySink {
  const primaryKey = memoryKey(table);
  return new MemorySink(instance, { overwrite: true, partition: [], locked, primaryKey });
}

/** The stored columns of an enforced primary key, by index; null when nothing is enforced. */
function memoryKey(table: CatalogTable): readonly number[] | null {
  const { primaryKey } = table;
  if (primaryKey?.enforced !== true) return null;
  const names = storedSchema(table).fields.map((f) => f.name);
  return primaryKey.columns.map((column) => names.indexOf(column));
}

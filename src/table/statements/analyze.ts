import type { CatalogTable, ColumnStatistics } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import { printPath, quoteIdentifier } from '../../common/identifiers.ts';
import { isOrdered } from '../../functions/compare.ts';
import type { Analyze } from '../../parser/ast/statements.ts';
import type { DataType } from '../../types/data-type.ts';
import type { TableResult } from '../result.ts';
import { queryRows } from '../run.ts';
import type { StatementCall } from './handler.ts';
import { partitionOf } from './partitions.ts';

/**
 * ANALYZE TABLE: counts the rows, and the values of the named columns, and keeps that in the
 * catalog. Errors: NOT_A_TABLE, COLUMN_NOT_FOUND.
 */
export async function analyze(statement: Analyze, call: StatementCall): Promise<TableResult> {
  const { session } = call;
  const { catalogs } = session;
  const { parts, span } = statement.table;
  const { table, identifier, temporary } = catalogs.require(parts, span);
  if (table.kind === 'view') {
    throw validationError('NOT_A_TABLE', { name: printPath(parts) }, { span });
  }
  const { partition } = statement;
  if (partition?.entries.some((entry) => entry.value !== null)) {
    // Statistics are those of tables: the partition must be one, and the whole table is counted.
    partitionOf(table, identifier, partition, partition.span);
  }
  const columns = analyzedColumns(table, statement);
  const path = [identifier.catalog, identifier.database, identifier.name];
  const counters = ['COUNT(*)', ...columns.flatMap(({ name, type }) => countersOf(name, type))];
  const source = path.map(quoteIdentifier).join('.');
  const [row = []] = await queryRows(`SELECT ${counters.join(', ')} FROM ${source}`, call);
  const rowCount = Number(row[0]);
  const found = columns.map(({ name }, i): readonly [string, ColumnStatistics] => {
    const [count, distinct, min = null, max = null] = row.slice(1 + i * COUNTERS);
    return [
      name,
      {
        nullCount: rowCount - Number(count),
        distinctCount: distinct === null ? null : Number(distinct),
        min,
        max,
      },
    ];
  });
  // Other statements may have changed the table meanwhile.
  const now = catalogs.require(path, span).table;
  if (now.kind === 'view')
    throw validationError('NOT_A_TABLE', { name: printPath(parts) }, { span });
  const known = new Map([...(now.statistics?.columns ?? []), ...found]);
  catalogs.putTable(identifier, { ...now, statistics: { rowCount, columns: known } }, temporary);
  return session.ok();
}

function analyzedColumns(
  table: CatalogTable,
  { columns, table: { span } }: Analyze,
): readonly { readonly name: string; readonly type: DataType }[] {
  if (columns === null) return [];
  const stored = table.columns.filter((column) => column.kind === 'physical');
  if (columns === 'ALL') return stored;
  return columns.map((name) => {
    const found = stored.find((column) => column.name === name);
    if (found !== undefined) return found;
    const names = stored.map((column) => column.name);
    const hint = didYouMean(name, names);
    throw validationError(
      'COLUMN_NOT_FOUND',
      { column: name, scope: 'the stored columns of the table' },
      { span, hint },
    );
  });
}

/** Values that are counted of each column. */
const COUNTERS = 4;

function countersOf(name: string, type: DataType): readonly string[] {
  const column = quoteIdentifier(name);
  const ordered = isOrdered(type) && type.kind !== 'ARRAY' && type.kind !== 'ROW';
  const unknown = 'CAST(NULL AS BIGINT)';
  return [
    `COUNT(${column})`,
    ordered ? `COUNT(DISTINCT ${column})` : unknown,
    ordered ? `MIN(${column})` : unknown,
    ordered ? `MAX(${column})` : unknown,
  ];
}

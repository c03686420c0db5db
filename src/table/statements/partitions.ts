import type { CatalogTable, ObjectIdentifier, TablePartition } from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
import { type Span, validationError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../common/identifiers.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { AlterTable } from '../../parser/ast/ddl.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import type { ShowPartitions } from '../../parser/ast/statements.ts';
import type { PartitionSpec } from '../../parser/ast/tables.ts';
import { parseExpression } from '../../parser/parser.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import type { TableResult } from '../result.ts';
import { queryRows } from '../run.ts';
import { deleteRows } from './change.ts';
import { optionsOf } from './create.ts';
import type { StatementCall } from './handler.ts';

type Values = ReadonlyMap<string, string>;
type Change<A extends string> = Extract<AlterTable['change'], { action: A }>;

/** SHOW PARTITIONS: those that ADD PARTITION named and those of the data, as `a=1/b=2`. */
export async function showPartitions(
  statement: ShowPartitions,
  call: StatementCall,
): Promise<TableResult> {
  const { catalogs } = call.session;
  const { parts, span } = statement.table;
  const { table, identifier } = catalogs.require(parts, span);
  if (table.kind === 'view') {
    throw validationError('NOT_A_TABLE', { name: pathText(identifier) }, { span });
  }
  const given = partitionOf(table, identifier, statement.partition, span);
  const all = [
    ...table.partitions.map((partition) => partition.values),
    ...(await partitionsOfData(table, identifier, call)),
  ];
  const names = all
    .filter((values) => [...given].every(([key, value]) => values.get(key) === value))
    .map(partitionName);
  const schema = schemaOf([field('partition name', STRING)]);
  const rows = [...new Set(names)].sort().map((name) => [name]);
  return call.session.known(schema, rows);
}

/** ALTER TABLE ADD PARTITION. Errors: PARTITION_EXISTS, INVALID_PARTITION, NOT_PARTITIONED. */
export function addPartitions(
  table: CatalogTable,
  change: Change<'ADD PARTITIONS'>,
  identifier: ObjectIdentifier,
  _call: StatementCall,
): CatalogTable {
  const partitions: TablePartition[] = [...table.partitions];
  for (const { spec, options } of change.partitions) {
    const values = partitionOf(table, identifier, spec, spec.span, true);
    const name = partitionName(values);
    if (!partitions.some((partition) => partitionName(partition.values) === name)) {
      partitions.push({ values, options: optionsOf(options) });
    } else if (!change.ifNotExists) {
      const params = { partition: name, table: pathText(identifier) };
      throw validationError('PARTITION_EXISTS', params, { span: spec.span });
    }
  }
  return { ...table, partitions };
}

/**
 * ALTER TABLE DROP PARTITION: the rows of a table in memory go with their partition. Errors:
 * PARTITION_NOT_FOUND, INVALID_PARTITION, NOT_PARTITIONED; NOT_SUPPORTED where the rows are files.
 */
export async function dropPartitions(
  table: CatalogTable,
  change: Change<'DROP PARTITIONS'>,
  identifier: ObjectIdentifier,
  call: StatementCall,
): Promise<CatalogTable> {
  const inMemory = table.instance instanceof MemoryTable;
  let { partitions } = table;
  for (const spec of change.partitions) {
    const values = partitionOf(table, identifier, spec, spec.span, true);
    const name = partitionName(values);
    const named = partitions.some((partition) => partitionName(partition.values) === name);
    const data = await partitionsOfData(table, identifier, call);
    const filled = data.some((partition) => partitionName(partition) === name);
    if (!named && !filled && !change.ifExists) {
      const params = { partition: name, table: pathText(identifier) };
      throw validationError('PARTITION_NOT_FOUND', params, { span: spec.span });
    }
    if (filled && !inMemory) {
      const reason = 'its files stay; remove their folder';
      const feature = `Dropping the partition ${name}`;
      throw validationError('NOT_SUPPORTED', { feature, reason }, { span: spec.span });
    }
    if (filled) await deleteRows(deletion(identifier, values), call);
    partitions = partitions.filter((partition) => partitionName(partition.values) !== name);
  }
  return { ...table, partitions };
}

function deletion(
  { catalog, database, name }: ObjectIdentifier,
  values: Values,
): Parameters<typeof deleteRows>[0] {
  return {
    kind: 'Delete',
    span: null,
    table: { kind: 'Identifier', span: null, parts: [catalog, database, name] },
    alias: null,
    where: parseExpression(partitionText(values)),
  };
}

/** The condition that a row is in a partition, in SQL. */
export function partitionText(values: Values): string {
  return [...values]
    .map(
      ([key, value]) =>
        `CAST(${quoteIdentifier(key)} AS STRING) = '${value.replaceAll("'", "''")}'`,
    )
    .join(' AND ');
}

/** The partitions that rows are in. */
async function partitionsOfData(
  table: CatalogTable,
  { catalog, database, name }: ObjectIdentifier,
  call: StatementCall,
): Promise<readonly Values[]> {
  const keys = table.partitionKeys;
  const columns = keys.map((key) => `CAST(${quoteIdentifier(key)} AS STRING)`).join(', ');
  const path = [catalog, database, name].map(quoteIdentifier).join('.');
  const rows = await queryRows(`SELECT DISTINCT ${columns} FROM ${path}`, call);
  return rows.map((row) => new Map(keys.map((key, i) => [key, String(row[i])])));
}

/** The values of PARTITION (…), as text. `whole`: every key must have one. */
export function partitionOf(
  table: CatalogTable,
  identifier: ObjectIdentifier,
  spec: PartitionSpec | null,
  span: Span | null,
  whole = false,
): Values {
  const keys = table.partitionKeys;
  if (keys.length === 0) {
    throw validationError('NOT_PARTITIONED', { table: pathText(identifier) }, { span });
  }
  const entries = spec?.entries ?? [];
  const wrong = entries.some((entry) => !keys.includes(entry.column) || entry.value === null);
  if (wrong || (whole && entries.length !== keys.length)) {
    const given = entries.map((entry) => entry.column).join(', ');
    throw validationError(
      'INVALID_PARTITION',
      { table: pathText(identifier), given, keys },
      { span },
    );
  }
  const values = new Map(entries.map(({ column, value }) => [column, literalText(value)]));
  return new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key) ?? '']] : [])));
}

/** The text of a literal, as a folder name would hold it. */
function literalText(value: Expr | null): string {
  switch (value?.kind) {
    case 'StringLiteral':
      return value.value;
    case 'NumberLiteral':
      return value.text;
    case 'BooleanLiteral':
      return value.value ? 'TRUE' : 'FALSE';
    case 'TemporalLiteral':
      return value.text;
    default:
      throw validationError(
        'NOT_SUPPORTED',
        { feature: 'This partition value', reason: 'it must be a literal' },
        { span: value?.span ?? null },
      );
  }
}

function partitionName(values: Values): string {
  return [...values].map(([key, value]) => `${key}=${value}`).join('/');
}

import type { Catalog, CatalogColumn, CatalogTable, CatalogView } from '../catalog/catalog.ts';
import { quoteIdentifier } from '../common/identifiers.ts';
import { printType } from '../types/print.ts';

/** The CREATE TABLE statement that makes a table again. */
export function showCreateTable(name: string, table: CatalogTable, temporary: boolean): string {
  const elements = table.columns.map((column) => `  ${columnText(column)}`);
  if (table.watermark !== null) {
    const { column, expression } = table.watermark;
    elements.push(`  WATERMARK FOR ${quoteIdentifier(column)} AS ${expression}`);
  }
  if (table.primaryKey !== null) {
    const { name: key, columns, enforced } = table.primaryKey;
    const list = columns.map(quoteIdentifier).join(', ');
    const state = enforced ? 'ENFORCED' : 'NOT ENFORCED';
    elements.push(`  CONSTRAINT ${quoteIdentifier(key)} PRIMARY KEY (${list}) ${state}`);
  }
  const parts = [
    `CREATE ${temporary ? 'TEMPORARY ' : ''}TABLE ${name} (\n${elements.join(',\n')}\n)`,
  ];
  if (table.comment !== null) parts.push(`COMMENT ${quoteText(table.comment)}`);
  if (table.partitionKeys.length > 0) {
    parts.push(`PARTITIONED BY (${table.partitionKeys.map(quoteIdentifier).join(', ')})`);
  }
  if (table.options.size > 0) {
    const options = [...table.options].map(([k, v]) => `  ${quoteText(k)} = ${quoteText(v)}`);
    parts.push(`WITH (\n${options.join(',\n')}\n)`);
  }
  return `${parts.join('\n')}\n`;
}

/** The CREATE VIEW statement that makes a view again. */
export function showCreateView(name: string, view: CatalogView, temporary: boolean): string {
  const columns = view.columns.map((column) => `  ${quoteIdentifier(column.name)}`);
  const comment = view.comment === null ? '' : `COMMENT ${quoteText(view.comment)}\n`;
  const kind = temporary ? 'TEMPORARY VIEW' : 'VIEW';
  return `CREATE ${kind} ${name} (\n${columns.join(',\n')}\n)\n${comment}AS ${view.expandedQuery}\n`;
}

/** The CREATE CATALOG statement that makes a catalog again. */
export function showCreateCatalog(catalog: Catalog): string {
  const options = `  'default-database' = ${quoteText(catalog.defaultDatabase)},\n  'type' = 'generic_in_memory'`;
  return `CREATE CATALOG ${quoteIdentifier(catalog.name)}\nWITH (\n${options}\n)\n`;
}

function columnText(column: CatalogColumn): string {
  const name = quoteIdentifier(column.name);
  const comment = column.comment === null ? '' : ` COMMENT ${quoteText(column.comment)}`;
  if (column.kind === 'computed') return `${name} AS ${column.expression}${comment}`;
  const type = printType(column.type);
  if (column.kind === 'physical') return `${name} ${type}${comment}`;
  const from = column.key === null ? '' : ` FROM ${quoteText(column.key)}`;
  return `${name} ${type} METADATA${from}${column.virtual ? ' VIRTUAL' : ''}${comment}`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import type {
  Catalog,
  CatalogColumn,
  CatalogConnection,
  CatalogModel,
  CatalogTable,
  CatalogView,
  Materialization,
  ObjectIdentifier,
  TableDistribution,
} from '../catalog/catalog.ts';
import type { FoundObject } from '../catalog/object-catalog.ts';
import { quoteIdentifier, quotePath } from '../common/identifiers.ts';
import { printType } from '../types/print.ts';

/** The CREATE TABLE or CREATE MATERIALIZED TABLE statement that makes a table again. */
export function showCreateTable(
  name: string,
  table: CatalogTable,
  { temporary, orAlter }: { readonly temporary: boolean; readonly orAlter: boolean },
): string {
  const { materialization } = table;
  const elements = elementTexts(table).map((element) => `  ${element}`);
  const create = orAlter ? 'CREATE OR ALTER' : temporary ? 'CREATE TEMPORARY' : 'CREATE';
  const object = materialization === null ? 'TABLE' : 'MATERIALIZED TABLE';
  const parts = [`${create} ${object} ${name} (\n${elements.join(',\n')}\n)`];
  if (table.comment !== null) parts.push(`COMMENT ${quoteText(table.comment)}`);
  if (table.distribution !== null) parts.push(distributionText(table.distribution));
  if (table.partitionKeys.length > 0) {
    parts.push(`PARTITIONED BY (${table.partitionKeys.map(quoteIdentifier).join(', ')})`);
  }
  if (table.connection !== null) parts.push(`USING CONNECTION ${pathOf(table.connection)}`);
  if (table.options.size > 0) parts.push(withText(table.options));
  if (materialization !== null) parts.push(...materializationTexts(materialization));
  return `${parts.join('\n')}\n`;
}

function materializationTexts({
  freshness,
  refreshMode,
  expandedQuery,
}: Materialization): readonly string[] {
  return [
    ...(freshness === null ? [] : [`FRESHNESS = ${freshness}`]),
    ...(refreshMode === null ? [] : [`REFRESH_MODE = ${refreshMode}`]),
    `AS ${expandedQuery}`,
  ];
}

/** The elements that the parentheses of CREATE TABLE hold, one text each. */
export function elementTexts(
  table: Pick<CatalogTable, 'columns' | 'watermark' | 'primaryKey'>,
): readonly string[] {
  const elements = table.columns.map(columnText);
  if (table.watermark !== null) {
    const { column, expression } = table.watermark;
    elements.push(`WATERMARK FOR ${quoteIdentifier(column)} AS ${expression}`);
  }
  if (table.primaryKey !== null) {
    const { name: key, columns, enforced } = table.primaryKey;
    const list = columns.map(quoteIdentifier).join(', ');
    const state = enforced ? 'ENFORCED' : 'NOT ENFORCED';
    elements.push(`CONSTRAINT ${quoteIdentifier(key)} PRIMARY KEY (${list}) ${state}`);
  }
  return elements;
}

function distributionText({ method, columns, buckets }: TableDistribution): string {
  const into = buckets === null ? '' : ` INTO ${buckets} BUCKETS`;
  if (columns.length === 0) return `DISTRIBUTED${into}`;
  const list = columns.map(quoteIdentifier).join(', ');
  return `DISTRIBUTED BY ${method ?? ''}(${list})${into}`;
}

function withText(options: ReadonlyMap<string, string>): string {
  const lines = [...options].map(([k, v]) => `  ${quoteText(k)} = ${quoteText(v)}`);
  return `WITH (\n${lines.join(',\n')}\n)`;
}

/** The CREATE VIEW statement that makes a view again. */
export function showCreateView(name: string, view: CatalogView, temporary: boolean): string {
  const columns = view.columns.map(
    (column) => `  ${quoteIdentifier(column.name)}${commentText(column)}`,
  );
  const comment = view.comment === null ? '' : `COMMENT ${quoteText(view.comment)}\n`;
  const kind = temporary ? 'TEMPORARY VIEW' : 'VIEW';
  return `CREATE ${kind} ${name} (\n${columns.join(',\n')}\n)\n${comment}AS ${view.expandedQuery}\n`;
}

/** The CREATE CATALOG statement that makes a catalog again. */
export function showCreateCatalog(catalog: Catalog): string {
  const { comment, options } = catalog.info;
  const parts = [`CREATE CATALOG ${quoteIdentifier(catalog.name)}`];
  if (comment !== null && comment !== '') parts.push(`COMMENT ${quoteText(comment)}`);
  const sorted = [...options].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[...parts, withText(new Map(sorted))].join('\n')}\n`;
}

/** The CREATE MODEL statement that makes a model again. */
export function showCreateModel(name: string, model: CatalogModel, temporary: boolean): string {
  const columns = (list: readonly CatalogColumn[]): string => list.map(columnText).join(', ');
  const parts = [`CREATE ${temporary ? 'TEMPORARY ' : ''}MODEL ${name}`];
  if (model.input.length > 0) parts.push(`INPUT (${columns(model.input)})`);
  if (model.output.length > 0) parts.push(`OUTPUT (${columns(model.output)})`);
  if (model.comment !== null) parts.push(`COMMENT ${quoteText(model.comment)}`);
  if (model.options.size > 0) parts.push(withText(model.options));
  return `${parts.join('\n')}\n`;
}

/** The CREATE CONNECTION statement that makes a connection again, but for its secrets. */
export function showCreateConnection(found: FoundObject<CatalogConnection>): string {
  const { identifier, object, temporary } = found;
  const scope = identifier.catalog === '' ? 'TEMPORARY SYSTEM ' : temporary ? 'TEMPORARY ' : '';
  const parts = [`CREATE ${scope}CONNECTION ${pathOf(identifier)}`];
  if (object.comment !== null) parts.push(`COMMENT ${quoteText(object.comment)}`);
  if (object.options.size > 0) parts.push(withText(shownOptions(object.options)));
  return `${parts.join('\n')}\n`;
}

/** The options of a connection with its secrets hidden, as Flink hides them. */
export function shownOptions(options: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...options].map(([key, value]) => [key, SECRET.test(key) ? '******' : value]));
}

const SECRET =
  /password|secret|account\.key|api-?key|auth-params|service-key|token|basic-auth|jaas\.config|http-headers/i;

/** `catalog`.`database`.`name`; the name alone of what every database has. */
function pathOf({ catalog, database, name }: ObjectIdentifier): string {
  return quotePath(catalog === '' ? [name] : [catalog, database, name]);
}

function columnText(column: CatalogColumn): string {
  const name = quoteIdentifier(column.name);
  const comment = commentText(column);
  if (column.kind === 'computed') return `${name} AS ${column.expression}${comment}`;
  const type = printType(column.type);
  if (column.kind === 'physical') return `${name} ${type}${comment}`;
  const from = column.key === null ? '' : ` FROM ${quoteText(column.key)}`;
  return `${name} ${type} METADATA${from}${column.virtual ? ' VIRTUAL' : ''}${comment}`;
}

function commentText({ comment }: CatalogColumn): string {
  return comment === null ? '' : ` COMMENT ${quoteText(comment)}`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import type { CatalogTable } from '../catalog/catalog.ts';
import type { Session } from './session.ts';

/** The table with the options of its connection, as they are now, under its own. */
export function connected(table: CatalogTable, { connections }: Session): CatalogTable {
  if (table.connection === null) return table;
  const { catalog, database, name } = table.connection;
  const path = catalog === '' ? [name] : [catalog, database, name];
  const { options } = connections.require(path).object;
  return { ...table, options: new Map([...options, ...table.options]) };
}

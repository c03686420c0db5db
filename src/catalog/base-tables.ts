import type { DataType } from '../types/data-type.ts';
import { type CatalogColumn, type CatalogTable, type CatalogView, PLAIN_TABLE } from './catalog.ts';

/** Makes the columns of catalog tables. */
export const Column = {
  /** A stored column. */
  physical(name: string, type: DataType, comment: string | null = null): CatalogColumn {
    return { kind: 'physical', name, type, comment };
  },
  /** A column that SQL computes from the others. */
  computed(name: string, type: DataType, expression: string): CatalogColumn {
    return { kind: 'computed', name, type, expression, comment: null };
  },
  /** A column that the connector knows of a row, under the key or the column's own name. */
  metadata(
    name: string,
    type: DataType,
    key: string | null = null,
    virtual = false,
  ): CatalogColumn {
    return { kind: 'metadata', name, type, key, virtual, comment: null };
  },
} as const;

/** Makes what catalogs that users write give for their tables and views. */
export const CatalogBaseTable = {
  /** A table of columns and WITH options; `more` says the rest of its declaration. */
  createTable(
    columns: readonly CatalogColumn[],
    options: Readonly<Record<string, string>>,
    more: Partial<Omit<CatalogTable, 'kind' | 'columns' | 'options' | 'instance'>> = {},
  ): CatalogTable {
    const given = new Map(Object.entries(options));
    return { ...PLAIN_TABLE, ...more, columns, options: given, instance: null };
  },
  /** A view of a query, whose names are best qualified: it is bound where the view is used. */
  createView(
    columns: readonly CatalogColumn[],
    query: string,
    comment: string | null = null,
  ): CatalogView {
    const instance = null;
    return { kind: 'view', columns, originalQuery: query, expandedQuery: query, comment, instance };
  },
} as const;

import type { CatalogTable } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { TableLike, TableLikeOption } from '../../parser/ast/tables.ts';
import type { Session } from '../session.ts';

type Feature = TableLikeOption['feature'];
type Strategy = TableLikeOption['strategy'];

/**
 * The declared table completed by what LIKE takes over from its source. Default: everything is
 * included, own options win. Errors: TABLE_NOT_FOUND, TABLE_LIKE_CONFLICT.
 */
export function likeTable(own: CatalogTable, like: TableLike, session: Session): CatalogTable {
  const found = session.catalogs.require(like.source.parts, like.source.span);
  if (found.table.kind === 'view') {
    throw validationError(
      'NOT_A_TABLE',
      { name: printPath(like.source.parts) },
      { span: like.source.span },
    );
  }
  const source = found.table;
  const strategyOf = (feature: Feature, fallback: Strategy): Strategy =>
    like.options.find((o) => o.feature === feature)?.strategy ??
    like.options.find((o) => o.feature === 'ALL')?.strategy ??
    fallback;
  const includes = (feature: Feature): boolean => strategyOf(feature, 'INCLUDING') !== 'EXCLUDING';
  const conflict = (feature: string): Error =>
    validationError('TABLE_LIKE_CONFLICT', { feature }, { span: like.span });

  const taken = source.columns.filter((column) => {
    if (column.kind === 'computed' && !includes('GENERATED')) return false;
    if (column.kind === 'metadata' && !includes('METADATA')) return false;
    const again = own.columns.find((c) => c.name === column.name);
    if (again === undefined) return true;
    const feature = column.kind === 'metadata' ? 'METADATA' : 'GENERATED';
    if (column.kind !== 'physical' && strategyOf(feature, 'INCLUDING') === 'OVERWRITING') {
      return false;
    }
    throw conflict(`column '${column.name}'`);
  });
  const options = strategyOf('OPTIONS', 'OVERWRITING');
  if (options === 'INCLUDING') {
    for (const key of own.options.keys()) {
      if (source.options.has(key)) throw conflict(`option '${key}'`);
    }
  }
  if (own.primaryKey !== null && source.primaryKey !== null && includes('CONSTRAINTS')) {
    throw conflict('primary key');
  }
  const watermarks = strategyOf('WATERMARKS', 'INCLUDING');
  if (own.watermark !== null && source.watermark !== null && watermarks === 'INCLUDING') {
    throw conflict('watermark');
  }
  return {
    ...own,
    columns: [...taken, ...own.columns],
    primaryKey: own.primaryKey ?? (includes('CONSTRAINTS') ? source.primaryKey : null),
    watermark: own.watermark ?? (watermarks === 'EXCLUDING' ? null : source.watermark),
    partitionKeys:
      own.partitionKeys.length === 0 && includes('PARTITIONS')
        ? source.partitionKeys
        : own.partitionKeys,
    distribution: own.distribution ?? (includes('DISTRIBUTION') ? source.distribution : null),
    connection: own.connection ?? (options === 'EXCLUDING' ? null : source.connection),
    options: options === 'EXCLUDING' ? own.options : new Map([...source.options, ...own.options]),
  };
}

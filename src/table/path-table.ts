import type { CatalogTable, CatalogView } from '../catalog/catalog.ts';
import { placedAt } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import { quotePath } from '../common/identifiers.ts';
import { localPath, statOf } from '../connectors/filesystem/file-listing.ts';
import { fileTableFor } from '../connectors/filesystem/file-table.ts';
import { withColumns } from '../connectors/index.ts';
import type { Identifier } from '../parser/ast/node.ts';
import type { Session } from './session.ts';

/**
 * The table of a path that stands for a name, with the columns of its files; null when the name is
 * no path. A folder is recognized by a separator or a dot: a plain word is never one. `options` are
 * those of the table. Errors: NOT_A_FILE for a file of an unknown extension, those of the files.
 */
export function pathTable(
  parts: readonly string[],
  session: Session,
  options: ReadonlyMap<string, string> | null = null,
): CatalogTable | null {
  const [path] = parts;
  if (parts.length !== 1 || path === undefined || !/[./\\]/.test(path)) return null;
  if (!session.config.value('table.file-scan.enabled')) return null;
  const table = fileTableFor(path, Object.fromEntries(options ?? []));
  if (table !== null) return withColumns(table);
  if (statOf(localPath(path))?.isFile() !== true) return null;
  const hint = `Name its format: ${quotePath(parts)} /*+ OPTIONS('format' = 'csv') */.`;
  throw validationError('NOT_A_FILE', { path }, { hint });
}

/** What a statement shows that names a table, a view or a path. Errors: TABLE_NOT_FOUND. */
export function shownTable(
  { parts, span }: Identifier,
  session: Session,
): CatalogTable | CatalogView {
  const { catalogs } = session;
  if (catalogs.find(parts) === null) {
    const table = placedAt(span, () => pathTable(parts, session));
    if (table !== null) return table;
  }
  return catalogs.require(parts, span).table;
}

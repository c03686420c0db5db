import type { CatalogManager } from '../catalog/catalog-manager.ts';
import type { Span } from '../common/errors.ts';
import { quotePath } from '../common/identifiers.ts';
import type { Query } from '../parser/ast/queries.ts';

/**
 * The text of a query with the full names of its tables, so that it means the same under any
 * current catalog and database. `sql` is what the spans point into. Names of common table
 * expressions stay.
 */
export function qualifiedText(query: Query, sql: string, catalogs: CatalogManager): string {
  const edits: Edit[] = [];
  collect(query, new Set(), catalogs, edits);
  const { start, end } = query.span ?? { start: 0, end: sql.length };
  let text = '';
  let at = start;
  for (const edit of edits.sort((a, b) => a.span.start - b.span.start)) {
    text += sql.slice(at, edit.span.start) + edit.name;
    at = edit.span.end;
  }
  return text + sql.slice(at, end);
}

interface Edit {
  readonly span: Span;
  readonly name: string;
}

interface TreeNode {
  readonly kind?: unknown;
  readonly [key: string]: unknown;
}

/** Finds the table names anywhere in a tree of syntax nodes. */
function collect(
  value: unknown,
  local: ReadonlySet<string>,
  catalogs: CatalogManager,
  edits: Edit[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, local, catalogs, edits);
    return;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const node = value as TreeNode;
  const names = node.kind === 'Query' ? withNames(node, local) : local;
  for (const item of Object.values(node)) collect(item, names, catalogs, edits);
  if (node.kind !== 'TableName' && node.kind !== 'ExplicitTable') return;
  const { parts, span } = node['name'] as { parts: readonly string[]; span: Span | null };
  if (span === null || (parts.length === 1 && names.has(parts[0] ?? ''))) return;
  const found = catalogs.find(parts);
  if (found === null) return;
  const { catalog, database, name } = found.identifier;
  edits.push({ span, name: quotePath([catalog, database, name]) });
}

function withNames(query: TreeNode, local: ReadonlySet<string>): ReadonlySet<string> {
  const tables = query['with'] as readonly { readonly name: string }[];
  return tables.length === 0 ? local : new Set([...local, ...tables.map((table) => table.name)]);
}

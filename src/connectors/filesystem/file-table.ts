import { type CatalogTable, PLAIN_TABLE } from '../../catalog/catalog.ts';
import { formatOfPath } from '../../formats/index.ts';

/**
 * The table that a path means in a FROM clause or for `fromFile`: a filesystem table without
 * columns, which are to be inferred; null when neither the extension nor the options say the
 * format. `options` are WITH options on top, e.g. `csv.header`.
 */
export function fileTableFor(
  path: string,
  options: Readonly<Record<string, string>> = {},
): CatalogTable | null {
  const { format = formatOfPath(path)?.identifier } = options;
  if (format === undefined) return null;
  return {
    ...PLAIN_TABLE,
    columns: [],
    options: new Map([
      ['connector', 'filesystem'],
      ['path', path],
      ['format', format],
      ...Object.entries(options),
    ]),
    instance: null,
  };
}

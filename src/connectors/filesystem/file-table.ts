import { type CatalogTable, PLAIN_TABLE } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import { formatOfPath } from '../../formats/index.ts';
import { listFiles, localPath, statOf } from './file-listing.ts';

/**
 * The table that a path means in a FROM clause or for `fromFile`: a filesystem table without
 * columns, which are to be inferred; null when neither the extension, nor the files of a folder,
 * nor the options say the format. `options` are WITH options on top, e.g. `csv.header`. Errors:
 * MIXED_FORMATS, FILE_ERROR.
 */
export function fileTableFor(
  path: string,
  options: Readonly<Record<string, string>> = {},
): CatalogTable | null {
  const { format = formatOfPath(path)?.identifier ?? formatOfFolder(path) } = options;
  if (format === null) return null;
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

/** The format of the files in a folder; null when there is no such folder, or nothing known in it. */
function formatOfFolder(path: string): string | null {
  const local = localPath(path);
  if (statOf(local)?.isDirectory() !== true) return null;
  const formats = new Set<string>();
  for (const file of listFiles(local, null)) {
    const format = formatOfPath(file.path);
    if (format !== null) formats.add(format.identifier);
  }
  const [only, ...others] = formats;
  if (others.length === 0) return only ?? null;
  throw validationError(
    'MIXED_FORMATS',
    { path, formats: [...formats].sort() },
    {
      hint: `Name those of one format by a pattern, such as '${path.replace(/\/$/, '')}/*.${only}'.`,
    },
  );
}

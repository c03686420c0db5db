import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import { arrow } from './arrow/arrow.ts';
import { csv } from './csv/csv.ts';
import type { FormatDefinition } from './format.ts';
import { json } from './json/json.ts';
import { parquet } from './parquet/parquet.ts';
import { raw } from './raw/raw.ts';

/** Every format. */
const FORMATS: readonly FormatDefinition[] = [csv, json, parquet, arrow, raw];

/** The format of a name. Errors: ValidationError UNKNOWN_FORMAT. */
export function formatFor(identifier: string): FormatDefinition {
  const format = FORMATS.find((candidate) => candidate.identifier === identifier);
  if (format !== undefined) return format;
  const known = FORMATS.map((candidate) => candidate.identifier).sort();
  throw validationError(
    'UNKNOWN_FORMAT',
    { name: identifier, known },
    { hint: didYouMean(identifier, known) },
  );
}

/** The format that the extension of a file name means, below a compression suffix; null: none. */
export function formatOfPath(path: string): FormatDefinition | null {
  const name = path.toLowerCase().replace(/\.(gz|zst|deflate)$/, '');
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return FORMATS.find((format) => format.extensions.includes(extension)) ?? null;
}

import path from 'node:path';
import type { CatalogTable } from '../../catalog/catalog.ts';
import type { OptionValues } from '../../common/config-option.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import { formatOfPath } from '../../formats/index.ts';
import type { Field } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { BIGINT, STRING } from '../../types/types.ts';
import { defineConnector, type TableSite } from '../connector.ts';
import { FileFilters } from './file-filters.ts';
import {
  checkInside,
  type DataFile,
  isGlob,
  listFiles,
  localPath,
  statOf,
} from './file-listing.ts';
import {
  FILESYSTEM_OPTIONS,
  type FilesystemOptions,
  formatOptions,
  prefixedOptions,
  tableFormat,
} from './options.ts';
import { checkSink, FilesystemSink, type SinkState } from './sink.ts';
import { FilesystemSource, type FilesystemState } from './source.ts';
import { stagingName, uniqueId } from './staging.ts';
import { layoutOf } from './table-layout.ts';

/** Tables in local files. */
export const filesystem = defineConnector({
  identifier: 'filesystem',
  doc: 'One file, the files of a folder, or those that match a glob pattern.',
  options: FILESYSTEM_OPTIONS,
  moreOptions: (given) =>
    prefixedOptions(tableFormat(given.get('path'), given.get('format') ?? null)),
  source: (site, options) =>
    new FilesystemSource(sourceState(site, options), new FileFilters(site.context)),
  sink: (site, options, overwrite) => {
    const state = sinkState(site, options, overwrite);
    checkSink(state);
    return new FilesystemSink(state);
  },
  inferSchema,
  // The state is what `spec` made of a FilesystemState.
  restoreSource: (state) =>
    new FilesystemSource(state as unknown as FilesystemState, new FileFilters(null)),
  restoreSink: (state) => new FilesystemSink(state as unknown as SinkState),
});

function sourceState(site: TableSite, options: FilesystemOptions): FilesystemState {
  if (options['source.monitor-interval'] !== null) {
    throw notImplemented("Watching a folder for new files ('source.monitor-interval')");
  }
  const format = tableFormat(options.path, options.format);
  const local = localPath(options.path);
  const root = options['path.root'];
  const layout = layoutOf(site.table, site.schema, pathKeys(local, root, site.table));
  return {
    path: local,
    root,
    pattern: options['source.path.regex-pattern'],
    format: format.identifier,
    options: formatOptions(format, options),
    layout,
    defaultPartition: options['partition.default-name'],
    reportsRows: options['source.report-statistics'] === 'ALL',
    columns: layout.schema.fields.map((_, i) => i),
    conditions: [],
    limit: null,
  };
}

function sinkState(site: TableSite, options: FilesystemOptions, overwrite: boolean): SinkState {
  const format = tableFormat(options.path, options.format);
  const target = localPath(options.path);
  checkInside(target, options['path.root']);
  if (isGlob(target)) {
    throw validationError('NOT_SUPPORTED', {
      feature: `Writing to the pattern '${options.path}'`,
      reason: 'it names no single file or folder',
    });
  }
  const stat = statOf(target);
  // A path with an extension of its format is a file, unless it is a folder already.
  const isFile = stat === null ? formatOfPath(target) !== null : !stat.isDirectory();
  if (isFile && site.table.partitionKeys.length > 0) {
    throw validationError('NOT_SUPPORTED', {
      feature: 'A partitioned table in one file',
      reason: 'partitions are folders',
    });
  }
  const folder = isFile ? path.dirname(target) : target;
  const id = uniqueId();
  return {
    folder,
    file: isFile ? path.basename(target) : null,
    staging: path.join(folder, stagingName(id)),
    id,
    format: format.identifier,
    options: formatOptions(format, options),
    layout: layoutOf(site.table, site.schema, []),
    defaultPartition: options['partition.default-name'],
    fileBytesMax: options['sink.rolling-policy.file-size'],
    overwrite,
  };
}

/** The keys of the `key=value` folders of a table that declares none. */
function pathKeys(local: string, root: string | null, table: CatalogTable): readonly string[] {
  if (table.partitionKeys.length > 0 || statOf(local)?.isFile()) return [];
  return Object.keys(listFiles(local, root)[0]?.partition ?? {});
}

/** The columns of the first file, and the keys of the folders it lies in. */
function inferSchema(_table: CatalogTable, options: FilesystemOptions & OptionValues): Schema {
  const format = tableFormat(options.path, options.format);
  const files = listFiles(localPath(options.path), options['path.root']).filter(
    (file) => file.size > 0,
  );
  const [first] = files;
  if (first === undefined) throw validationError('NO_FILES', { path: options.path });
  const inFile = format.decoding(null, formatOptions(format, options)).inferSchema(first.path);
  const keys = Object.keys(first.partition).filter(
    (key) => !inFile.fields.some((field) => field.name === key),
  );
  return { fields: [...inFile.fields, ...keys.map((key) => keyField(key, files))] };
}

function keyField(key: string, files: readonly DataFile[]): Field {
  const whole = files.every((file) => /^-?(0|[1-9]\d{0,17})$/.test(file.partition[key] ?? ''));
  return { name: key, type: whole ? BIGINT : STRING, comment: null };
}

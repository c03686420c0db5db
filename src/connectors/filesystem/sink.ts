import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import type { OptionValues } from '../../common/config-option.ts';
import { makeFolders } from '../../common/durable-files.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import { fileError } from '../../common/file-error.ts';
import type { EncodingFormat, FileWriter } from '../../formats/format.ts';
import { formatFor } from '../../formats/index.ts';
import { textPrinter } from '../../formats/text-values.ts';
import { projectSchema } from '../../types/schema.ts';
import {
  type DynamicTableSink,
  INSERT_ONLY,
  type SinkWriter,
  type SourceSpec,
} from '../connector.ts';
import { encodePart, listFiles, statOf } from './file-listing.ts';
import { publish, removeStale, type StagedFile } from './staging.ts';
import type { TableLayout } from './table-layout.ts';

/** Everything that a filesystem sink is made of: plain data, for workers. */
export interface SinkState {
  /** The folder of the table; of a table of one file the folder it is in. */
  readonly folder: string;
  /** The name of the only file; null for tables that are folders. */
  readonly file: string | null;
  readonly staging: string;
  /** What the names of this statement's files have in common. */
  readonly id: string;
  readonly format: string;
  readonly options: OptionValues;
  readonly layout: TableLayout;
  readonly defaultPartition: string;
  readonly fileBytesMax: number | null;
  readonly overwrite: boolean;
}

/** Writes files into a staging folder and moves them to their places at the commit. */
export class FilesystemSink implements DynamicTableSink {
  readonly changelogMode = INSERT_ONLY;
  readonly #state: SinkState;
  readonly #encoding: EncodingFormat;

  /** Errors: ValidationError CONNECTOR_ABILITY when the format cannot be written. */
  constructor(state: SinkState) {
    this.#state = state;
    const format = formatFor(state.format);
    if (format.encoding === null) {
      throw validationError('CONNECTOR_ABILITY', { name: state.format, ability: 'written' });
    }
    this.#encoding = format.encoding(state.layout.fileSchema, state.options);
  }

  get spec(): SourceSpec | null {
    // Parts of one file would have to be put together: it is written by one task.
    if (this.#state.file !== null) return null;
    return { connector: 'filesystem', state: { ...this.#state } };
  }

  writer(part: number, region: Region): SinkWriter {
    return new PartWriter(this.#state, this.#encoding, part, region);
  }

  async commit(parts: readonly unknown[]): Promise<void> {
    // What the writers' `finish` returned.
    const files = (parts as readonly (readonly StagedFile[])[]).flat();
    const { overwrite, staging, file, folder } = this.#state;
    if (file !== null && files.length > 1) throw notImplemented('Several writers of one file');
    const replaced = overwrite ? this.#replacedFiles(files) : [];
    if (file !== null && !overwrite && existsSync(path.join(folder, file))) {
      throw validationError('FILE_EXISTS', { path: path.join(folder, file) });
    }
    makeFolder(folder);
    // A file that is replaced by one of its own name is so in one step.
    publish(files);
    const written = new Set(files.map(({ target }) => target));
    for (const old of replaced) if (!written.has(old)) rmSync(old, { force: true });
    rmSync(staging, { recursive: true, force: true });
    removeStale(folder);
  }

  async abort(): Promise<void> {
    rmSync(this.#state.staging, { recursive: true, force: true });
  }

  /** Data files that an overwrite removes: those of the partitions it touches, or all. */
  #replacedFiles(files: readonly StagedFile[]): readonly string[] {
    const { folder, file, layout } = this.#state;
    if (file !== null || statOf(folder) === null) return [];
    const partitioned = layout.origins.some((origin) => origin.from === 'partition');
    const folders = new Set(
      partitioned ? files.map(({ target }) => path.dirname(target)) : [folder],
    );
    return [...folders]
      .filter((each) => statOf(each)?.isDirectory())
      .flatMap((each) => listFiles(each, null).map((old) => old.path))
      .filter((old) => !partitioned || folders.has(path.dirname(old)));
  }
}

/** Refuses what cannot be written. Errors: ValidationError FILE_EXISTS; NotImplementedError. */
export function checkSink({ folder, file, overwrite }: SinkState): void {
  if (file === null) return;
  if (/\.(gz|zst|deflate|bz2|xz)$/i.test(file)) throw notImplemented('Writing compressed files');
  if (overwrite || !existsSync(path.join(folder, file))) return;
  throw validationError(
    'FILE_EXISTS',
    { path: path.join(folder, file) },
    { hint: 'Use INSERT OVERWRITE, or a folder as the path.' },
  );
}

/** Makes a folder. Errors: TableRuntimeError FILE_ERROR. */
function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw fileError(folder, error);
  }
}

/** Writes the rows of one task: a file for each partition, more where they get too large. */
class PartWriter implements SinkWriter {
  readonly #state: SinkState;
  readonly #encoding: EncodingFormat;
  readonly #part: number;
  readonly #region: Region;
  readonly #open = new Map<string, { readonly writer: FileWriter; readonly file: StagedFile }>();
  readonly #done: StagedFile[] = [];
  readonly #fileColumns: readonly number[];
  readonly #keyColumns: readonly {
    readonly index: number;
    readonly print: (value: unknown) => string;
  }[];
  #files = 0;

  constructor(state: SinkState, encoding: EncodingFormat, part: number, region: Region) {
    this.#state = state;
    this.#encoding = encoding;
    this.#part = part;
    this.#region = region;
    const { origins, schema } = state.layout;
    const columns = origins.map((origin, index) => ({ origin, index }));
    this.#fileColumns = columns.filter((c) => c.origin.from === 'file').map((c) => c.index);
    this.#keyColumns = columns
      .filter((c) => c.origin.from === 'partition')
      .map(({ index }) => ({
        index,
        print: textPrinter(schema.fields[index]!.type, { timeZone: 'UTC', separator: ' ' }),
      }));
  }

  write(batch: Batch): void {
    if (this.#keyColumns.length === 0) {
      this.#writeTo('', this.#project(batch));
      return;
    }
    for (const [partition, rows] of this.#byPartition(batch)) {
      using scratch = new Region(this.#region.arena);
      this.#writeTo(partition, takeBatch(this.#project(batch), Int32Array.from(rows), scratch));
    }
  }

  finish(): readonly StagedFile[] {
    // A statement without rows makes the one file all the same, so that it can be read.
    if (this.#state.file !== null && this.#files === 0) this.#fileOf('');
    for (const { writer, file } of this.#open.values()) {
      writer.finish();
      this.#done.push(file);
    }
    this.#open.clear();
    return this.#done;
  }

  abort(): void {
    for (const { writer } of this.#open.values()) writer.abort();
    this.#open.clear();
  }

  #project(batch: Batch): Batch {
    const columns = this.#fileColumns.map((index) => batch.columns[index]!);
    return { ...batch, schema: projectSchema(batch.schema, this.#fileColumns), columns };
  }

  #byPartition(batch: Batch): ReadonlyMap<string, readonly number[]> {
    const { schema } = this.#state.layout;
    const partitions = new Map<string, number[]>();
    const count = batch.selection?.length ?? batch.length;
    for (let i = 0; i < count; i++) {
      const row = batch.selection === null ? i : batch.selection[i]!;
      const parts = this.#keyColumns.map(({ index, print }) => {
        const value = batch.columns[index]!.get(row);
        const text = value === null ? '' : print(value);
        const name = text === '' ? this.#state.defaultPartition : encodePart(text);
        return `${encodePart(schema.fields[index]!.name)}=${name}`;
      });
      const partition = parts.join('/');
      const rows = partitions.get(partition);
      if (rows === undefined) partitions.set(partition, [row]);
      else rows.push(row);
    }
    return partitions;
  }

  #writeTo(partition: string, batch: Batch): void {
    const { writer, file } = this.#fileOf(partition);
    writer.write(batch);
    const most = this.#state.fileBytesMax;
    if (most === null || this.#state.file !== null) return;
    if ((statOf(file.staged)?.size ?? 0) < most) return;
    writer.finish();
    this.#done.push(file);
    this.#open.delete(partition);
  }

  #fileOf(partition: string): { readonly writer: FileWriter; readonly file: StagedFile } {
    const known = this.#open.get(partition);
    if (known !== undefined) return known;
    const { folder, file: only, staging, id, layout } = this.#state;
    const number = this.#files++;
    if (number === 0) makeFolder(staging);
    const name = only ?? `part-${id}-${this.#part}-${number}.${this.#encoding.extension}`;
    const staged = path.join(staging, `${this.#part}-${number}-${path.basename(name)}`);
    const file = { staged, target: path.join(folder, partition, name) };
    const writer = this.#encoding.open(staged, layout.fileSchema, this.#region);
    const opened = { writer, file };
    this.#open.set(partition, opened);
    return opened;
  }
}

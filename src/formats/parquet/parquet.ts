import { type Batch, batchOf } from '../../columnar/batch.ts';
import { NullColumn } from '../../columnar/column.ts';
import { type ColumnSummary, mergeSummaries, summaryValue } from '../../types/column-summary.ts';
import type { Schema } from '../../types/schema.ts';
import {
  type ColumnCondition,
  type DecodingFormat,
  defineFormat,
  type FileSplit,
  type ReadContext,
} from '../format.ts';
import { type InputFile, openInput } from '../input-file.ts';
import { type ColumnReader, columnReader } from './column-readers.ts';
import { badParquet, type ParquetMetadata, type RowGroup, readMetadata } from './metadata.ts';
import { PARQUET_OPTIONS } from './options.ts';
import { bounds, mayMatch } from './pruning.ts';
import { type SchemaNode, schemaNodes, schemaOfNodes } from './schema-tree.ts';
import { openParquetWriter } from './writer.ts';

/** The format parquet: columns in compressed pages, with statistics. */
export const parquet = defineFormat({
  identifier: 'parquet',
  doc: 'Apache Parquet: columns in compressed pages, with statistics for row groups.',
  extensions: ['parquet', 'parq'],
  options: PARQUET_OPTIONS,
  decoding: (table) => new ParquetDecoding(table),
  encoding: (_table, options) => ({
    extension: 'parquet',
    open: (path, schema) => openParquetWriter(path, schema, options),
  }),
});

interface FileSchema {
  readonly metadata: ParquetMetadata;
  readonly nodes: readonly SchemaNode[];
}

class ParquetDecoding implements DecodingFormat {
  readonly #table: Schema | null;
  readonly #files = new Map<string, FileSchema>();

  constructor(table: Schema | null) {
    this.#table = table;
  }

  inferSchema(path: string): Schema {
    using file = openInput(path);
    return schemaOfNodes(this.#fileSchema(file).nodes);
  }

  splits(
    path: string,
    targetBytes: number,
    conditions: readonly ColumnCondition[],
  ): readonly FileSplit[] {
    using file = openInput(path);
    const { metadata, nodes } = this.#fileSchema(file);
    const table = this.#table ?? schemaOfNodes(nodes);
    const splits: FileSplit[] = [];
    let blocks: number[] = [];
    let bytes = 0;
    let rows = 0;
    let start = 0;
    const close = () => {
      if (blocks.length > 0) splits.push({ path, start, end: start + bytes, blocks, rows });
      blocks = [];
      bytes = 0;
      rows = 0;
    };
    for (const [index, group] of metadata.rowGroups.entries()) {
      const pieces = piecesOf(group, targetBytes);
      const isRead = group.rows > 0 && mayMatch(group, nodes, table, conditions);
      if (!isRead || pieces > 1) close();
      if (isRead && pieces > 1) splits.push(...cutGroup(path, group, index, pieces));
      if (!isRead || pieces > 1) continue;
      if (blocks.length === 0) start = group.start;
      blocks.push(index);
      bytes += group.bytes;
      rows += group.rows;
      if (bytes >= targetBytes) close();
    }
    close();
    return splits;
  }

  /** As the statistics of the row groups say. */
  summary(path: string, column: string): ColumnSummary | null {
    using file = openInput(path);
    const { metadata, nodes } = this.#fileSchema(file);
    const node = findNode(nodes, column);
    if (node?.kind !== 'leaf' || node.repetition > 0) return null;
    const type = this.#table?.fields.find((field) => field.name === column)?.type ?? node.type;
    return mergeSummaries(
      metadata.rowGroups.map((group) => {
        const { nullCount, distinctCount } = group.columns[node.column]!.statistics;
        const { min, max } = bounds(group, node, type);
        return {
          weight: group.rows,
          summary: {
            nullShare: nullCount === null ? null : nullCount / Math.max(1, group.rows),
            distinctCount: distinctCount === 0 ? null : distinctCount,
            min: summaryValue(min),
            max: summaryValue(max),
          },
        };
      }),
    );
  }

  *read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch> {
    using file = openInput(split.path);
    const { metadata, nodes } = this.#fileSchema(file);
    for (const index of split.blocks ?? []) {
      const group = metadata.rowGroups[index];
      if (group === undefined) throw badParquet(split.path, 'a row group is gone');
      const { skip = 0, rows } = split;
      // Only a part of a row group says so: other splits have all rows of theirs.
      const count = split.skip === undefined ? group.rows : Math.min(rows ?? 0, group.rows - skip);
      yield* readRowGroup({ file, group, skip, rows: count }, nodes, schema, context);
    }
  }

  #fileSchema(file: InputFile): FileSchema {
    let found = this.#files.get(file.path);
    if (found === undefined) {
      const metadata = readMetadata(file);
      found = { metadata, nodes: schemaNodes(metadata, file.path) };
      this.#files.set(file.path, found);
    }
    return found;
  }
}

/** A row group is cut into parts of so many rows at least. */
const PIECE_ROWS_MIN = 131_072;

/** How many parts a row group is worth: all of them go through the pages before their own. */
function piecesOf(group: RowGroup, targetBytes: number): number {
  const byBytes = Math.floor(group.bytes / Math.max(1, targetBytes));
  return Math.max(1, Math.min(byBytes, Math.floor(group.rows / PIECE_ROWS_MIN)));
}

function cutGroup(
  path: string,
  group: RowGroup,
  index: number,
  pieces: number,
): readonly FileSplit[] {
  const size = Math.ceil(group.rows / pieces);
  return Array.from({ length: pieces }, (_, i) => ({
    path,
    start: group.start,
    end: group.start + group.bytes,
    blocks: [index],
    skip: i * size,
    rows: Math.min(size, group.rows - i * size),
  }));
}

interface GroupPart {
  readonly file: InputFile;
  readonly group: RowGroup;
  readonly skip: number;
  readonly rows: number;
}

function* readRowGroup(
  { file, group, skip, rows: wanted }: GroupPart,
  nodes: readonly SchemaNode[],
  schema: Schema,
  context: ReadContext,
): Generator<Batch> {
  const { region, timeZone, batchRows } = context;
  const readers: (ColumnReader | null)[] = [];
  try {
    for (const { name, type } of schema.fields) {
      const node = findNode(nodes, name);
      readers.push(node === null ? null : columnReader(node, type, file, group, region, timeZone));
    }
    for (const reader of readers) {
      context.checkCancelled();
      if (skip > 0) reader?.skip(skip, batchRows);
    }
    for (let left = wanted; left > 0; ) {
      context.checkCancelled();
      const rows = Math.min(left, batchRows);
      const columns = readers.map((reader, i) =>
        reader === null ? new NullColumn(schema.fields[i]!.type, rows) : reader.read(rows),
      );
      left -= rows;
      yield batchOf(schema, columns, rows);
    }
  } finally {
    for (const reader of readers) reader?.free();
  }
}

/** The column of a name, in another case if there is none in this one. */
function findNode(nodes: readonly SchemaNode[], name: string): SchemaNode | null {
  const exact = nodes.find((node) => node.name === name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  return nodes.find((node) => node.name.toLowerCase() === lower) ?? null;
}

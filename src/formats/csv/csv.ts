import type { Batch } from '../../columnar/batch.ts';
import type { Schema } from '../../types/schema.ts';
import { type DecodingFormat, defineFormat, type FileSplit, type ReadContext } from '../format.ts';
import { openInput } from '../input-file.ts';
import { CSV_OPTIONS, type CsvOptions, dialectOf } from './dialect.ts';
import { CsvReader } from './reader.ts';
import { type CsvLayout, inferColumns, layoutOf, readSample } from './sample.ts';
import { csvSplits } from './splits.ts';
import { openCsvWriter } from './writer.ts';

/** The format csv: text with a delimiter, as in Flink, with a header line as an extension. */
export const csv = defineFormat({
  identifier: 'csv',
  doc: 'Rows of delimited text, with or without a header line.',
  extensions: ['csv', 'tsv'],
  options: CSV_OPTIONS,
  decoding: (table, options) => new CsvDecoding(table, options),
  encoding: (_table, options) => ({
    extension: 'csv',
    open: (path, schema) => openCsvWriter(path, schema, dialectOf(options, path)),
  }),
});

/** How timestamps are read while a layout is found, where the zone does not matter. */
const UTC = { timeZone: 'UTC', separator: ' ' } as const;

class CsvDecoding implements DecodingFormat {
  readonly #table: Schema | null;
  readonly #options: CsvOptions;
  readonly #layouts = new Map<string, CsvLayout>();

  constructor(table: Schema | null, options: CsvOptions) {
    this.#table = table;
    this.#options = options;
  }

  inferSchema(path: string): Schema {
    using file = openInput(path);
    const dialect = dialectOf(this.#options, path);
    return inferColumns(readSample(file, dialect), dialect);
  }

  splits(path: string, targetBytes: number): readonly FileSplit[] {
    using file = openInput(path);
    const dialect = dialectOf(this.#options, path);
    const sample = readSample(file, dialect);
    const layout = layoutOf(sample, this.#table ?? inferColumns(sample, dialect), dialect, UTC);
    this.#layouts.set(path, layout);
    return csvSplits(file, targetBytes, sample, layout, dialect);
  }

  *read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch> {
    using file = openInput(split.path);
    const dialect = dialectOf(this.#options, split.path);
    let layout = this.#layouts.get(split.path);
    const sample = layout === undefined ? readSample(file, dialect) : null;
    const table = this.#table ?? (sample === null ? schema : inferColumns(sample, dialect));
    if (layout === undefined) {
      layout = layoutOf(sample ?? readSample(file, dialect), table, dialect, UTC);
      this.#layouts.set(split.path, layout);
    }
    const { fields, fieldOf } = layout;
    const reader = new CsvReader(
      {
        file,
        start: split.start,
        end: Math.min(split.end, file.size),
        fields,
        schema,
        fieldOf: schema.fields.map((column) => {
          const index = table.fields.findIndex((candidate) => candidate.name === column.name);
          return fieldOf[index] ?? -1;
        }),
        dialect,
        style: { timeZone: context.timeZone, separator: ' ' },
      },
      context,
    );
    yield* reader.batches();
  }
}

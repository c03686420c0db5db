import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, batchOf, MORSEL_ROWS } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { option } from '../../common/config-option.ts';
import type { ReadContext } from '../../formats/format.ts';
import { projectSchema, type Schema } from '../../types/schema.ts';
import {
  defineConnector,
  INSERT_ONLY,
  type ScanTableSource,
  type SourceSpec,
  type SourceSplit,
} from '../connector.ts';
import { type FieldOptions, generatorOf, sequenceLength } from './generators.ts';

/** What a source is made of: plain data, which workers make it again from. */
interface DatagenState {
  readonly [key: string]: unknown;
  readonly schema: Schema;
  readonly fields: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Null: unbounded. */
  readonly rows: number | null;
  /** Null: as fast as it goes. */
  readonly rowsPerSecond: number | null;
}

/** Rows of one split of an unbounded source: it never ends by itself. */
const UNBOUNDED_ROWS = Number.MAX_SAFE_INTEGER;
/** How often a second a limited source makes rows. */
const TICKS_PER_SECOND = 20;

class DatagenSource implements ScanTableSource {
  readonly changelogMode = INSERT_ONLY;
  readonly repeatable = false;
  readonly #state: DatagenState;

  constructor(state: DatagenState) {
    this.#state = state;
  }

  get schema(): Schema {
    return this.#state.schema;
  }

  get bounded(): boolean {
    return this.#state.rows !== null;
  }

  get rowCount(): number | null {
    return this.#state.rows;
  }

  get digest(): string {
    return '';
  }

  /** A limited source waits between its batches, which workers cannot. */
  get spec(): SourceSpec | null {
    return this.#state.rowsPerSecond === null ? { connector: 'datagen', state: this.#state } : null;
  }

  applyProjection(columns: readonly number[]): ScanTableSource {
    return new DatagenSource({ ...this.#state, schema: projectSchema(this.schema, columns) });
  }

  splits(): readonly SourceSplit[] {
    const { rows, rowsPerSecond } = this.#state;
    if (rows === null || rowsPerSecond !== null) return [{ from: 0, to: rows ?? UNBOUNDED_ROWS }];
    // Few enough splits to post, whatever the number of rows.
    const size = Math.max(MORSEL_ROWS, Math.ceil(rows / 4096));
    return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
      from: i * size,
      to: Math.min(rows, (i + 1) * size),
    }));
  }

  read(split: SourceSplit, context: ReadContext): Iterable<Batch> | AsyncIterable<Batch> {
    const { rowsPerSecond } = this.#state;
    const { from, to } = split as { readonly from: number; readonly to: number };
    return rowsPerSecond === null
      ? generate(this.#state, from, to, context.batchRows, context)
      : limited(this.#state, rowsPerSecond, to, context);
  }
}

function* generate(
  { schema, fields }: DatagenState,
  from: number,
  to: number,
  batchRows: number,
  context: ReadContext,
): Generator<Batch, void, undefined> {
  const columns = schema.fields.map((f) => ({
    generator: generatorOf(f.name, f.type, fieldOptions(fields[f.name])),
    builder: builderFor(f.type, context.region, Math.min(batchRows, to - from)),
  }));
  for (let at = from; at < to; at += batchRows) {
    context.checkCancelled();
    const end = Math.min(to, at + batchRows);
    const made = columns.map(({ generator, builder }) => {
      builder.reset();
      for (let row = at; row < end; row++) builder.append(generator(row));
      return builder.finish();
    });
    yield batchOf(schema, made, end - at);
  }
}

async function* limited(
  state: DatagenState,
  rowsPerSecond: number,
  rows: number,
  context: ReadContext,
): AsyncGenerator<Batch, void, undefined> {
  const started = Date.now();
  const perTick = Math.max(1, Math.round(rowsPerSecond / TICKS_PER_SECOND));
  let sent = 0;
  for (const batch of generate(state, 0, rows, Math.min(perTick, context.batchRows), context)) {
    sent += batch.length;
    yield batch;
    const due = started + (sent * 1000) / rowsPerSecond;
    while (Date.now() < due) {
      context.checkCancelled();
      await sleep(Math.min(50, due - Date.now()));
    }
  }
}

function fieldOptions(options: Readonly<Record<string, string>> | undefined): FieldOptions {
  return new Map(Object.entries(options ?? {}));
}

/** Random or sequential rows of the declared schema. */
export const datagen = defineConnector({
  identifier: 'datagen',
  doc: 'Random rows of the declared schema. Deviation: without `rows-per-second` there is no limit.',
  options: {
    'rows-per-second': option.int({ doc: 'Rows a second; no limit if not given.', default: null }),
    'number-of-rows': option.int({ doc: 'Rows in all; unbounded if not given.', default: null }),
    'fields.#.kind': option.enum(['random', 'sequence'], {
      doc: 'How values are made.',
      default: 'random',
    }),
    'fields.#.min': option.string({ doc: 'Least random number.', default: null }),
    'fields.#.max': option.string({ doc: 'Largest random number.', default: null }),
    'fields.#.max-past': option.duration({ doc: 'How old timestamps may be.', default: 0 }),
    'fields.#.length': option.int({ doc: 'Length of strings and collections.', default: null }),
    'fields.#.var-len': option.boolean({
      doc: 'Strings of any length up to `length`.',
      default: false,
    }),
    'fields.#.start': option.int({ doc: 'First number of a sequence.', default: null }),
    'fields.#.end': option.int({ doc: 'Last number of a sequence.', default: null }),
    'fields.#.null-rate': option.double({ doc: 'Share of NULLs, from 0 to 1.', default: 0 }),
  },
  source: ({ table, schema }, options) => {
    const fields: Record<string, Record<string, string>> = {};
    for (const f of schema.fields) {
      const prefix = `fields.${f.name}.`;
      const own = [...table.options].filter(([key]) => key.startsWith(prefix));
      const given = own.map(([key, value]) => [key.slice(prefix.length), value] as const);
      fields[f.name] = Object.fromEntries(given);
      // Wrong options of a field show when the table is used, not in a worker.
      generatorOf(f.name, f.type, new Map(given));
    }
    const lengths = schema.fields.map((f) => sequenceLength(f.name, fieldOptions(fields[f.name])));
    const limits = [options['number-of-rows'], ...lengths].filter((rows) => rows !== null);
    const rows = limits.length === 0 ? null : Math.min(...limits);
    return new DatagenSource({ schema, fields, rows, rowsPerSecond: options['rows-per-second'] });
  },
  sink: null,
  restoreSource: (state) => new DatagenSource(state as DatagenState),
});

import type { Region } from '../columnar/arena/region.ts';
import { type Batch, RowKind } from '../columnar/batch.ts';
import { option } from '../common/config-option.ts';
import { castFunction } from '../functions/cast/cast.ts';
import type { StatementContext } from '../functions/definition.ts';
import { STRING } from '../types/types.ts';
import {
  type ChangelogMode,
  type DynamicTableSink,
  defineConnector,
  type SinkWriter,
} from './connector.ts';

const ALL_KINDS: ChangelogMode = new Set(Object.values(RowKind));
const KINDS = ['+I', '-U', '+U', '-D'] as const;

/** Writes rows to standard output or standard error, one a line: `prefix> +I[a, b]`. */
class PrintSink implements DynamicTableSink {
  readonly changelogMode = ALL_KINDS;
  readonly spec = null;
  readonly #prefix: string;
  readonly #stream: NodeJS.WritableStream;
  readonly #context: StatementContext;

  constructor(prefix: string, stream: NodeJS.WritableStream, context: StatementContext) {
    this.#prefix = prefix;
    this.#stream = stream;
    this.#context = context;
  }

  writer(_part: number, _region: Region): SinkWriter {
    return {
      write: (batch) => this.#write(batch),
      finish: () => null,
      abort: () => {},
    };
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  async #write(batch: Batch): Promise<void> {
    const texts = batch.columns.map((c) => castFunction(c.type, STRING, this.#context));
    let lines = '';
    for (let row = 0; row < batch.length; row++) {
      const cells = batch.columns.map((column, i) => {
        const value = column.get(row);
        return value === null ? 'null' : String(texts[i]?.(value));
      });
      const kind = KINDS[batch.rowKinds?.[row] ?? 0];
      lines += `${this.#prefix}${kind}[${cells.join(', ')}]\n`;
    }
    await new Promise<void>((resolve) => {
      this.#stream.write(lines, () => resolve());
    });
  }
}

/** Prints rows; for looking at what a statement writes. */
export const print = defineConnector({
  identifier: 'print',
  doc: 'Writes rows to standard output.',
  options: {
    'print-identifier': option.string({ doc: 'Text before every row.', default: null }),
    'standard-error': option.boolean({ doc: 'Write to standard error.', default: false }),
  },
  source: null,
  sink: ({ context }, options) => {
    const prefix = options['print-identifier'];
    const stream = options['standard-error'] ? process.stderr : process.stdout;
    return new PrintSink(prefix === null ? '' : `${prefix}> `, stream, context);
  },
});

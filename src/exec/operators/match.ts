import { type Batch, batchOf } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Match } from '../../planner/physical/nodes.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
import { emptyBatch } from './join-table.ts';
import { KeyedInput, type KeyedRows } from './keyed-input.ts';
import { MatchSearch } from './match-search.ts';
import { matchValue } from './match-values.ts';
import { sortPartitions } from './over-partitions.ts';

/**
 * Finds patterns of rows (MATCH_RECOGNIZE). State: all rows, or those of some partitions when
 * memory does not hold all. Blocking.
 */
export class MatchOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: Match;
  readonly #ctx: TaskContext;
  readonly #input: KeyedInput;

  constructor(node: Match, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#input = new KeyedInput(node.partition, ctx.memory.open('Match', ctx.metrics), ctx);
  }

  process(batch: Batch): Iterable<Batch> {
    this.#input.add(batch);
    return [];
  }

  *finish(): Iterable<Batch> {
    for (const rows of this.#input.rows()) yield* this.#find(rows);
  }

  async close(): Promise<void> {
    this.#input.dispose();
  }

  *#find({ all, memory, scratch }: KeyedRows): Iterable<Batch> {
    const { partition, schema, measures } = this.#node;
    const { statement, batchRows } = this.#ctx;
    const { order, starts } = sortPartitions(all, this.#node, memory, cancellationOf(this.#ctx));
    const rows = { columns: all.columns, order };
    const search = new MatchSearch(this.#node, rows, statement);
    const { mapping } = search;
    const keys = partition.map((column) => ({
      get: () => all.columns[column]!.get(order[mapping.partitionFrom]!),
    }));
    const values = measures.map((measure) => matchValue(measure, rows, mapping, statement));
    const readers = [...keys, ...values];
    const make = () => schema.fields.map((field) => builderFor(field.type, scratch));
    const none = emptyBatch(schema, memory);
    let builders = make();
    let found = 0;
    const flush = (): Batch => {
      const columns = builders.map((builder) => builder.finish());
      const batch = batchOf(schema, columns, found);
      found = 0;
      return batch;
    };
    for (let i = 0; i + 1 < starts.length; i++) {
      for (const isMatch of search.matches(starts[i]!, starts[i + 1]!)) {
        if (!isMatch) {
          this.#ctx.checkCancelled();
          // A pause: the search may be long, and find nothing.
          yield none;
          continue;
        }
        for (const [column, reader] of readers.entries()) builders[column]!.append(reader.get(0));
        if (++found < batchRows) continue;
        yield flush();
        scratch.recycle();
        builders = make();
      }
    }
    if (found > 0) yield flush();
  }
}

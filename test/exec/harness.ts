import { afterEach, beforeEach, expect } from 'vitest';
import type { Batch } from '../../src/columnar/batch.ts';
import { batchOf, RowKind } from '../../src/columnar/batch.ts';
import { builderFor } from '../../src/columnar/builders/builder-for.ts';
import type { ScanTableSource } from '../../src/connectors/connector.ts';
import { Engine, type EngineOptions } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import type { Expr } from '../../src/expr/expr.ts';
import type {
  Exchange,
  PhysicalNode,
  PhysicalPlan,
  ValuesScan,
} from '../../src/planner/physical/nodes.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, type Schema, schemaOf } from '../../src/types/schema.ts';

/** One row of internal values. */
export type Values = readonly unknown[];

/** The pool's worker with the connectors of these tests. */
export const TEST_WORKER = new URL('./fault-worker.ts', import.meta.url);

/** An engine whose workers know the connectors of these tests. */
export function testEngine(options: Partial<EngineOptions> = {}): Engine {
  return new Engine({
    memoryLimitBytes: 256 * 1024 ** 2,
    parallelism: 2,
    workerUrl: TEST_WORKER,
    ...options,
  });
}

/** Options under which everything runs on the calling thread, in small batches. */
export const INLINE: ExecuteOptions = {
  statement: { timeZone: 'UTC', now: 0n, config: new Map() },
  parallelism: 2,
  compile: true,
  batchRows: 100,
  inlineRowsMax: 100_000,
  udfTimeoutMs: 30_000,
};

/** Options under which everything that can run on workers does. */
export const POOLED: ExecuteOptions = { ...INLINE, inlineRowsMax: 0 };

/** Checks after each test of a file that it left no more memory in use than it found. */
export function expectNoMemoryKept(engine: () => Engine): void {
  let usedBytes = 0;
  beforeEach(async () => {
    await rowsOf(engine(), values(schema({ a: type('INT') }), [[1]]), POOLED);
    usedBytes = engine().arena.usedBytes;
  });
  afterEach(() => {
    expect(engine().arena.usedBytes).toBe(usedBytes);
  });
}

/** A schema of named types. */
export function schema(columns: Readonly<Record<string, DataType>>): Schema {
  return schemaOf(Object.entries(columns).map(([name, type]) => field(name, type)));
}

/** A nullable type without parameters. */
export function type(kind: 'BOOLEAN' | 'INT' | 'BIGINT' | 'DOUBLE'): DataType {
  return { kind, nullable: true };
}

/** VARCHAR without a limit. */
export const STRING: DataType = { kind: 'VARCHAR', length: 2147483647, nullable: true };

/** A plan that yields rows of constants. */
export function values(rowSchema: Schema, rows: readonly Values[]): ValuesScan {
  return {
    kind: 'ValuesScan',
    schema: rowSchema,
    inputs: [],
    rows: rows.length,
    values: rows.map((row) =>
      row.map((value, i): Expr => ({ kind: 'Literal', type: rowSchema.fields[i]!.type, value })),
    ),
  };
}

/** A plan that reads a source. */
export function scan(source: ScanTableSource): PhysicalNode<'TableSourceScan'> {
  return {
    kind: 'TableSourceScan',
    schema: source.schema,
    inputs: [],
    rows: source.rowCount ?? 1000,
    table: 'test',
    source,
    origin: null,
  };
}

/** A node over inputs; schema and estimate are those of the first input unless given. */
export function node<K extends PhysicalPlan['kind']>(
  kind: K,
  inputs: readonly PhysicalPlan[],
  rest: Omit<PhysicalNode<K>, 'kind' | 'inputs' | 'schema' | 'rows'> &
    Partial<Pick<PhysicalNode<K>, 'schema' | 'rows'>>,
): PhysicalNode<K> {
  const [first] = inputs;
  const made = { kind, inputs, schema: first!.schema, rows: first!.rows, ...rest };
  // The fields of a node are those of its kind: `rest` and the four above.
  return made as unknown as PhysicalNode<K>;
}

/** An exchange. */
export function exchange(
  input: PhysicalPlan,
  distribution: Exchange['distribution'] = 'single',
  keys: readonly number[] = [],
): Exchange {
  return node('Exchange', [input], { distribution, keys });
}

/** A reference to a column of the input. */
export function ref(input: PhysicalPlan, index: number): Expr {
  return { kind: 'InputRef', type: input.schema.fields[index]!.type, index };
}

/** All rows of a plan. */
export async function rowsOf(
  engine: Engine,
  plan: PhysicalPlan,
  options: ExecuteOptions = INLINE,
): Promise<Values[]> {
  const rows: Values[] = [];
  for await (const batch of engine.execute(plan, options).batches()) rows.push(...batchRows(batch));
  return rows;
}

/** The rows of a batch. */
export function batchRows(batch: Batch): Values[] {
  return Array.from({ length: batch.length }, (_, row) =>
    batch.columns.map((column) => column.get(row)),
  );
}

/** A source on the calling thread that yields rows in batches; asynchronously if told so. */
export function rowsSource(
  rowSchema: Schema,
  batches: Iterable<readonly Values[]> | AsyncIterable<readonly Values[]>,
): ScanTableSource {
  return {
    schema: rowSchema,
    changelogMode: new Set([RowKind.INSERT]),
    bounded: true,
    rowCount: null,
    digest: '',
    spec: null,
    splits: () => [{}],
    async *read(_, context) {
      for await (const rows of batches) {
        const columns = rowSchema.fields.map((column, i) => {
          const builder = builderFor(column.type, context.region, rows.length);
          for (const row of rows) builder.append(row[i]);
          return builder.finish();
        });
        yield batchOf(rowSchema, columns, rows.length);
      }
    },
  };
}

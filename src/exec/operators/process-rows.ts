import type { Batch } from '../../columnar/batch.ts';
import { type ObjectAssembler, objectAssembler } from '../../columnar/row-objects.ts';
import { type ToExternal, toExternal } from '../../columnar/rows.ts';
import { type ProcessSpec, tablesOf } from '../../functions/process.ts';
import type { ProcessTable } from '../../planner/physical/nodes.ts';
import type { ProcessRow } from '../../udf/run-process.ts';

/** Which columns of a batch hold the rows of the tables. */
export interface ProcessTables extends Pick<ProcessTable, 'tables' | 'tag' | 'time'> {
  readonly spec: ProcessSpec;
}

/** Rows whose objects are made at once. */
const CHUNK_ROWS = 1024;

/** The rows of one table, as a function sees them. */
interface TableRows {
  readonly columns: readonly number[];
  /** Columns that are declared NOT NULL: rows in which one is NULL are passed over. */
  readonly required: readonly number[];
  readonly readers: readonly ToExternal[];
  readonly assemble: ObjectAssembler;
}

/** Some rows of a batch, in that order, as a process table function is called with them. */
export function* processRows(
  { spec, tables, tag, time }: ProcessTables,
  { columns, schema }: Batch,
  rows: Int32Array,
): Iterable<ProcessRow> {
  const declared = tablesOf(spec);
  const read = tables.map((table, t): TableRows => {
    const fields = declared[t]!.columns?.fields ?? [];
    return {
      columns: table.columns,
      required: table.columns.filter((_, i) => fields[i]?.type.nullable === false),
      readers: table.columns.map((column) => toExternal(schema.fields[column]!.type)),
      assemble: objectAssembler(table.names),
    };
  });
  const tableOf = (row: number): number => (tag === null ? 0 : Number(columns[tag]!.get(row)));
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = rows
      .subarray(from, from + CHUNK_ROWS)
      .filter((row) => read[tableOf(row)]!.required.every((c) => columns[c]!.get(row) !== null));
    const objects = read.map((table, t) => {
      const own = tag === null ? chunk : chunk.filter((row) => tableOf(row) === t);
      const values = table.columns.map((column, i) =>
        Array.from(own, (row) => table.readers[i]!(columns[column]!.get(row))),
      );
      return table.assemble(values, own.length).values();
    });
    for (const at of chunk) {
      const table = tableOf(at);
      const row: unknown = objects[table]!.next().value;
      yield { table, row, at, time: time === null ? null : columns[time]!.get(at) };
    }
  }
}

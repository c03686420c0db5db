import { toExternal } from '../columnar/rows.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { invalidArgument } from '../common/arguments.ts';
import { type ProcessSpec, scalarsOf, type TableArgument, tablesOf } from '../functions/process.ts';
import type { DataType } from '../types/data-type.ts';
import type { FunctionContext } from '../udf/function-context.ts';
import { pulseOf } from '../udf/pulse.ts';
import { type ProcessRow, ProcessRunner } from '../udf/run-process.ts';
import type { ScalarCall } from '../udf/scalar-call.ts';
import { inferType } from './infer-type.ts';

/** A call of a process table function, and the arguments of each of its calls for one partition. */
export interface TestedProcess {
  readonly call: ScalarCall;
  readonly spec: ProcessSpec;
  readonly context: FunctionContext;
  readonly rows: readonly (readonly unknown[])[];
  /** The column of the times; null without `on_time`. */
  readonly onTime: string | null;
}

/** The rows that the function makes of the rows of one partition and its timers. Errors: UdfError. */
export async function callProcess(tested: TestedProcess): Promise<readonly unknown[]> {
  const { call, spec, context, rows, onTime } = tested;
  const names = spec.arguments.map(({ name }) => name);
  const times = rows.map((row) => (onTime === null ? null : timeOf(row, spec, onTime)));
  const timeType = onTime === null ? null : inferType(times, `column '${onTime}'`);
  const semantics = { partitionBy: [], orderBy: [], timeColumn: onTime };
  const runner = await ProcessRunner.open(
    {
      name: call.name,
      body: call.body,
      spec,
      tables: tablesOf(spec).map(({ name }) => ({ name, semantics })),
      scalars: Object.fromEntries(
        scalarsOf(spec).map(({ name, type }) => {
          const value = rows[0]?.[names.indexOf(name)] ?? null;
          return [name, { type, value: internal(type, `argument '${name}'`)(value) }];
        }),
      ),
      timeType,
    },
    context,
    pulseOf(() => {}),
  );
  try {
    const made: unknown[] = [];
    const read = toExternal(spec.result);
    const inputs = rows.map((row, at): ProcessRow => {
      const time = timeType === null ? null : toInternal(timeType, `column '${onTime}'`)(times[at]);
      return { ...tableRow(row, spec), time, at };
    });
    for (const { values } of runner.partition(inputs)) made.push(read(values));
    return made;
  } finally {
    await runner.close();
  }
}

/** The only table argument of a row that is there. Errors: INVALID_ARGUMENT. */
function tableRow(
  row: readonly unknown[],
  spec: ProcessSpec,
): Pick<ProcessRow, 'table' | 'row'> & { readonly argument: TableArgument } {
  const given = tablesOf(spec).flatMap((argument, table) => {
    const value = row[spec.arguments.indexOf(argument)] ?? null;
    return value === null ? [] : [{ argument, table, value }];
  });
  const [only, ...others] = given;
  if (only === undefined || others.length > 0) {
    const tables = tablesOf(spec).map(({ name }) => name);
    throw invalidArgument(`Each row`, `a row of one of the tables ${tables.join(', ')}`, row);
  }
  const { argument, table, value } = only;
  const { columns, name } = argument;
  return { argument, table, row: columns === null ? value : converted(columns, name)(value) };
}

function timeOf(row: readonly unknown[], spec: ProcessSpec, onTime: string): unknown {
  const given: unknown = tableRow(row, spec).row;
  return typeof given === 'object' && given !== null ? Reflect.get(given, onTime) : null;
}

/** A value as a query would hand it over. */
function converted(type: DataType, where: string): (value: unknown) => unknown {
  const write = internal(type, where);
  const read = toExternal(type);
  return (value) => read(write(value));
}

function internal(type: DataType, where: string): (value: unknown) => unknown {
  return toInternal({ ...type, nullable: true }, where);
}

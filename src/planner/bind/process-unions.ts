import type { Expr } from '../../expr/expr.ts';
import { literal } from '../../expr/tree.ts';
import type { TableArgument } from '../../functions/process.ts';
import { commonType } from '../../types/common-type.ts';
import { type DataType, type Field, withNullable } from '../../types/data-type.ts';
import { INT } from '../../types/types.ts';
import { columnNames, inputRef, project, union } from '../logical/build.ts';
import type { ColumnOrder, LogicalPlan, ProcessInput } from '../logical/nodes.ts';
import { coerce } from './coerce.ts';

/** One table of a call, and what the call says of its columns. */
export interface OneTable {
  readonly argument: TableArgument;
  readonly plan: LogicalPlan;
  readonly partition: readonly number[];
  readonly order: readonly ColumnOrder[];
  readonly time: number | null;
  /** How many columns the table itself has; those behind were computed for the call. */
  readonly width: number;
  /** The columns that the function reads, and what it calls them. */
  readonly columns: readonly number[];
  readonly names: readonly string[];
}

/**
 * The rows of all tables as the rows of one plan. Several tables become a union, in which each has
 * columns of its own; the keys and the time are shared, and the number of the table is in front.
 * Rows then come by time where there is one, by table, and by the ORDER BY of their table.
 */
export function joinTables(
  tables: readonly OneTable[],
  invalid: (reason: string) => Error,
): ProcessInput {
  const [only, ...others] = tables;
  if (only !== undefined && others.length === 0) return single(only);
  const keys = sharedKeys(tables, invalid);
  const timeType = shared(tables.flatMap((t) => (t.time === null ? [] : [typeAt(t, t.time)])));
  if (timeType === null) throw invalid('the columns of on_time must have one type');
  const times = tables.some(({ time }) => time !== null) ? [timeType] : [];
  const first = 1 + keys.length + times.length;
  const own = tables.map(({ columns, order }) => [...columns, ...order.map((key) => key.column)]);
  const starts = own.map((_, i) => first + own.slice(0, i).flat().length);
  const types = tables.flatMap((table, i) =>
    own[i]!.map((column) => withNullable(typeAt(table, column), true)),
  );
  const names = ['$table', ...keys.map((_, i) => `$k${i}`), ...times.map(() => '$time')];
  const all = [...names, ...types.map((_, i) => `$c${i}`)];
  const inputs = tables.map((table, t) => {
    const column = (index: number, type: DataType): Expr =>
      coerce(inputRef(table.plan.schema, index), type);
    const exprs = [
      literal(INT, t),
      ...table.partition.map((index, i) => column(index, keys[i]!)),
      ...times.map((type) => column(table.time!, type)),
      ...types.map((type) => literal(type, null) as Expr),
    ];
    for (const [i, index] of own[t]!.entries()) {
      exprs[starts[t]! + i] = column(index, types[starts[t]! - first + i]!);
    }
    return project(table.plan, exprs, all);
  });
  const time = times.length === 0 ? null : 1 + keys.length;
  const byTime = time === null ? [] : [ascending(time)];
  const orders = tables.flatMap(({ order, columns }, t) =>
    order.map((key, i) => ({ ...key, column: starts[t]! + columns.length + i })),
  );
  return {
    input: union(inputs),
    tables: tables.map(({ argument, columns, names: called }, t) => {
      return {
        argument: argument.name,
        columns: columns.map((_, i) => starts[t]! + i),
        names: called,
      };
    }),
    tag: 0,
    partition: keys.map((_, i) => 1 + i),
    order: [...byTime, ascending(0), ...orders],
    time,
    passed: tables.flatMap(({ partition, plan }) =>
      partition.map((index, i): PassedField => {
        return { column: 1 + i, name: columnNames(plan.schema)[index]! };
      }),
    ),
  };
}

type PassedField = ProcessInput['passed'][number];

function single({ argument, plan, width, columns, names, ...rest }: OneTable): ProcessInput {
  const passed = argument.passColumnsThrough
    ? Array.from({ length: width }, (_, i) => i)
    : rest.partition;
  return {
    input: plan,
    tables: [{ argument: argument.name, columns, names }],
    tag: null,
    partition: rest.partition,
    order: rest.order,
    time: rest.time,
    passed: passed.map((column) => ({ column, name: columnNames(plan.schema)[column]! })),
  };
}

/** The types of the keys by which rows of different tables meet. */
function sharedKeys(
  tables: readonly OneTable[],
  invalid: (reason: string) => Error,
): readonly DataType[] {
  const [first, ...others] = tables.map(({ partition }) => partition.length);
  if (others.some((count) => count !== first)) {
    throw invalid('all tables must have the same number of columns in PARTITION BY');
  }
  return Array.from({ length: first ?? 0 }, (_, i) => {
    const type = shared(tables.map((table) => typeAt(table, table.partition[i]!)));
    if (type !== null) return type;
    throw invalid(`column ${i + 1} of PARTITION BY must have one type in all tables`);
  });
}

function shared(types: readonly DataType[]): DataType | null {
  return types.length === 0 ? INT : commonType(types);
}

function typeAt({ plan }: OneTable, column: number): DataType {
  const field: Field = plan.schema.fields[column]!;
  return field.type;
}

function ascending(column: number): ColumnOrder {
  return { column, descending: false, nullsFirst: true };
}

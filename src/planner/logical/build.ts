import { assert } from '../../common/assert.ts';
import type { DynamicTableSink, ScanTableSource } from '../../connectors/connector.ts';
import type { AggregateCall, Expr, InputRef, SortKey, WindowCall } from '../../expr/expr.ts';
import { isOptional, type JoinType } from '../../expr/join-type.ts';
import type { MatchSpec } from '../../expr/match.ts';
import type { ProcessFunctionDefinition } from '../../functions/definition.ts';
import { type DataType, sameType, withNullable } from '../../types/data-type.ts';
import { concatSchemas, field, projectSchema, type Schema } from '../../types/schema.ts';
import type {
  Aggregate,
  ColumnOrder,
  Filter,
  Join,
  Limit,
  LogicalPlan,
  Match,
  ProcessInput,
  ProcessTable,
  Project,
  Rank,
  RankFunction,
  Scan,
  Sink,
  Sort,
  Union,
  Unnest,
  Values,
  Window,
} from './nodes.ts';

/**
 * Checked constructors of logical nodes: the hallway that SQL and the Table API share. They check
 * what the callers must have made right (a wrong plan is a bug of ours, not the user's).
 */

/** A scan of all columns of a source. */
export function scan(
  table: string,
  source: ScanTableSource,
  { statistics, origin }: Pick<Scan, 'statistics' | 'origin'> = { statistics: null, origin: null },
): Scan {
  return { kind: 'Scan', schema: source.schema, table, source, statistics, origin };
}

/** Rows of expressions; every row has the schema's types. */
export function values(schema: Schema, rows: readonly (readonly Expr[])[]): Values {
  for (const row of rows) checkColumns('Values', schema, row);
  return { kind: 'Values', schema, rows };
}

/** No rows. */
export function emptyValues(schema: Schema): Values {
  return { kind: 'Values', schema, rows: [] };
}

/** One row without columns: what a query without FROM reads. */
export function oneRow(): Values {
  return { kind: 'Values', schema: { fields: [] }, rows: [[]] };
}

/** One expression a column, under the given names. */
export function project(
  input: LogicalPlan,
  exprs: readonly Expr[],
  names: readonly string[],
): Project {
  assert(exprs.length === names.length, 'a name for each column');
  for (const expr of exprs) checkInputs('Project', input.schema, expr);
  const schema = { fields: exprs.map((expr, i) => field(names[i]!, expr.type)) };
  return { kind: 'Project', schema, input, exprs };
}

/** Some columns of the input, by index. */
export function projectColumns(input: LogicalPlan, columns: readonly number[]): Project {
  return {
    kind: 'Project',
    schema: projectSchema(input.schema, columns),
    input,
    exprs: columns.map((i) => inputRef(input.schema, i)),
  };
}

/** The input under other column names; the input itself if it has them. */
export function rename(input: LogicalPlan, names: readonly string[]): LogicalPlan {
  assert(input.schema.fields.length === names.length, 'a name for each column');
  if (input.schema.fields.every((f, i) => f.name === names[i])) return input;
  return project(input, allColumns(input.schema), names);
}

/** The rows for which the predicate is TRUE. */
export function filter(input: LogicalPlan, predicate: Expr): Filter {
  assert(predicate.type.kind === 'BOOLEAN', 'a predicate is BOOLEAN');
  checkInputs('Filter', input.schema, predicate);
  return { kind: 'Filter', schema: input.schema, input, predicate };
}

/** One row a group: the key columns, then one column a call under the given names. */
export function aggregate(
  input: LogicalPlan,
  keys: readonly number[],
  calls: readonly AggregateCall[],
  names: readonly string[],
): Aggregate {
  assert(calls.length === names.length, 'a name for each aggregate');
  const schema = {
    fields: [
      ...projectSchema(input.schema, keys).fields,
      ...calls.map((call, i) => field(names[i]!, call.type)),
    ],
  };
  return { kind: 'Aggregate', schema, input, keys, calls };
}

/** The columns of the input, then one column a call under the given names. */
export function window(
  input: LogicalPlan,
  partition: readonly number[],
  order: readonly ColumnOrder[],
  calls: readonly WindowCall[],
  names: readonly string[],
): Window {
  assert(calls.length === names.length, 'a name for each window call');
  const fields = [...input.schema.fields, ...calls.map((call, i) => field(names[i]!, call.type))];
  return { kind: 'Window', schema: { fields }, input, partition, order, calls };
}

/** The rows that are the first ones of their partition. */
export function rank(
  input: LogicalPlan,
  { partition, order }: Pick<Window, 'partition' | 'order'>,
  by: RankFunction,
  rows: number,
): Rank {
  const { schema } = input;
  return { kind: 'Rank', schema, input, partition, order, function: by, limit: rows };
}

/** The partition columns, then one column a measure. */
export function match(input: LogicalPlan, spec: MatchSpec): Match {
  const fields = [
    ...projectSchema(input.schema, spec.partition).fields,
    ...spec.measures.map((measure, i) => field(`$r${i}`, measure.type)),
  ];
  return { ...spec, kind: 'Match', schema: { fields }, input };
}

/** What a process table function makes: passed columns, its own, the time. Names are made unique. */
export function processTable(
  definition: ProcessFunctionDefinition,
  args: readonly Expr[],
  from: ProcessInput,
): ProcessTable {
  const given = from.input.schema.fields;
  const { result } = definition.process;
  const all = [
    ...from.passed.map(({ column, name }) => ({ ...given[column]!, name })),
    ...result.fields,
    ...(from.time === null ? [] : [field('rowtime', given[from.time]!.type)]),
  ];
  const taken = new Set<string>();
  const fields = all.map((f) => {
    let { name } = f;
    for (let i = 0; taken.has(name); i++) name = `${f.name}${i}`;
    taken.add(name);
    return { ...f, name };
  });
  return { ...from, kind: 'ProcessTable', schema: { fields }, definition, args };
}

/** The input without duplicate rows. */
export function distinct(input: LogicalPlan): Aggregate {
  return aggregate(
    input,
    input.schema.fields.map((_, i) => i),
    [],
    [],
  );
}

/** Pairs of rows. Columns of a side that may have no match become nullable. */
export function join(
  left: LogicalPlan,
  right: LogicalPlan,
  joinType: JoinType,
  condition: Expr | null,
): Join {
  const both = concatSchemas(left.schema, right.schema);
  if (condition !== null) checkInputs('Join', both, condition);
  return {
    kind: 'Join',
    schema: joinSchema(left.schema, right.schema, joinType),
    left,
    right,
    joinType,
    condition,
  };
}

/** The columns of a join of two inputs. */
export function joinSchema(left: Schema, right: Schema, joinType: JoinType): Schema {
  if (joinType === 'semi' || joinType === 'anti') return left;
  return concatSchemas(
    isOptional(joinType, 'left') ? nullableSchema(left) : left,
    isOptional(joinType, 'right') ? nullableSchema(right) : right,
  );
}

/** Orders the rows; the input itself without keys. */
export function sort(input: LogicalPlan, keys: readonly SortKey[]): Sort | LogicalPlan {
  if (keys.length === 0) return input;
  for (const key of keys) checkInputs('Sort', input.schema, key.expr);
  return { kind: 'Sort', schema: input.schema, input, keys } satisfies Sort;
}

/** Skips `offset` rows, then passes `rows` rows (null: all). */
export function limit(input: LogicalPlan, offset: number, rows: number | null): Limit {
  return { kind: 'Limit', schema: input.schema, input, offset, limit: rows };
}

/** One row for each element of the array in a column; `elements` are the columns of an element. */
export function unnest(
  input: LogicalPlan,
  column: number,
  elements: Schema,
  outer: boolean,
  ordinality: boolean,
): Unnest {
  assert(column < input.schema.fields.length, 'the array is a column of the input');
  const schema = concatSchemas(input.schema, elements);
  return { kind: 'Unnest', schema, input, column, outer, ordinality };
}

/** UNION ALL of inputs with the same column types (nullability aside); names of the first. */
export function union(inputs: readonly LogicalPlan[]): Union {
  const first = inputs[0]!;
  const fields = first.schema.fields.map((f, column) => {
    const types = inputs.map((input) => input.schema.fields[column]!.type);
    assert(
      types.every((t) => sameType(t, f.type, false)),
      `inputs of UNION have the same type in column ${column}`,
    );
    return field(
      f.name,
      withNullable(
        f.type,
        types.some((t) => t.nullable),
      ),
    );
  });
  return { kind: 'Union', schema: { fields }, inputs };
}

/** Writes the rows to a table. The schema is the input's. */
export function sink(
  input: LogicalPlan,
  table: string,
  target: DynamicTableSink,
  origin: Sink['origin'] = null,
): Sink {
  return { kind: 'Sink', schema: input.schema, input, table, sink: target, origin };
}

/** A reference to one column of a schema. */
export function inputRef(schema: Schema, index: number): InputRef {
  const f = schema.fields[index];
  assert(f !== undefined, `column ${index} of ${schema.fields.length}`);
  return { kind: 'InputRef', type: f.type, index };
}

/** References to all columns of a schema. */
export function allColumns(schema: Schema): InputRef[] {
  return schema.fields.map((_, i) => inputRef(schema, i));
}

/** The column names of a schema. */
export function columnNames(schema: Schema): string[] {
  return schema.fields.map((f) => f.name);
}

/** `schema` with every column nullable. */
export function nullableSchema(schema: Schema): Schema {
  return {
    fields: schema.fields.map((f) => (f.type.nullable ? f : { ...f, type: nullable(f.type) })),
  };
}

function nullable(type: DataType): DataType {
  return withNullable(type, true);
}

function checkColumns(node: string, schema: Schema, exprs: readonly Expr[]): void {
  assert(schema.fields.length === exprs.length, `${node}: an expression for each column`);
  for (const [i, expr] of exprs.entries()) {
    const { name, type } = schema.fields[i]!;
    assert(sameType(type, expr.type, false), `${node}: the type of column '${name}'`);
    assert(type.nullable || !expr.type.nullable, `${node}: the nullability of column '${name}'`);
  }
}

/** References to columns that do not exist, or whose type is another, are bugs of the planner. */
function checkInputs(node: string, schema: Schema, expr: Expr): void {
  switch (expr.kind) {
    case 'InputRef': {
      // References from a subquery that is still being bound (`bind/outer.ts`).
      if (expr.index < 0) return;
      const f = schema.fields[expr.index];
      assert(f !== undefined, `${node}: column ${expr.index} of ${schema.fields.length}`);
      assert(sameType(f.type, expr.type, false), `${node}: the type of column '${f.name}'`);
      return;
    }
    case 'Call':
      for (const arg of expr.args) checkInputs(node, schema, arg);
      return;
    case 'Cast':
      checkInputs(node, schema, expr.input);
      return;
    case 'Case':
      for (const branch of expr.branches) {
        checkInputs(node, schema, branch.when);
        checkInputs(node, schema, branch.then);
      }
      checkInputs(node, schema, expr.otherwise);
      return;
    case 'Literal':
    case 'Parameter':
      return;
  }
}

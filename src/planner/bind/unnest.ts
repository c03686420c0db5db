import { notImplemented, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type {
  ScalarFunctionDefinition,
  TableFunctionDefinition,
} from '../../functions/definition.ts';
import type { TableFunction, Unnest } from '../../parser/ast/queries.ts';
import { type DataType, type Field, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { array, row } from '../../types/types.ts';
import { allColumns, columnNames, project, unnest } from '../logical/build.ts';
import { type Binder, type QueryEnv, Rows } from './binder.ts';
import { functionOf, plainArgs } from './calls.ts';
import { CHANGELOG_TABLES } from './changelog-tables.ts';
import { callBuiltin, makeCall } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import type { Relation } from './from.ts';
import { Scope, tableScope } from './scope.ts';
import { WINDOW_TABLES } from './window-tables.ts';

/**
 * UNNEST or a table function, for each row of what stands to its left: the elements of an array,
 * as rows. With `outer` a row without elements stays, with NULLs.
 *
 * Errors: ALIAS_COLUMNS, WRONG_ARGUMENT, those of expressions.
 */
export function bindUnnest(
  item: Unnest | TableFunction,
  left: Relation,
  env: QueryEnv,
  outer: boolean,
): Relation {
  const rows = new Rows(left.plan, left.scope, 'LATERAL');
  const binder = new ExpressionBinder(env, rows);
  const elements = item.kind === 'Unnest' ? bindArray(item, binder) : bindTableCall(item, binder);
  const input = rows.plan;
  const column = input.schema.fields.length;
  const withArray = project(
    input,
    [...allColumns(input.schema), elements],
    [...columnNames(input.schema), '$rows'],
  );
  const ordinality = item.kind === 'Unnest' && item.ordinality;
  const fields = elementFields(elements.type, ordinality);
  const names = aliasNames(item, fields);
  const named = fields.map((f, i) => ({
    ...f,
    name: names[i]!,
    type: withNullable(f.type, f.type.nullable || outer),
  }));
  const plan = unnest(withArray, column, { fields: named }, outer, ordinality);
  const right = tableScope(item.alias === null ? [] : [item.alias.name], names);
  return { plan, scope: Scope.concat(left.scope, right, column + 1) };
}

function bindArray({ items, span }: Unnest, binder: Binder): Expr {
  const collections = items.map((item) => {
    const expr = binder.bind(item);
    if (COLLECTIONS.has(expr.type.kind)) return expr;
    const argument = `A value of type ${printType(expr.type)}`;
    throw validationError('WRONG_ARGUMENT', { function: 'UNNEST', argument }, { span: item.span });
  });
  return collections.length === 1 ? collections[0]! : callBuiltin('$ZIP', collections, span);
}

const COLLECTIONS: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'MULTISET']);

/** Functions that have a syntax of their own, for hints. */
const TABLE_FUNCTIONS = [...WINDOW_TABLES, ...CHANGELOG_TABLES];

/**
 * A call of a table function: of the array of its rows. Errors: FUNCTION_NOT_FOUND,
 * NOT_A_TABLE_FUNCTION, WRONG_ARGUMENT.
 */
function bindTableCall({ call, span }: TableFunction, binder: Binder): Expr {
  const definition = functionOf(call, binder.env.context, TABLE_FUNCTIONS);
  if (definition.kind !== 'table') {
    const { name } = definition;
    throw validationError('NOT_A_TABLE_FUNCTION', { function: name }, { span });
  }
  const args = plainArgs(call, definition.input).map((arg) => binder.bind(arg));
  return makeCall(arrayFunction(definition), args, span);
}

const arrayFunctions = new WeakMap<TableFunctionDefinition, ScalarFunctionDefinition>();

/** The function that gives all rows of a table function as one array. */
function arrayFunction(definition: TableFunctionDefinition): ScalarFunctionDefinition {
  let scalar = arrayFunctions.get(definition);
  if (scalar === undefined) {
    scalar = {
      ...definition,
      kind: 'scalar',
      output: (call) => array(definition.output(call)),
      strict: false,
      specialize: () => {
        throw notImplemented('A table function in this place');
      },
      kernel: null,
      lower: null,
    };
    arrayFunctions.set(definition, scalar);
  }
  return scalar;
}

/** The columns that the elements of an array make. */
function elementFields(type: DataType, ordinality: boolean): Schema['fields'] {
  const last = ordinality ? [fieldOf('ORDINALITY', { kind: 'INT', nullable: false })] : [];
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return [
        ...(type.element.kind === 'ROW'
          ? rowFields(type.element)
          : [fieldOf('EXPR$0', type.element)]),
        ...last,
      ];
    case 'MAP':
      return [fieldOf('KEY', type.key), fieldOf('VALUE', type.value), ...last];
    default:
      return [...rowFields(row([])), ...last];
  }
}

/** The fields of a ROW; those of a NULL are NULL. */
function rowFields(type: Extract<DataType, { kind: 'ROW' }>): readonly Field[] {
  return type.fields.map((f) => ({
    ...f,
    type: withNullable(f.type, f.type.nullable || type.nullable),
  }));
}

function fieldOf(name: string, type: DataType): Field {
  return { name, type, comment: null };
}

function aliasNames(
  { kind, alias }: Unnest | TableFunction,
  fields: readonly Field[],
): readonly string[] {
  const columns = alias?.columns ?? null;
  // The only column of UNNEST(…) AS x is x.
  if (kind === 'Unnest' && alias !== null && columns === null && fields.length === 1) {
    return [alias.name];
  }
  if (alias === null || columns === null) return fields.map((f) => f.name);
  if (columns.length === fields.length) return columns;
  throw validationError(
    'ALIAS_COLUMNS',
    { alias: alias.name, given: columns.length, columns: fields.length },
    { span: alias.span },
  );
}

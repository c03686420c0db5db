import type { Expr } from '../../expr/expr.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import { type Field, withNullable } from '../../types/data-type.ts';
import { isBinary, isCharacter } from '../../types/families.ts';
import type { Schema } from '../../types/schema.ts';
import { columnNames, filter, inputRef, project } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { callBuiltin, coerce, nullOf, text } from './coerce.ts';

type Config = ReadonlyMap<string, string>;

/**
 * A value as one of a sink's column. 'table.exec.sink.type-length-enforcer' says what becomes of
 * texts and binary strings that do not fit their length; by default texts stay as they are.
 */
export function enforceLength(value: Expr, { name, type }: Field, config: Config): Expr {
  const isText = isCharacter(value.type) && isCharacter(type);
  const enforcer = config.get('table.exec.sink.type-length-enforcer')?.toUpperCase();
  if (isText || (isBinary(value.type) && isBinary(type))) {
    if (enforcer === 'ERROR')
      return callBuiltin('$CHECK_LENGTH', [value, text(name), nullOf(type)]);
    if (enforcer === 'TRIM_PAD') {
      const target = withNullable(type, value.type.nullable);
      return { kind: 'Cast', type: target, input: value, safe: false };
    }
  }
  return isText ? value : coerce(value, type);
}

/**
 * The rows of a sink: NULL for a NOT NULL column is an error, or with
 * 'table.exec.sink.not-null-enforcer' = DROP the row is left out.
 */
export function enforceNotNull(
  input: LogicalPlan,
  exprs: readonly Expr[],
  target: Schema,
  config: Config,
): LogicalPlan {
  const isChecked = (i: number) => !target.fields[i]!.type.nullable && exprs[i]!.type.nullable;
  if (config.get('table.exec.sink.not-null-enforcer')?.toUpperCase() === 'DROP') {
    const rows = project(input, exprs, columnNames(target));
    const tests = exprs.flatMap((_, i) =>
      isChecked(i) ? [callBuiltin('IS NOT NULL', [inputRef(rows.schema, i)])] : [],
    );
    return tests.length === 0 ? rows : filter(rows, joinConjunction(tests));
  }
  const checked = exprs.map((expr, i) =>
    isChecked(i) ? callBuiltin('$CHECK_NOT_NULL', [expr, text(target.fields[i]!.name)]) : expr,
  );
  return project(input, checked, columnNames(target));
}

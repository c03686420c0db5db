import type * as ast from '../../parser/ast/expressions.ts';
import type { FromItem } from '../../parser/ast/queries.ts';
import { columnNames } from '../logical/build.ts';
import type { QueryEnv } from './binder.ts';
import type { Relation } from './from.ts';
import { tableScope } from './scope.ts';

/** An argument without the name that it was given by. */
export type Argument = Exclude<ast.CallArg, ast.NamedArg>;

/** The arguments by the names of their parameters; null where one has no parameter. */
export function namedArguments(
  call: ast.Call,
  parameters: readonly string[],
): ReadonlyMap<string, Argument> | null {
  const args = new Map<string, Argument>();
  for (const [i, arg] of call.args.entries()) {
    const isNamed = arg.kind === 'NamedArg';
    const parameter = isNamed ? arg.name.toUpperCase() : parameters[i];
    if (parameter === undefined || !parameters.includes(parameter)) return null;
    args.set(parameter, isNamed ? arg.value : arg);
  }
  return args;
}

/** TABLE t, or a query in parentheses; null for other arguments. */
export function tableArgument(arg: Argument | undefined): ast.TableArg | null {
  if (arg?.kind === 'TableArg') return arg;
  if (arg?.kind !== 'Subquery') return null;
  return { kind: 'TableArg', input: arg.query, partitionBy: null, orderBy: [], span: arg.span };
}

/** The rows of TABLE t, of a query in parentheses, or of another function over a table. */
export function tableOfArgument(
  { input, span }: ast.TableArg,
  env: QueryEnv,
  bindItem: (item: FromItem, env: QueryEnv) => Relation,
): Relation {
  switch (input.kind) {
    case 'Identifier': {
      const table = { kind: 'TableName', name: input, hints: [], systemTime: null } as const;
      return bindItem({ ...table, alias: null, span }, env);
    }
    case 'Query': {
      const plan = env.bindQuery(input, { ...env, outer: null });
      return { plan, scope: tableScope([], columnNames(plan.schema)) };
    }
    case 'Call': {
      const item = { kind: 'TableFunction', call: input, lateral: false, hints: [] } as const;
      return bindItem({ ...item, alias: null, span }, env);
    }
  }
}

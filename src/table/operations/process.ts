import { validationError } from '../../common/errors.ts';
import { tablesOf } from '../../functions/process.ts';
import type { CallArg, NamedArg, TableArg } from '../../parser/ast/expressions.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { isUserFunction } from '../../udf/user-function.ts';
import { SessionBindContext } from '../bind-context.ts';
import { type Attachments, attach, merge } from '../expressions/attachments.ts';
import { BuiltExpression } from '../expressions/built-expression.ts';
import { callArguments } from '../expressions/deferred.ts';
import { functionPath } from '../expressions/entries.ts';
import { callOf, identifier } from '../expressions/syntax.ts';
import { CallParameters } from '../parameters.ts';
import { isTable, planOf } from '../plan-holder.ts';
import type { Session } from '../session.ts';
import { bindOperation } from './bind.ts';
import { resolvedOne, type Source } from './items.ts';
import { select } from './query-syntax.ts';
import { type OrderKeys, orderKeys } from './select.ts';

/** A table as an argument of a process table function. */
export interface TableArgument {
  readonly source: Source;
  /** Null: without PARTITION BY. */
  readonly partitionBy: readonly unknown[] | null;
  readonly orderBy: readonly unknown[];
}

/** The key under which what stands for a table with its keys holds them. */
export const TABLE_ARGUMENT = Symbol('table argument');

/**
 * What a process table function makes: of `first`, its first table, and of arguments in their order
 * or as one object by name. Errors: those of the same call in SQL.
 */
export function processed(
  session: Session,
  fn: unknown,
  first: TableArgument | null,
  args: readonly unknown[],
): LogicalPlan {
  const { path, held } = functionPath(fn as string);
  const [only] = args;
  const given =
    args.length === 1 && isNamed(only)
      ? named(session, fn, path, first, only)
      : [...(first === null ? [] : [tableArgument(first)]), ...args.map(argumentOf)];
  const call = callOf(
    path,
    given.map(({ arg }) => arg),
  );
  const from = { kind: 'TableFunction', call, lateral: false, hints: [], alias: null } as const;
  const all = merge([held, ...given.map((one) => one.held)]);
  return bindOperation(session, select({ from: { ...from, span: null } }), new Map(), all);
}

/** An argument in a call, and what it holds. */
interface HeldArgument {
  readonly arg: CallArg;
  readonly held: Attachments;
}

/** The arguments by name; `first` gets the name of the first table that the function declares. */
function named(
  session: Session,
  fn: unknown,
  path: readonly string[],
  first: TableArgument | null,
  args: Readonly<Record<string, unknown>>,
): readonly HeldArgument[] {
  const entries = Object.entries(args).map(([name, value]) => withName(name, argumentOf(value)));
  if (first === null) return entries;
  const context = new SessionBindContext(session, session.statementContext(), new CallParameters());
  const definition = isUserFunction(fn) ? null : context.resolveFunction(path);
  const process = isUserFunction(fn)
    ? fn.process
    : definition?.kind === 'process' && definition.process;
  if (!process) throw validationError('NOT_A_TABLE_FUNCTION', { function: path.join('.') });
  return [withName(tablesOf(process)[0]!.name, tableArgument(first)), ...entries];
}

function withName(name: string, { arg, held }: HeldArgument): HeldArgument {
  // Arguments are made below, none with a name.
  const value = arg as NamedArg['value'];
  return { arg: { kind: 'NamedArg', name, value, span: null }, held };
}

function argumentOf(value: unknown): HeldArgument {
  if (typeof value === 'object' && value !== null && TABLE_ARGUMENT in value) {
    // Only a PartitionedTable has it.
    return tableArgument(value[TABLE_ARGUMENT] as TableArgument);
  }
  if (isTable(value)) return tableArg(planOf(value), null, { orderBy: [], held: new Map() });
  const { node, held } = BuiltExpression.operand(value);
  return { arg: callArguments([node])[0]!, held };
}

function tableArgument({ source, partitionBy, orderBy }: TableArgument): HeldArgument {
  const keys = partitionBy?.map((key) => resolvedOne(key, source, 'A key of partitionBy')) ?? null;
  const order =
    orderBy.length === 0 ? { orderBy: [], held: new Map() } : orderKeys(source, orderBy);
  const held = merge([order.held, ...(keys ?? []).map((key) => key.held)]);
  return tableArg(source.plan, keys?.map(({ node }) => node) ?? null, { ...order, held });
}

function tableArg(
  plan: LogicalPlan,
  partitionBy: TableArg['partitionBy'],
  { orderBy, held }: OrderKeys,
): HeldArgument {
  const table = attach({ kind: 'plan', plan });
  const input = identifier(table.name);
  return {
    arg: { kind: 'TableArg', input, partitionBy, orderBy, span: null },
    held: merge([table.held, held]),
  };
}

/** Whether a value is an object of arguments by name, not one of them. */
function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isTable(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

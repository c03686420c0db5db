import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import type { DataType } from '../../types/data-type.ts';
import type { UserFunction } from '../../udf/user-function.ts';

/** What an expression holds besides its syntax: values, functions and tables without a name. */
export type Attachment =
  | { readonly kind: 'value'; readonly type: DataType; readonly value: unknown }
  | { readonly kind: 'function'; readonly fn: UserFunction }
  | { readonly kind: 'plan'; readonly plan: LogicalPlan };

/** Attachments by the names that stand for them in the syntax. */
export type Attachments = ReadonlyMap<string, Attachment>;

/** No attachments. */
export const NOTHING: Attachments = new Map();

let names = 0;

/** A name that no text can contain unquoted. */
function uniqueName(kind: string): string {
  names++;
  return `*${kind} ${names}*`;
}

/** One attachment under a name of its own. */
export function attach(attachment: Attachment): {
  readonly name: string;
  readonly held: Attachments;
} {
  const name = uniqueName(attachment.kind);
  return { name, held: new Map([[name, attachment]]) };
}

/** All of several. */
export function merge(all: readonly Attachments[]): Attachments {
  const some = all.filter((attachments) => attachments.size > 0);
  if (some.length <= 1) return some[0] ?? NOTHING;
  return new Map(some.flatMap((attachments) => [...attachments]));
}

const functions = new WeakMap<
  UserFunction,
  { readonly name: string; readonly held: Attachments }
>();

/** A function that is called without being registered: one name for all its calls. */
export function attachFunction(fn: UserFunction): {
  readonly name: string;
  readonly held: Attachments;
} {
  let known = functions.get(fn);
  if (known === undefined) {
    known = attach({ kind: 'function', fn });
    functions.set(fn, known);
  }
  return known;
}

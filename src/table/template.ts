import { invalidArgument } from '../common/arguments.ts';
import type { StatementParameters } from './parameters.ts';
import { type AnyTable, isTable } from './plan-holder.ts';

/** A quoted name that an `sql` template takes as it is. Made by `tEnv.id`. */
export class Identifier {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The text and parameters of an `sql` template: identifiers and tables become names, all else
 * becomes a parameter. Errors: INVALID_ARGUMENT when called as a function.
 */
export function sqlText(
  strings: TemplateStringsArray,
  values: readonly unknown[],
  nameOf: (table: AnyTable) => string,
): { readonly text: string; readonly params: StatementParameters } {
  if (!Array.isArray(strings)) throw invalidArgument('sql`…`', 'used as a template', strings);
  const params: unknown[] = [];
  let text = strings[0] ?? '';
  for (const [i, value] of values.entries()) {
    if (value instanceof Identifier) text += value.text;
    else if (isTable(value)) text += nameOf(value);
    else {
      params.push(value);
      text += '?';
    }
    text += strings[i + 1] ?? '';
  }
  return { text, params };
}

import { toInternal } from '../columnar/to-internal.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import type { Statement } from '../parser/ast/statements.ts';
import { placeholdersOf } from '../parser/placeholders.ts';
import type { ParameterValue, ParameterValues } from '../planner/bind/context.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { NULL } from '../types/types.ts';
import { inferType } from './infer-type.ts';

/** Values for `?` (a list) or `:name` (an object): never spliced into text. */
export type StatementParameters = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The parameters of one call: their types shape the plan, their values fill it. */
export class CallParameters implements ParameterValues {
  readonly positional: readonly ParameterValue[];
  readonly named: ReadonlyMap<string, ParameterValue>;
  /** The internal values, by index. */
  readonly values: readonly unknown[];
  readonly types: readonly DataType[];
  /** Whether the plan depends on a value itself, and so cannot be used for others. */
  #valueRead = false;

  /** Errors: ValidationError INVALID_VALUE, INVALID_PARAMETERS. */
  constructor(given: StatementParameters = []) {
    if (typeof given !== 'object' || given === null) {
      throw validationError('INVALID_PARAMETERS', { got: typeof given });
    }
    const entries: readonly (readonly [string, unknown])[] = Array.isArray(given)
      ? given.map((value, i) => [String(i + 1), value] as const)
      : Object.entries(given);
    // The type of null, and of the elements of an empty list, is that of the place where it stands.
    this.types = entries.map(([name, value]) => inferType([value], `parameter ${name}`, NULL));
    this.values = entries.map(([name, value], i) =>
      value === null || value === undefined
        ? null
        : toInternal(this.types[i]!, `parameter ${name}`)(value),
    );
    const all = entries.map(([name], index) => [name, this.#parameter(index)] as const);
    this.positional = Array.isArray(given) ? all.map(([, parameter]) => parameter) : [];
    this.named = new Map(Array.isArray(given) ? [] : all);
  }

  /**
   * Refuses values that the statement has no place for. Errors: ValidationError UNKNOWN_PARAMETER.
   */
  requireUsed(statement: Statement): void {
    if (this.types.length === 0) return;
    const { positional, names } = placeholdersOf(statement);
    if (this.positional.length > positional) {
      const hint = names.size === 0 ? null : 'Values of names are given as an object.';
      throw validationError('UNKNOWN_PARAMETER', { name: `number ${positional + 1}` }, { hint });
    }
    for (const [name, { index }] of this.named) {
      if (names.has(name) || this.values[index] === null) continue;
      const hint = didYouMean(name, names);
      throw validationError('UNKNOWN_PARAMETER', { name: `':${name}'` }, { hint });
    }
  }

  get valueRead(): boolean {
    return this.#valueRead;
  }

  /** What of the parameters a plan depends on: names and types. */
  get key(): string {
    return [...this.named.keys(), ...this.types.map(printType)].join(',');
  }

  #parameter(index: number): ParameterValue {
    return {
      index,
      type: this.types[index]!,
      value: () => {
        this.#valueRead = true;
        return this.values[index];
      },
    };
  }
}

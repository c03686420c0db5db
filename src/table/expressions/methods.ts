import { camelCase } from '../../functions/define.ts';
import type { FunctionDefinition } from '../../functions/definition.ts';
import { builtinDefinitions } from '../../functions/registry.ts';
import type { TimeUnit } from '../../parser/ast/node.ts';
import { BuiltExpression } from './built-expression.ts';

/** A form of a built-in function in the Table API. */
export interface BuiltinForm {
  /** What the Table API calls it. */
  readonly name: string;
  /** What SQL calls it: its name or an alias. */
  readonly sql: string;
  readonly definition: FunctionDefinition;
}

/** The methods, or the functions, that the definitions of the built-ins make; each name once. */
export function builtinForms(form: 'method' | 'function'): readonly BuiltinForm[] {
  const forms = new Map<string, BuiltinForm>();
  const add = (name: string | null, sql: string, definition: FunctionDefinition) => {
    if (name !== null && !forms.has(name)) forms.set(name, { name, sql, definition });
  };
  const definitions = builtinDefinitions();
  for (const definition of definitions) add(definition.tableApi[form], definition.name, definition);
  for (const definition of definitions) {
    if (definition.tableApi[form] === null) continue;
    for (const alias of definition.aliases) add(camelCase(alias), alias, definition);
  }
  return [...forms.values()].filter(({ name }) => form === 'function' || !CORE.has(name));
}

/** The methods that are written by hand. */
const CORE: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(BuiltExpression.prototype));

const UNITS: readonly (TimeUnit | 'MILLI')[] = [
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLI',
];

/** Adds a method for every function that has the form of one, and for the units of intervals. */
function install(): void {
  const prototype: object = BuiltExpression.prototype;
  const add = (name: string, value: (this: BuiltExpression, ...args: unknown[]) => unknown) =>
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  for (const { name, sql } of builtinForms('method')) {
    add(name, function (...args) {
      return BuiltExpression.builtin(sql, [this, ...args]);
    });
  }
  for (const unit of UNITS) {
    for (const name of [unit.toLowerCase(), `${unit.toLowerCase()}s`]) {
      add(name, function () {
        return this.interval(unit);
      });
    }
  }
}

install();

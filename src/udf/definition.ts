import { notImplemented } from '../common/errors.ts';
import type {
  CallShape,
  FunctionDefinition,
  InputTypeStrategy,
  UdfBody,
} from '../functions/definition.ts';
import { canCastImplicitly } from '../types/casts.ts';
import { withNullable } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import type { UserFunction } from './udf.ts';

let registrations = 0;

/**
 * The definition that calls of a user-defined function are bound to. Every registration is one of
 * its own: generated loops are unique to it, and so is what V8 learns about them.
 */
export function definitionOf(name: string, fn: UserFunction): FunctionDefinition {
  registrations++;
  const body: UdfBody = {
    kind: 'udf',
    id: registrations,
    reference: fn.reference,
    funcType: fn.funcType,
    deterministic: fn.deterministic,
    inline: fn.inline,
    target: fn.inline ? fn.target : null,
    rows: fn.functionKind === 'table',
    async: fn.async,
  };
  const common = {
    name,
    aliases: [],
    doc: `The user-defined function ${name}.`,
    input: inputStrategy(fn),
    output: () => fn.resultType,
    deterministic: fn.deterministic,
    examples: [],
    body,
  };
  const specialize = (): never => {
    throw notImplemented('A user-defined function in this place');
  };
  switch (fn.functionKind) {
    case 'scalar':
    case 'async':
      return { ...common, kind: 'scalar', strict: false, specialize, kernel: null, lower: null };
    case 'table':
      return { ...common, kind: 'table', specialize };
    case 'aggregate':
      return {
        ...common,
        kind: 'aggregate',
        skipsNulls: false,
        state: () => [],
        createAccumulator: specialize,
        compiled: null,
      };
    default:
      throw notImplemented(`A user-defined ${fn.functionKind} function`);
  }
}

function inputStrategy(fn: UserFunction): InputTypeStrategy {
  const { inputTypes } = fn;
  if (inputTypes === null) {
    return { infer: (call) => call.types, describe: (name) => [`${name}(...)`] };
  }
  const accepts = ({ types }: CallShape): boolean =>
    types.length === inputTypes.length &&
    types.every((type, i) => canCastImplicitly(type, withNullable(inputTypes[i]!, true)));
  return {
    infer: (call) => (accepts(call) ? inputTypes.map((type) => withNullable(type, true)) : null),
    describe: (name) => [`${name}(${inputTypes.map(printType).join(', ')})`],
  };
}

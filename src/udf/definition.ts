import { assert } from '../common/assert.ts';
import { notImplemented } from '../common/errors.ts';
import type { FunctionDefinition, TypeStrategy, UdfBody } from '../functions/definition.ts';
import { array } from '../types/types.ts';
import { requireMethods } from './methods.ts';
import type { SharedModules } from './reference.ts';
import { rowTypeOf } from './row-reader.ts';
import { requiredOf, typeStrategies } from './type-inference.ts';
import type { UserFunction } from './user-function.ts';

let registrations = 0;

/**
 * The definition that calls of a user-defined function are bound to. Every registration is one of
 * its own: generated loops are unique to it, and so is what V8 learns about them. Errors: as
 * `UserFunction.reference`; ValidationError UDF_METHOD.
 */
export function definitionOf(
  name: string,
  fn: UserFunction,
  modules: SharedModules = new Map(),
): FunctionDefinition {
  registrations++;
  const { functionKind, deterministic } = fn;
  const body: UdfBody = {
    kind: 'udf',
    id: registrations,
    reference: fn.reference(name, modules),
    funcType: fn.funcType,
    deterministic,
    required: requiredOf(fn.typing),
    inline: fn.inline,
    target: fn.inline ? fn.target : null,
    rows: functionKind === 'table' || functionKind === 'tableAggregate',
    accumulator: fn.accumulator,
    async: fn.async,
    isolation: fn.isolation,
    ordered: false,
  };
  requireMethods(name, fn);
  const { input, output } = typeStrategies(name, fn.typing);
  const doc = `The user-defined function ${name}.`;
  const tableApi = { method: null, function: null };
  const called = { name, aliases: [], tableApi, doc, examples: [] };
  const common = { ...called, input, output, deterministic, body };
  const specialize = (): never => {
    throw notImplemented('A user-defined function in this place');
  };
  switch (functionKind) {
    case 'scalar':
    case 'async':
      return { ...common, kind: 'scalar', strict: false, specialize, kernel: null, lower: null };
    case 'table':
      return { ...common, kind: 'table', output: (call) => rowTypeOf(output(call)), specialize };
    case 'process': {
      assert(fn.process !== null, 'a process table function says what it takes');
      const { process } = fn;
      const names = [process.arguments.map((argument) => argument.name)];
      return { ...common, kind: 'process', input: { ...input, names }, process };
    }
    case 'aggregate':
    case 'tableAggregate': {
      const rowsOutput: TypeStrategy = (call) => array(rowTypeOf(output(call)));
      return {
        ...common,
        kind: 'aggregate',
        output: functionKind === 'tableAggregate' ? rowsOutput : output,
        skipsNulls: false,
        state: () => (body.accumulator === null ? [] : [body.accumulator]),
        createAccumulator: specialize,
        compiled: null,
      };
    }
  }
}

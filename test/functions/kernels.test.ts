import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../src/columnar/column.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { INT, STRING } from '../../src/types/types.ts';
import { columnOf, valuesOf, withRegion } from '../columnar/arbitrary.ts';

const CONTEXT = { timeZone: 'UTC', now: 0n, config: new Map<string, string>() };

/** An argument: rows of a column, or a constant. */
type Argument = { readonly rows: readonly unknown[] } | { readonly constant: unknown };

/** The results of the kernel of a function, and of its reference. */
function both(name: string, args: readonly Argument[], result?: DataType) {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar' || definition.kernel === null) throw new Error(name);
  const { kernel, specialize } = definition;
  const rows = Math.max(...args.map((arg) => ('rows' in arg ? arg.rows.length : 0)));
  const literals = args.map((arg) => ('constant' in arg ? arg.constant : undefined));
  const types = literals.map((value) => (typeof value === 'number' ? INT : STRING));
  const lists = args.map((arg) =>
    'rows' in arg ? arg.rows : Array.from({ length: rows }, () => arg.constant),
  );
  const site = {
    types,
    literals,
    result: result ?? definition.output({ types, literals }),
    context: CONTEXT,
  };
  const evaluate = specialize(site) as (...values: readonly unknown[]) => unknown;
  const expected = Array.from({ length: rows }, (_, row) => {
    const values = lists.map((list) => list[row]);
    return values.includes(null) ? null : evaluate(...values);
  });
  return withRegion((region) => {
    const columns: Column[] = lists.map((list, i) => columnOf(types[i]!, list, region));
    const column = kernel(columns, rows, { ...site, region });
    return { expected, actual: column === null ? null : valuesOf(column) };
  });
}

const word = fc
  .array(fc.constantFrom('a', 'b', ' ', 'ab', 'é', '🦆', 'x'.repeat(40)), { maxLength: 6 })
  .map((parts) => parts.join(''));
const rows = fc.array(fc.option(word, { nil: null, freq: 5 }), { minLength: 1, maxLength: 20 });
const constant = (value: unknown): Argument => ({ constant: value });

describe('kernels of strings give what their functions give', () => {
  const cases: readonly (readonly [
    string,
    (...texts: readonly string[]) => readonly (Argument | 'rows')[],
  ])[] = [
    ['||', (a) => ['rows', constant(a)]],
    ['CONCAT', (a, b) => [constant(a), 'rows', constant(b), 'rows']],
    ['TRIM', () => ['rows']],
    ['TRIM', () => [constant('LEADING'), constant('ab'), 'rows']],
    ['LTRIM', () => ['rows', constant('a ')]],
    ['RTRIM', () => ['rows']],
    ['BTRIM', () => ['rows', constant('b')]],
    ['REPLACE', (a, b) => ['rows', constant(a === '' ? 'ab' : a), constant(b)]],
    ['POSITION', (a) => [constant(a === '' ? 'b' : a), 'rows']],
    ['STARTSWITH', (a) => ['rows', constant(a)]],
    ['ENDSWITH', (a) => ['rows', constant(a)]],
    ['LEFT', (a) => ['rows', constant(a.length - 1)]],
  ];
  test.each(cases)('%s', (name, argumentsOf) => {
    fc.assert(
      fc.property(rows, word, word, (values, a, b) => {
        const args = argumentsOf(a, b).map((arg) => (arg === 'rows' ? { rows: values } : arg));
        const { expected, actual } = both(name, args);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('other calls are left to the interpreter', () => {
    for (const [name, args] of [
      ['REPLACE', [{ rows: ['a'] }, constant(''), constant('b')]],
      ['TRIM', [constant('BOTH'), constant('é'), { rows: ['éa'] }]],
      ['POSITION', [{ rows: ['a'] }, { rows: ['ba'] }]],
      ['||', [{ rows: ['a'] }, constant(null)]],
    ] as const) {
      expect(both(name, args, STRING).actual).toBeNull();
    }
  });
});

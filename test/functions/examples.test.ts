import { describe, expect, test } from 'vitest';
import { stringPrinter } from '../../src/functions/cast/to-string.ts';
import { builtinDefinitions } from '../../src/functions/registry.ts';
import { timeZone } from '../../src/types/time-zone.ts';
import { evaluateQuery } from './reference.ts';

/** The only value of a query, printed as CAST to STRING prints it. */
function evaluate(call: string): string {
  const { schema, rows } = evaluateQuery(`SELECT ${call}`);
  const value = rows[0]?.[0] ?? null;
  return value === null ? 'NULL' : stringPrinter(schema.fields[0]!.type, timeZone('UTC'))(value);
}

const examples = builtinDefinitions().flatMap((definition) =>
  definition.examples.map(([call, result]) => [definition.name, call, result] as const),
);

describe('examples of built-in functions', () => {
  test.each(examples)('%s: %s is %s', (_, call, result) => {
    expect(evaluate(call)).toBe(result);
  });
});

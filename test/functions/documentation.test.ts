import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionsPage } from '../../scripts/functions-page.ts';
import { TableError } from '../../src/common/errors.ts';
import { builtinDefinitions, lookupBuiltin } from '../../src/functions/registry.ts';
import { DOCUMENTED_FUNCTIONS } from './documented.ts';
import { evaluateQuery } from './reference.ts';

/** Documented functions that are syntax of their own or belong to a clause, as used in a query. */
const SYNTAX: Readonly<Record<string, string>> = {
  CAST: "CAST('1' AS INT)",
  TRY_CAST: "TRY_CAST('x' AS INT)",
  GROUP_ID: 'GROUP_ID() FROM (VALUES (1)) AS t(a) GROUP BY a',
  GROUPING: 'GROUPING(a) FROM (VALUES (1)) AS t(a) GROUP BY a',
  GROUPING_ID: 'GROUPING_ID(a) FROM (VALUES (1)) AS t(a) GROUP BY a',
  RANK: 'RANK() OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  DENSE_RANK: 'DENSE_RANK() OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  ROW_NUMBER: 'ROW_NUMBER() OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  LEAD: 'LEAD(a) OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  LAG: 'LAG(a) OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  CUME_DIST: 'CUME_DIST() OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  PERCENT_RANK: 'PERCENT_RANK() OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  NTILE: 'NTILE(2) OVER (ORDER BY a) FROM (VALUES (1)) AS t(a)',
  EXISTS: 'EXISTS (VALUES (1))',
};

describe('documented functions', () => {
  test.each(Object.values(DOCUMENTED_FUNCTIONS).flatMap((names) => names.split(' ')))(
    '%s exists',
    (name) => {
      if (lookupBuiltin(name) !== null) return;
      const query = SYNTAX[name];
      expect(query).toBeDefined();
      try {
        evaluateQuery(`SELECT ${query}`);
      } catch (error) {
        // The reference of the tests evaluates no windows and groups; the binder knows the function.
        if (!(error instanceof TableError)) throw error;
        expect(error.code).toBe('NOT_IMPLEMENTED');
      }
    },
  );
});

describe('docs/functions.md', () => {
  test('is what the definitions say (npm run docs)', () => {
    const file = path.join(import.meta.dirname, '../../docs/functions.md');
    expect(readFileSync(file, 'utf8')).toBe(functionsPage());
  });

  test('every function has a text that ends as a sentence', () => {
    const wrong = builtinDefinitions().filter(({ doc }) => !/^[A-Z`(].*\.$/s.test(doc));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

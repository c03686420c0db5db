import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseQuery, parseStatement, parseType } from '../../src/parser/parser.ts';
import { printType } from '../../src/parser/print/types.ts';
import { printExpression, printQuery } from '../../src/parser/print.ts';
import { trees, types } from './arbitraries.ts';
import { withoutSpans } from './trees.ts';

describe('random trees print as SQL that parses to them', () => {
  test('expressions', () => {
    fc.assert(
      fc.property(trees.expr, (tree) => {
        const sql = printExpression(tree);
        expect(withoutSpans(parseExpression(sql)), sql).toEqual(tree);
      }),
      { numRuns: 400 },
    );
  });

  test('queries', () => {
    fc.assert(
      fc.property(trees.query, (tree) => {
        const sql = printQuery(tree);
        expect(withoutSpans(parseQuery(sql)), sql).toEqual(tree);
      }),
      { numRuns: 200 },
    );
  });

  test('types', () => {
    fc.assert(
      fc.property(types, (tree) => {
        const text = printType(tree);
        expect(withoutSpans(parseType(text)), text).toEqual(tree);
      }),
    );
  });
});

describe('random texts', () => {
  const words = fc.constantFrom(
    ..."SELECT FROM WHERE ( ) , . * + - = a b t `x` 's' 1 1.5 NOT IN AND OR CASE WHEN THEN END GROUP BY ORDER JOIN ON AS ROW ARRAY [ ] < > VALUES INSERT INTO CREATE TABLE WITH NULL INTERVAL DAY ? : => ; /*+ */ CAST INT OVER PARTITION DATE TABLE( UNNEST LATERAL EXISTS UNION ALL LIMIT".split(
      ' ',
    ),
  );

  test('give a tree or an error of ours, never another', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        try {
          parseStatement(parts.join(' '));
        } catch (error) {
          expect(error).toMatchObject({
            name: expect.stringMatching(/^(SqlParser|NotImplemented)Error$/),
          });
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('of any characters, too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        try {
          parseStatement(`SELECT ${text}`);
        } catch (error) {
          expect(error).toMatchObject({ name: 'SqlParserError' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

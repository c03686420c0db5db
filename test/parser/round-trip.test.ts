import { describe, expect, test } from 'vitest';
import { parseExpression, parseStatement, parseType } from '../../src/parser/parser.ts';
import { printType } from '../../src/parser/print/types.ts';
import { printExpression, printStatement } from '../../src/parser/print.ts';
import { EXPRESSIONS, STATEMENTS } from './corpus.ts';
import { withoutSpans } from './trees.ts';

describe('a printed tree parses to the same tree', () => {
  test.each(STATEMENTS)('%s', (sql) => {
    const tree = parseStatement(sql);
    const printed = printStatement(tree);
    expect(withoutSpans(parseStatement(printed)), printed).toEqual(withoutSpans(tree));
    expect(printStatement(parseStatement(printed))).toBe(printed);
  });

  test.each(EXPRESSIONS)('%s', (sql) => {
    const tree = parseExpression(sql);
    const printed = printExpression(tree);
    expect(withoutSpans(parseExpression(printed)), printed).toEqual(withoutSpans(tree));
  });

  test.each([
    'INT',
    'DECIMAL(10, 2) NOT NULL',
    'TIMESTAMP(3) WITH TIME ZONE',
    'timestamp_ltz(6)',
    'ARRAY<INT NOT NULL> NULL',
    'MAP<STRING, BYTES>',
    'ROW<>',
    "ROW(a INT, `b c` STRING 'x')",
    'INTERVAL YEAR(4) TO MONTH',
    'VARIANT',
    'BITMAP',
    'MULTISET<VARCHAR(3)>',
    'NUMERIC',
  ])('type %s', (text) => {
    const type = parseType(text);
    expect(withoutSpans(parseType(printType(type)))).toEqual(withoutSpans(type));
  });
});

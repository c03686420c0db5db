import { describe, expect, test } from 'vitest';
import { parseStatement, parseType } from '../../src/parser/parser.ts';
import { printStatement } from '../../src/parser/print.ts';

/** `n` times `open`, the inner text, and as many times `close`. */
function nest(n: number, open: string, inner: string, close: string): string {
  return open.repeat(n) + inner + close.repeat(n);
}

const NESTS: readonly (readonly [what: string, text: (n: number) => string])[] = [
  ['parentheses', (n) => `SELECT ${nest(n, '(', '1', ')')}`],
  ['rows', (n) => `SELECT ${nest(n, '(1, ', '1', ')')}`],
  ['NOT', (n) => `SELECT ${'NOT '.repeat(n)}a`],
  ['signs', (n) => `SELECT ${'- '.repeat(n)}a`],
  ['calls', (n) => `SELECT ${nest(n, 'f(', '1', ')')}`],
  ['windows', (n) => `SELECT ${nest(n, 'f() OVER (ORDER BY ', '1', ')')}`],
  ['casts', (n) => `SELECT ${nest(n, 'CAST(', '1', ' AS INT)')}`],
  ['CASE', (n) => `SELECT ${nest(n, 'CASE WHEN a THEN ', '1', ' END')}`],
  ['arrays', (n) => `SELECT ${nest(n, 'ARRAY[', '1', ']')}`],
  ['IN', (n) => `SELECT ${nest(n, 'a IN (1, ', '1', ')')}`],
  ['BETWEEN', (n) => `SELECT ${nest(n, 'a BETWEEN (b = ', '1', ') AND 1')}`],
  ['JSON', (n) => `SELECT ${nest(n, 'JSON_ARRAY(', '1', ')')}`],
  ['derived tables', (n) => nest(n, 'SELECT * FROM (', 'SELECT 1', ')')],
  ['scalar queries', (n) => `${nest(n, 'SELECT (', 'SELECT 1', ')')}`],
  ['EXISTS', (n) => nest(n, 'SELECT 1 WHERE EXISTS (', 'SELECT 1', ')')],
  ['WITH', (n) => nest(n, 'WITH a AS (', 'SELECT 1', ') SELECT 1')],
  ['table arguments', (n) => nest(n, 'SELECT * FROM TABLE(f(TABLE (', 'SELECT 1', ')))')],
  ['query parentheses', (n) => nest(n, '(', 'SELECT 1', ')')],
  ['joins', (n) => `SELECT * FROM ${nest(n, '(', 'a', ' JOIN b)')}`],
  ['grouping sets', (n) => `SELECT 1 FROM t GROUP BY ${nest(n, 'GROUPING SETS (', 'a', ')')}`],
  [
    'patterns',
    (n) => `SELECT 1 FROM t MATCH_RECOGNIZE (PATTERN (${nest(n, '(', 'A', ')')}) DEFINE A AS b)`,
  ],
  ['types', (n) => `SELECT CAST(a AS ${nest(n, 'ARRAY<', 'INT', '>')})`],
];

describe('deep texts', () => {
  test.each(NESTS)('%s: 60 deep work, and print', (_, text) => {
    const tree = parseStatement(text(60));
    expect(() => printStatement(tree)).not.toThrow();
  });

  test.each(NESTS)('%s: 500 deep work or give a clear error', (_, text) => {
    try {
      parseStatement(text(500));
    } catch (error) {
      expect(error).toMatchObject({ name: 'ResourceError', code: 'NESTING_LIMIT', limit: 2000 });
    }
  });

  test.each(NESTS)('%s: 100,000 deep give a clear error', (_, text) => {
    expect(() => parseStatement(text(100_000))).toThrow(
      expect.objectContaining({ name: 'ResourceError', code: 'NESTING_LIMIT' }),
    );
  });

  test('1,900 parentheses work, closed or not', () => {
    expect(parseStatement(NESTS[0]?.[1](1900) ?? '').kind).toBe('QueryStatement');
    expect(() => parseStatement(`SELECT ${'('.repeat(1900)}1`)).toThrow(
      expect.objectContaining({ code: 'UNEXPECTED_TOKEN' }),
    );
  });

  test('on a stack that is nearly full the error is the same', () => {
    const text = nest(100, 'SELECT * FROM (', 'SELECT 1', ')');
    const codes = new Set<string>();
    const attempt = (): void => {
      try {
        parseStatement(text);
        codes.add('parsed');
      } catch (error) {
        codes.add((error as { code?: string }).code ?? (error as Error).name);
      }
    };
    const dive = (depth: number): void => {
      try {
        dive(depth + 1);
      } catch {
        // Too deep: from here on the way back more and more of the stack is free.
      }
      if (depth % 50 === 0 && !codes.has('parsed')) attempt();
    };
    dive(0);
    expect([...codes].filter((code) => code !== 'RangeError').sort()).toEqual([
      'NESTING_LIMIT',
      'parsed',
    ]);
  });

  test('types alone', () => {
    expect(() => parseType(nest(5000, 'ROW<a ', 'INT', '>'))).toThrow(
      expect.objectContaining({ code: 'NESTING_LIMIT' }),
    );
  });
});

describe('long texts', () => {
  const many = (n: number, text: (i: number) => string, by: string) =>
    Array.from({ length: n }, (_, i) => text(i)).join(by);

  test.each([
    ['a sum of 1,000', `SELECT ${many(1_000, () => '1', '+')}`],
    ['20,000 ORs', `SELECT * FROM t WHERE ${many(20_000, (i) => `a = ${i}`, ' OR ')}`],
    ['100,000 in IN', `SELECT * FROM t WHERE a IN (${many(100_000, (i) => `'${i}'`, ',')})`],
    ['10,000 rows', `INSERT INTO t VALUES ${many(10_000, (i) => `(${i}, 'x', 1.5)`, ',')}`],
    ['5,000 UNION ALL', many(5_000, (i) => `SELECT ${i}`, ' UNION ALL ')],
    ['5,000 joins', `SELECT * FROM t ${many(5_000, (i) => `JOIN t AS t${i} ON a = b`, ' ')}`],
    ['10,000 WHEN', `SELECT CASE ${many(10_000, (i) => `WHEN a = ${i} THEN 1`, ' ')} END`],
    ['a string of 1 MB', `SELECT '${"x''".repeat(333_333)}'`],
    ['a comment of 1 MB', `SELECT /* ${'* '.repeat(500_000)} */ 1`],
  ])('%s', (what, sql) => {
    const tree = parseStatement(sql);
    // Comments are not printed.
    if (what === 'a comment of 1 MB') return;
    expect(printStatement(tree).length).toBeGreaterThan(sql.length / 4);
  });

  test.each([
    ['a sum of 1 MB', many(500_000, () => '1', '+')],
    ['a sum of rows', many(2_000, () => '(2, 3)', ' + ')],
    ['accesses', `a${'[1]'.repeat(2_000)}`],
    ['predicates', `a${' IS NULL'.repeat(2_000)}`],
    ['NOT', `${'NOT '.repeat(1_500)}a`],
    ['a chain inside a chain', `f(${many(700, () => '1', '+')})${'+ 1'.repeat(700)}`],
    ['a chain inside a row', `(1, ${many(700, () => '1', '+')}, 2)${'+ 1'.repeat(700)}`],
    ['a chain inside IN', `a IN (${many(700, () => '1', '+')})${' IS NULL'.repeat(700)}`],
    ['a chain in a query', `(SELECT ${many(700, () => '1', '+')})${'+ 1'.repeat(700)}`],
  ])('%s is too deep for a tree', (_, text) => {
    expect(() => parseStatement(`SELECT ${text}`)).toThrow(
      expect.objectContaining({ name: 'ResourceError', code: 'EXPRESSION_DEPTH_LIMIT' }),
    );
  });

  test('the message of an error in 1 MB is short', () => {
    expect(() => parseStatement(`SELECT ${many(200_000, (i) => `a${i}`, ',')} FROM WHERE`)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^[\s\S]{1,600}$/) }),
    );
  });
});

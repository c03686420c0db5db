import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decisionsOf, decisionsSource } from '../../scripts/build-grammar.ts';
import {
  FUNCTION_KEYWORDS,
  NILADIC_FUNCTIONS,
  NON_RESERVED_KEYWORDS,
  RESERVED_KEYWORDS,
  RESERVED_WORDS,
} from '../../src/parser/keywords.ts';
import {
  parseExpression,
  parseStatement,
  parseStatements,
  parseTableElements,
  parseType,
  QueryParser,
  SqlParser,
} from '../../src/parser/parser.ts';
import { quoteIdentifier } from '../../src/parser/quoting.ts';
import { withoutSpans } from './trees.ts';

describe('the grammar', () => {
  test('has no conflicts and no left recursion', () => {
    expect(() => new SqlParser('validated')).not.toThrow();
    expect(() => new QueryParser('validated')).not.toThrow();
  });

  test('has the decisions of the committed table', () => {
    const table = readFileSync('src/parser/grammar/decisions.ts', 'utf8');
    const rules = new SqlParser('learnt').getGAstProductions();
    expect(decisionsSource(rules) === table, 'run `npm run build:grammar`').toBe(true);
    // Queries have a parser of their own, which takes the same decisions.
    const all = decisionsOf(rules);
    for (const [name, decisions] of decisionsOf(new QueryParser('learnt').getGAstProductions())) {
      expect(decisions, name).toEqual(all.get(name));
    }
  });

  test('has each word in one list', () => {
    const once = [...RESERVED_KEYWORDS, ...NON_RESERVED_KEYWORDS, ...RESERVED_WORDS];
    expect(new Set([...once, ...NILADIC_FUNCTIONS]).size).toBe(
      once.length + NILADIC_FUNCTIONS.length,
    );
    const reserved = new Set<string>(RESERVED_KEYWORDS);
    for (const word of FUNCTION_KEYWORDS) {
      if (!reserved.has(word)) expect(once).not.toContain(word);
    }
  });

  test.each(NON_RESERVED_KEYWORDS.map((word) => word.toLowerCase()))(
    '%s is a name as it stands',
    (word) => {
      const sql = `SELECT ${word} AS ${word}, t.${word}, ${word} ${word} FROM ${word} AS ${word} WHERE ${word} = 1 GROUP BY ${word} ORDER BY ${word}`;
      expect(() => parseStatement(sql)).not.toThrow();
      // IF before a name begins IF [NOT] EXISTS.
      const table = word === 'if' ? 't' : word;
      expect(() => parseStatement(`CREATE TABLE ${table} (${word} INT, b STRING)`)).not.toThrow();
      expect(() => parseStatement(`SHOW COLUMNS FROM ${word}`)).not.toThrow();
      expect(() => parseStatement(`DESCRIBE ${word}`)).not.toThrow();
      expect(() => parseStatement(`USE ${word}`)).not.toThrow();
    },
  );

  test.each([...RESERVED_KEYWORDS, ...RESERVED_WORDS, ...NILADIC_FUNCTIONS])(
    '%s is a name in backticks only',
    (word) => {
      expect(() => parseStatement(`CREATE TABLE t (${word} INT)`)).toThrow();
      expect(quoteIdentifier(word)).toBe(`\`${word}\``);
      expect(() => parseStatement(`CREATE TABLE t (\`${word}\` INT)`)).not.toThrow();
    },
  );

  test.each(FUNCTION_KEYWORDS)('%s names a function', (word) => {
    expect(parseExpression(`${word}(a)`)).toMatchObject({ kind: 'Call', name: { parts: [word] } });
  });
});

describe('trees', () => {
  test('spans reach from the first to the last character', () => {
    const sql = 'SELECT  (a + b) * f( c )  AS x FROM t';
    const statement = parseStatement(sql);
    if (statement.kind !== 'QueryStatement' || statement.query.body.kind !== 'Select') throw 0;
    const [item] = statement.query.body.items;
    if (item?.kind !== 'SelectItem' || item.expr.kind !== 'Binary') throw 0;
    const text = (span: { start: number; end: number } | null) => sql.slice(span?.start, span?.end);
    expect(text(statement.span)).toBe(sql);
    expect(text(item.span)).toBe('(a + b) * f( c )  AS x');
    expect(text(item.expr.span)).toBe('(a + b) * f( c )');
    expect(text(item.expr.left.span)).toBe('a + b');
    expect(text(item.expr.right.span)).toBe('f( c )');
  });

  test('AND and OR are flat, other chains lean to the left', () => {
    expect(parseExpression('a AND b AND c')).toMatchObject({ kind: 'Logical', op: 'AND' });
    expect(parseExpression('a OR b OR (c OR d)')).toMatchObject({
      operands: [{ parts: ['a'] }, { parts: ['b'] }, { kind: 'Logical' }],
    });
    expect(parseExpression('a - b - c')).toMatchObject({
      left: { op: '-' },
      right: { parts: ['c'] },
    });
  });

  test.each([
    ['NOT a = b', 'NOT (a = b)'],
    ['- a * b', '(- a) * b'],
    ['a + b * c', 'a + (b * c)'],
    ['a OR b AND c', 'a OR (b AND c)'],
    ['a = b IS NULL', '(a = b) IS NULL'],
    ['a BETWEEN b AND c AND d', '(a BETWEEN b AND c) AND d'],
    ['a + b LIKE c || d', '(a + b) LIKE (c || d)'],
    ['NOT a IS NULL', 'NOT (a IS NULL)'],
    ['a = b IN (c)', 'a = (b IN (c))'],
    ['-a.b[1]', '-((a.b)[1])'],
    ['NOT a AND b', '(NOT a) AND b'],
    ["a || 'x' * 2", "(a || 'x') * 2"],
  ])('%s means %s', (short, long) => {
    expect(withoutSpans(parseExpression(short))).toEqual(withoutSpans(parseExpression(long)));
  });

  test('literals have their escapes resolved', () => {
    expect(parseExpression("'it''s'")).toMatchObject({ value: "it's" });
    expect(parseExpression("U&'\\263A\\+01F600\\\\'")).toMatchObject({ value: '☺😀\\' });
    expect(parseExpression("U&'!263A' UESCAPE '!'")).toMatchObject({ value: '☺' });
    expect(parseExpression("E'a\\tb\\'c\\x41\\101\\u0041''\\q'")).toMatchObject({
      value: "a\tb'cAAA'q",
    });
    expect(parseExpression("X'0aFF'")).toMatchObject({ value: Uint8Array.of(10, 255) });
    expect(parseExpression("'a'\n'b'")).toMatchObject({ value: 'ab' });
    expect(parseExpression('1.5E3')).toMatchObject({ text: '1.5E3', form: 'approximate' });
    expect(parseExpression('`a``b`')).toMatchObject({ parts: ['a`b'] });
  });

  test('placeholders are numbered over the whole text', () => {
    const [first, second] = parseStatements('SELECT ?; SELECT ?, :name');
    expect(JSON.stringify(first)).toContain('"index":0');
    expect(JSON.stringify(second)).toContain('"index":1');
    expect(JSON.stringify(second)).toContain('"name":"name"');
  });

  test('several statements, empty ones left out', () => {
    expect(parseStatements(';; SELECT 1;; -- x\n USE a;').map(({ kind }) => kind)).toEqual([
      'QueryStatement',
      'Use',
    ]);
    expect(parseStatements(' /* nothing */ ')).toEqual([]);
  });

  test('columns alone, and types alone', () => {
    expect(
      parseTableElements('`a` BIGINT, p AS PROCTIME(), PRIMARY KEY (a) NOT ENFORCED').map(
        ({ kind }) => kind,
      ),
    ).toEqual(['PhysicalColumn', 'ComputedColumn', 'TableConstraint']);
    expect(parseTableElements('')).toEqual([]);
    expect(parseType('timestamp(3) with local time zone not null')).toMatchObject({
      name: ['TIMESTAMP_LTZ'],
      args: [3],
      nullable: false,
    });
  });

  test('comments and hints', () => {
    const sql = "-- one\nSELECT /* two */ a // three\nFROM t /*+ OPTIONS('a' = 'b') */";
    expect(JSON.stringify(parseStatement(sql))).toContain('"OPTIONS"');
  });
});

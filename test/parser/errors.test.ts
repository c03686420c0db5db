import { describe, expect, test } from 'vitest';
import { TableError } from '../../src/common/errors.ts';
import { parseExpression, parseStatement, parseType } from '../../src/parser/parser.ts';

function failure(parse: () => unknown): TableError {
  try {
    parse();
  } catch (error) {
    if (error instanceof TableError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('syntax errors', () => {
  test('show the line, a caret, what was expected and the nearest keyword', () => {
    const error = failure(() => parseStatement('SELECT a,\n  b\nFRM t'));
    expect(error.name).toBe('SqlParserError');
    expect(error.code).toBe('UNEXPECTED_TOKEN');
    expect(error.span).toEqual({ start: 18, end: 19 });
    expect(error.message).toBe(
      [
        "Unexpected 't'; expected EXCEPT, FETCH, FROM, GROUP, HAVING, INTERSECT, LIMIT, MINUS, OFFSET, ORDER. (line 3, column 5)",
        '  3 │ FRM t',
        '          ^',
        "Did you mean 'FROM'?",
      ].join('\n'),
    );
  });

  test.each([
    ['SELCT 1', "Unexpected 'SELCT'", "Did you mean 'SELECT'?"],
    ['SELECT a FROM t WHRE b = 1', "Unexpected 'b'", "Did you mean 'WHERE'?"],
    ['DROP TABEL t', "Unexpected 'TABEL'", "Did you mean 'TABLE'?"],
    ['SELECT a FROM t GROUP a', "Unexpected 'a'; expected BY.", null],
    ['SELECT (a FROM t', "Unexpected 'FROM'", null],
    ['SELECT a[1 FROM t', "expected ']'.", null],
    ['SELECT a FROM (SELECT 1', "')'", null],
    ['SELECT a = FROM t', 'expression', null],
    ['SELECT a != b', "Unexpected '!='", "Not equal is written '<>'."],
    ['SELECT a == b', "Unexpected '='", "Equal is written '='."],
    ['SELECT a::INT', "Unexpected ':'", 'A cast is written CAST(value AS type).'],
    [
      "SELECT a FROM 'dir/file.csv'",
      "Unexpected ''dir/file.csv''",
      'Names, and paths of files, are quoted with backticks.',
    ],
    [
      'CREATE TABLE t (date DATE)',
      "Unexpected 'date'",
      "'date' is a reserved word: as a name it is written `date`.",
    ],
    ["SELECT INTERVAL '1' DAYZ", 'expected time unit.', null],
    ['', 'Unexpected the end of the text', null],
    [
      'SELECT 1; SELECT 2',
      "Unexpected 'SELECT'; expected the end of the text.",
      'One statement is expected here: executeScript(sql) runs several, one after another.',
    ],
    ['SELECT TRIM(BOTH)', 'expected expression.', null],
    ["SELECT U&'a' UESCAPE 'ab'", 'expected one escape character.', null],
    ['CREATE TABLE t (a BITMAP(1))', "Unexpected '('", null],
    ['CREATE TABLE t (a DECIMAL(1, 2, 3))', "Unexpected ')'", null],
    ['CREATE TABLE t (a VARCHAR(1.5))', 'expected whole number.', null],
  ])('%s', (sql, sentence, hint) => {
    const error = failure(() => parseStatement(sql));
    expect(error.code).toBe('UNEXPECTED_TOKEN');
    expect(error.sentence).toContain(sentence);
    expect(error.hint).toBe(hint);
  });

  test('list at most ten choices', () => {
    const { sentence } = failure(() => parseStatement('x'));
    expect(sentence.split('; expected ')[1]?.split(', ')).toHaveLength(10);
  });

  test.each([
    ['SELECT "a"', 'UNEXPECTED_CHARACTER'],
    ['SELECT \0', 'UNEXPECTED_CHARACTER'],
    ['SELECT a\ud800', 'UNEXPECTED_CHARACTER'],
    ['SELECT 1 # 2', 'UNEXPECTED_CHARACTER'],
    ["SELECT 'a", 'UNTERMINATED'],
    ['SELECT `a', 'UNTERMINATED'],
    ['SELECT /* a', 'UNTERMINATED'],
    ["SELECT U&'\\26'", 'MALFORMED_LITERAL'],
    ["SELECT E'\\u12'", 'MALFORMED_LITERAL'],
    ["SELECT X'123'", 'MALFORMED_LITERAL'],
    ['CREATE TABLE t (a INT, WATERMARK FOR a AS a, WATERMARK FOR b AS b)', 'INVALID_STATEMENT'],
    ['CREATE TABLE t (a, b INT)', 'INVALID_STATEMENT'],
    ['CREATE TABLE t (a)', 'INVALID_STATEMENT'],
    ['CREATE TABLE t (a AS (SELECT 1))', 'INVALID_STATEMENT'],
    ["CREATE SYSTEM FUNCTION f AS 'a'", 'INVALID_STATEMENT'],
    ["CREATE TEMPORARY SYSTEM FUNCTION d.f AS 'a'", 'INVALID_STATEMENT'],
    ['CREATE TEMPORARY CATALOG c', 'INVALID_STATEMENT'],
    ['CREATE OR REPLACE CATALOG c', 'INVALID_STATEMENT'],
    ['DROP TEMPORARY DATABASE d', 'INVALID_STATEMENT'],
    ["ALTER MODEL m COMMENT 'x'", 'INVALID_STATEMENT'],
    ['ALTER DATABASE d RENAME TO e', 'INVALID_STATEMENT'],
  ])('%s gives %s', (sql, code) => {
    const error = failure(() => parseStatement(sql));
    expect(error).toMatchObject({ name: 'SqlParserError', code });
    expect(error.message).toContain('^');
  });

  test('columns declared in INSERT are not implemented', () => {
    expect(failure(() => parseStatement('INSERT INTO t (a INT) SELECT 1')).code).toBe(
      'NOT_IMPLEMENTED',
    );
  });

  test('types and expressions say where they went wrong, too', () => {
    expect(failure(() => parseType('DECIMAL(')).span).toEqual({ start: 8, end: 8 });
    expect(failure(() => parseExpression('1 +')).code).toBe('UNEXPECTED_TOKEN');
  });

  test('a parser that failed parses the next text', () => {
    failure(() => parseStatement(`SELECT ${'('.repeat(1000)}`));
    failure(() => parseStatement('CREATE TABLE t (a AS (SELECT 1))'));
    expect(parseStatement(`SELECT ${'('.repeat(1500)}(SELECT 1)${')'.repeat(1500)}`).kind).toBe(
      'QueryStatement',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { TableError } from '../../src/common/errors.ts';
import { parseType } from '../../src/parser/parser.ts';
import { bindType } from '../../src/planner/bind/types.ts';
import { bind, bindInto, type FixtureOptions } from './fixture.ts';

function errorOf(run: () => unknown): TableError {
  try {
    run();
  } catch (error) {
    if (error instanceof TableError) return error;
    throw error;
  }
  throw new Error('an error is expected');
}

/** `«…»` marks what the error must point at. */
function marked(sql: string): { text: string; span: { start: number; end: number } | null } {
  const start = sql.indexOf('«');
  const end = sql.indexOf('»') - 1;
  const text = sql.replace(/[«»]/g, '');
  return { text, span: start < 0 ? null : { start, end } };
}

const OPTIONS: FixtureOptions = {
  views: { loop: { text: 'SELECT a FROM loop', columns: ['a'] } },
};

const CASES: readonly (readonly [code: string, sql: string, hint?: string])[] = [
  ['COLUMN_NOT_FOUND', 'SELECT id, «prce» * 2 FROM orders', "Did you mean 'price'?"],
  ['COLUMN_NOT_FOUND', 'SELECT «o.prce» FROM orders o', "Did you mean 'price'?"],
  ['COLUMN_NOT_FOUND', 'SELECT «nothing» FROM t, u', 'The columns are: a, b, c, d.'],
  ['COLUMN_NOT_FOUND', 'SELECT «a»'],
  ['COLUMN_NOT_FOUND', 'SELECT 1 FROM t JOIN u USING (d)'],
  ['COLUMN_AMBIGUOUS', 'SELECT «a» FROM t, u', "Write 't.a' or 'u.a'."],
  ['UNKNOWN_QUALIFIER', 'SELECT «custmers.name» FROM customers', "Did you mean 'customers'?"],
  ['UNKNOWN_QUALIFIER', 'SELECT «x.*» FROM t'],
  ['TABLE_NOT_FOUND', 'SELECT * FROM «ordres»', "Did you mean 'orders'?"],
  ['TABLE_NOT_FOUND', 'SELECT * FROM «nowhere.orders»'],
  ['VIEW_RECURSIVE', 'SELECT * FROM loop'],
  ['FUNCTION_NOT_FOUND', 'SELECT «uper»(c) FROM t', "Did you mean 'upper'?"],
  [
    'INVALID_ARGUMENTS',
    'SELECT «a IN (ARRAY[1, 2])» FROM t',
    'For the elements of an array: = ANY (SELECT e FROM UNNEST(…) AS u(e)).',
  ],
  [
    'INVALID_ARGUMENTS',
    "SELECT «a = '1'» FROM t",
    'Strings and numbers are not compared: CAST(… AS INT) makes a number of a string.',
  ],
  ['FUNCTION_NOT_FOUND', 'SELECT «an»(c) FROM t', "Did you mean 'ln'?"],
  ['FUNCTION_NOT_FOUND', 'SELECT * FROM «nosuch»(TABLE t)'],
  [
    'FUNCTION_NOT_FOUND',
    "SELECT * FROM TABLE(«TUMBL»(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY))",
    "Did you mean 'TUMBLE'?",
  ],
  ['NOT_A_TABLE_FUNCTION', 'SELECT * FROM «INITCAP(TABLE t)»'],
  ['INVALID_ARGUMENTS', 'SELECT «c + 1» FROM t'],
  ['INVALID_ARGUMENTS', "SELECT «a = 'x'» FROM t"],
  ['FIELD_NOT_FOUND', 'SELECT «r.x1» FROM nested', "Did you mean 'x'?"],
  ['NOT_A_ROW', 'SELECT «a.x» FROM t'],
  ['INVALID_LITERAL', "SELECT «DATE '2020-13-01'»"],
  ['INVALID_LITERAL', "SELECT «INTERVAL 'x' DAY»"],
  ['INVALID_LITERAL', 'SELECT «123456789012345678901234567890123456789»'],
  ['NO_COMMON_TYPE', "SELECT «CASE WHEN a = 1 THEN 1 ELSE DATE '2020-01-01' END» FROM t"],
  ['NOT_A_CONDITION', 'SELECT a FROM t WHERE «a»'],
  ['NOT_A_CONDITION', 'SELECT a FROM t WHERE a = 1 AND «b»'],
  ['NOT_A_CONDITION', 'SELECT * FROM t JOIN u ON «t.a + u.a»'],
  ['CAST_NOT_SUPPORTED', 'SELECT «CAST(a AS DATE)» FROM t'],
  ['INVALID_TYPE', 'SELECT CAST(a AS «DECIMAL(39, 2)») FROM t'],
  ['PARAMETER_MISSING', 'SELECT a FROM t WHERE a = «?»'],
  ['PARAMETER_MISSING', 'SELECT a FROM t WHERE a = «:name»'],
  ['WRONG_ARGUMENT', 'SELECT SUM(«*») FROM t'],
  ['AGGREGATE_NOT_ALLOWED', 'SELECT a FROM t WHERE «SUM(b)» > 1'],
  ['AGGREGATE_NOT_ALLOWED', 'SELECT a FROM t GROUP BY «SUM(b)»'],
  ['NESTED_AGGREGATE', 'SELECT SUM(«MAX(b)») FROM t'],
  ['NOT_AN_AGGREGATE', 'SELECT «UPPER(DISTINCT c)» FROM t'],
  ['NOT_GROUPED', 'SELECT «b» FROM t GROUP BY a'],
  ['NOT_GROUPED', 'SELECT a, SUM(b) FROM t GROUP BY a ORDER BY «c»'],
  ['NOT_A_GROUP_KEY', 'SELECT GROUPING(«b») FROM t GROUP BY a'],
  ['NOT_GROUPABLE', 'SELECT COUNT(*) FROM nested GROUP BY «m»'],
  ['STAR_IN_GROUPED_QUERY', 'SELECT «*» FROM t GROUP BY a'],
  ['STAR_WITHOUT_COLUMNS', 'SELECT «*»'],
  ['ALIAS_COLUMNS', 'SELECT * FROM t AS x(p, q)'],
  ['ALIAS_COLUMNS', 'WITH x(p, q) AS (SELECT a FROM t) SELECT * FROM x'],
  ['ORDER_BY_POSITION', 'SELECT a FROM t ORDER BY «2»'],
  ['ORDER_BY_NOT_SELECTED', 'SELECT DISTINCT a FROM t ORDER BY b'],
  ['NOT_ORDERED', 'SELECT m FROM nested ORDER BY m'],
  ['LIMIT_NOT_CONSTANT', 'SELECT a FROM t LIMIT «?»'],
  ['SET_COLUMNS', 'SELECT a FROM t UNION SELECT a, d FROM u'],
  ['SET_TYPES', 'SELECT a FROM t UNION SELECT placed FROM orders'],
  ['VALUES_COLUMNS', 'VALUES (1, 2), (3)'],
  ['SUBQUERY_COLUMNS', 'SELECT «(SELECT a, b FROM t)» FROM u'],
  ['SUBQUERY_COLUMNS', 'SELECT a FROM t WHERE «a IN (SELECT a, b FROM t)»'],
  ['WINDOW_NOT_ALLOWED', 'SELECT a FROM t WHERE «RANK() OVER (ORDER BY b)» = 1'],
  ['WINDOW_REQUIRED', 'SELECT «RANK()» FROM t'],
  ['WINDOW_ORDER_REQUIRED', 'SELECT «RANK() OVER ()» FROM t'],
  ['WINDOW_NOT_FOUND', 'SELECT SUM(a) OVER «v» FROM t WINDOW w1 AS (ORDER BY b)'],
  ['WINDOW_OVERRIDE', 'SELECT SUM(a) OVER «(w PARTITION BY c)» FROM t WINDOW w AS (ORDER BY b)'],
  ['WINDOW_FRAME', 'SELECT SUM(a) OVER (ORDER BY b ROWS «b» PRECEDING) FROM t'],
  ['WINDOW_FRAME', "SELECT SUM(a) OVER (ORDER BY b RANGE «INTERVAL '1' DAY» PRECEDING) FROM t"],
  [
    'WINDOW_FRAME',
    'SELECT LAG(a) OVER (ORDER BY b «ROWS 1 PRECEDING») FROM t',
    'Leave the frame out: ROWS or RANGE, in the Table API preceding and following.',
  ],
  ['NESTED_WINDOW', 'SELECT SUM(«RANK() OVER (ORDER BY b)») OVER () FROM t'],
  ['WINDOW_TABLE', "SELECT * FROM TUMBLE(TABLE t, «DESCRIPTOR(a)», INTERVAL '1' HOUR)"],
  ['WINDOW_TABLE', 'SELECT * FROM «TUMBLE(TABLE t, DESCRIPTOR(a))»'],
  [
    'TOO_MANY_GROUPING_SETS',
    `SELECT 1 FROM t GROUP BY CUBE(${Array.from({ length: 13 }, (_, i) => `a + ${i}`).join(', ')})`,
  ],
];

describe('errors of queries', () => {
  for (const [code, sql, hint] of CASES) {
    test(`${code}: ${sql}`, () => {
      const { text, span } = marked(sql);
      const error = errorOf(() => bind(text, OPTIONS));
      expect(error.code).toBe(code);
      if (span !== null) expect(error.span).toEqual(span);
      if (hint !== undefined) expect(error.hint).toBe(hint);
    });
  }

  test('an error in a view shows the text of the view', () => {
    const views = { broken: { text: 'SELECT nix FROM t', columns: ['nix'] } };
    const error = errorOf(() => bind('SELECT * FROM broken', { views }));
    expect(error.code).toBe('COLUMN_NOT_FOUND');
    expect(error.source).toBe('SELECT nix FROM t');
    expect(error.span).toEqual({ start: 7, end: 10 });
  });
});

describe('errors of INSERT', () => {
  test.each([
    ['TABLE_NOT_FOUND', 'INSERT INTO «nowhere» SELECT 1'],
    ['NOT_WRITABLE', 'INSERT INTO «loop» SELECT 1'],
    ['COLUMN_NOT_FOUND', 'INSERT INTO t («x») VALUES (1)'],
    ['DUPLICATE_COLUMN', 'INSERT INTO t (a, «a») VALUES (1, 2)'],
    ['INSERT_COLUMNS', 'INSERT INTO t SELECT 1, 2'],
    ['INSERT_TYPES', "INSERT INTO t SELECT TRUE, 2, 'x'"],
    ['INSERT_NOT_NULL', 'INSERT INTO u (a) VALUES (1)'],
  ])('%s: %s', (code, sql) => {
    const { text, span } = marked(sql);
    const error = errorOf(() => bindInto(text, OPTIONS));
    expect(error.code).toBe(code);
    if (span !== null) expect(error.span).toEqual(span);
  });

  test('shows both schemas', () => {
    const error = errorOf(() => bindInto('INSERT INTO t SELECT 1, 2'));
    expect(error.sentence).toContain('Query schema: [EXPR$0: INT NOT NULL, EXPR$1: INT NOT NULL]');
    expect(error.sentence).toContain('Sink schema: [a: INT, b: INT, c: STRING]');
  });
});

describe('errors of types', () => {
  test.each([
    ['TEXT', 'STRING'],
    ['INTEGR', 'INTEGER'],
    ['BIGNIT', 'BIGINT'],
  ])('%s has a hint', (text, meant) => {
    expect(errorOf(() => bindType(parseType(text))).hint).toBe(`Did you mean '${meant}'?`);
  });

  test.each([
    ['DECIMAL(39)', "Invalid type 'DECIMAL(39)': the precision must be from 1 to 38."],
    ['DECIMAL(5, 6)', "Invalid type 'DECIMAL(5, 6)': the scale must be from 0 to 5."],
    ['CHAR(0)', "Invalid type 'CHAR(0)': the length must be from 1 to 2147483647."],
    ['TIMESTAMP(10)', "Invalid type 'TIMESTAMP(10)': the precision must be from 0 to 9."],
    ['ROW<a INT, a INT>', "Invalid type 'ROW': the field 'a' occurs twice."],
  ])('%s', (text, sentence) => {
    expect(errorOf(() => bindType(parseType(text))).sentence).toBe(sentence);
  });
});

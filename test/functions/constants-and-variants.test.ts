import { describe, expect, test } from 'vitest';
import { evaluateQuery } from './reference.ts';

function evaluate(expression: string, from = ''): unknown {
  return evaluateQuery(`SELECT ${expression}${from}`).rows[0]?.[0];
}

describe('division by zero', () => {
  test('of approximate constants is an error, of columns it is infinite', () => {
    expect(() => evaluate('1e0 / 0e0')).toThrow(
      expect.objectContaining({ code: 'DIVISION_BY_ZERO' }),
    );
    expect(evaluate('1e0 / 2e0')).toBe(0.5);
    expect(evaluate('1e0 / a', ' FROM (VALUES (0e0)) AS t(a)')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('bytes that are no text', () => {
  test('cannot be cast to a string', () => {
    expect(() => evaluate("CAST(X'80' AS STRING)")).toThrow(
      expect.objectContaining({ code: 'CAST_FAILED' }),
    );
    expect(evaluate("TRY_CAST(X'80' AS STRING)")).toBeNull();
    expect(evaluate("CAST(X'C3A9' AS STRING)")).toBe('é');
  });
});

describe('JSON(…)', () => {
  test('stands inside of JSON only', () => {
    for (const wrong of ["JSON('{}')", "JSON_OBJECT(KEY JSON('{}') VALUE 1)"]) {
      expect(() => evaluate(wrong)).toThrow(
        expect.objectContaining({ name: 'ValidationError', code: 'INVALID_FUNCTION_ARGUMENT' }),
      );
    }
    expect(evaluate("JSON_STRING(JSON_OBJECT(KEY 'k' VALUE 'v'))")).toBe('{"k":"v"}');
  });
});

describe('variants', () => {
  test('are asked for keys of objects and positions of arrays', () => {
    expect(evaluate("PARSE_JSON('[1, 2]')[2]")).toBe(2n);
    expect(evaluate("PARSE_JSON('[1, 2]')[3]")).toBeNull();
    expect(evaluate(`PARSE_JSON('{"a": {"b": 0.5}}')['a']['b']`)).toBe(0.5);
    expect(evaluate("PARSE_JSON('{}')['a']")).toBeNull();
    for (const wrong of ["PARSE_JSON('{}')[1]", "PARSE_JSON('[]')['a']", "PARSE_JSON('1')[1]"]) {
      expect(() => evaluate(wrong)).toThrow(
        expect.objectContaining({ code: 'INVALID_FUNCTION_ARGUMENT' }),
      );
    }
  });
});

describe('regular expressions of a query', () => {
  test('that may hang are refused when the query is bound', () => {
    expect(() => evaluate("REGEXP_COUNT('a', '(a+)+\\1$')")).toThrow(
      expect.objectContaining({ name: 'ValidationError', code: 'UNSAFE_PATTERN' }),
    );
    expect(evaluate("REGEXP_COUNT(REPEAT('a', 10000) || '!', '(a+)+$')")).toBe(0);
  });
});

describe('objects', () => {
  test('are updated by the names of their fields', () => {
    expect(evaluate("OBJECT_UPDATE(OBJECT_OF('U', 'a', 1, 'b', 'x'), 'b', 2.5)")).toEqual([1, 25n]);
    expect(() => evaluate("OBJECT_UPDATE(OBJECT_OF('U', 'a', 1), 'c', 2)")).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENTS' }),
    );
  });
});

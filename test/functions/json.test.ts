import { describe, expect, test } from 'vitest';
import { jsonPath, readPath } from '../../src/functions/json/json-path.ts';
import { rawJson } from '../../src/functions/json/to-json.ts';
import { parseJson, writeJson } from '../../src/types/json-value.ts';

/** What a path finds in a text, as JSON; undefined when nothing, null when the path is wrong. */
function read(json: string, path: string): string | null | undefined {
  const { steps } = jsonPath(path);
  const root = parseJson(json);
  if (steps === null || root === undefined) return null;
  const found = readPath(root, steps);
  return found === undefined ? undefined : writeJson(found);
}

const STORE = '{"a": {"b": [1, 2.50, "x"], "c d": true}, "list": [{"n": 1}, {"n": 5}]}';

describe('JSON paths', () => {
  test.each([
    ['$', '{"a":{"b":[1,2.5,"x"],"c d":true},"list":[{"n":1},{"n":5}]}'],
    ['lax $.a.b[0]', '1'],
    ["$['a']['c d']", 'true'],
    ['$.a.b[*]', '[1,2.5,"x"]'],
    ['$.a.b[0,2]', '[1,"x"]'],
    ['$.a.b[1:]', '[2.5,"x"]'],
    ['$..n', '[1,5]'],
    ['$.list[?(@.n > 3)]', '[{"n":5}]'],
    ['$.list[-1].n', '5'],
  ])('%s', (path, found) => {
    expect(read(STORE, path)).toBe(found);
  });

  test('what is not there, and what is no path', () => {
    expect(read(STORE, '$.x.y')).toBeUndefined();
    expect(read(STORE, 'a.b')).toBeNull();
    expect(read(STORE, '$.a[')).toBeNull();
  });
});

describe('JSON texts', () => {
  test.each(['', '{', '[1,]', '{"a" 1}', '01', '"\t"', 'nul', '[1] 2'])(
    '%j is malformed',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );

  test('nesting has a limit', () => {
    expect(parseJson('['.repeat(100_000))).toBeUndefined();
  });

  test('keys may be anything and are sorted when written', () => {
    expect(rawJson('{"__proto__": 1, "10": 2, "1": [ ]}')).toBe('{"1":[],"10":2,"__proto__":1}');
    expect(() => rawJson('{')).toThrow(
      expect.objectContaining({ code: 'INVALID_FUNCTION_ARGUMENT' }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { TableError } from '../../src/common/errors.ts';
import { csv } from '../../src/formats/csv/csv.ts';
import type { FormatDefinition } from '../../src/formats/format.ts';
import { json } from '../../src/formats/json/json.ts';
import { array, decimal, INT, multiset, STRING } from '../../src/types/types.ts';
import { type ReadOptions, readText, schema } from '../formats/support.ts';

/** The rows, or the code of a TableError that names the file. */
function outcome(format: FormatDefinition, text: string | Uint8Array, read: ReadOptions = {}) {
  try {
    return readText(format, text, read).rows;
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    expect(error.message).toContain('data.');
    return error.code;
  }
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('csv', () => {
  test('files without rows have no columns to infer', () => {
    for (const text of ['', '\ufeff', '\n\n\r\n']) expect(outcome(csv, text)).toBe('BAD_FILE');
    const table = schema({ a: INT });
    for (const text of ['', '\ufeff', '\n\n\r\n'])
      expect(outcome(csv, text, { table })).toEqual([]);
  });

  test.each([
    ['a quote that is never closed', 'a,b\n"x,1\ny,2\n', 'BAD_ROW'],
    ['text behind a quote', 'a,b\n"x"y,2\n', 'BAD_ROW'],
    ['a field too many', 'a,b\n1,2\n1,2,3\n', 'BAD_ROW'],
    ['a NUL', 'a,b\n\0,\0\n', [['\0', '\0']]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [[1n, 2n]]],
    [
      'both kinds of line ends',
      'a,b\r\n1,2\n3,4\r\n',
      [
        [1n, 2n],
        [3n, 4n],
      ],
    ],
    ['ill-formed UTF-8', Uint8Array.of(0x61, 10, 0xc3, 10), [['\ufffd']]],
    [
      'names twice, names of the prototype',
      'a,a,__proto__,constructor\n1,2,3,4\n',
      [[1n, 2n, 3n, 4n]],
    ],
  ])('%s', (_, text, expected) => {
    expect(outcome(csv, text)).toEqual(expected);
  });

  test('rows of another number of fields have a hint of the options for it', () => {
    const hintOf = (text: string, read: ReadOptions = {}) => {
      try {
        return String(readText(csv, text, read).rows);
      } catch (error) {
        return (error as TableError).hint;
      }
    };
    expect(hintOf('a,b\n1,2\n1,2,3\n')).toContain('csv.ignore-trailing-unmappable');
    expect(hintOf('a;b\n1;2\n3;4,5\n')).toContain('csv.field-delimiter');
    expect(hintOf('1;2\n3;4\n', { table: schema({ a: INT, b: INT }) })).toContain(
      'csv.field-delimiter',
    );
  });

  test('cut at each byte', () => {
    const text = 'id,"te""xt",n\r\n1,"a\nb, ""c""",1.5\n2,é🦆,\n"3","",-1e3\n';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) outcome(csv, bytes.subarray(0, at));
    expect(outcome(csv, bytes)).toHaveLength(3);
  });

  test('a line of 30 MB, a header of a million names, a first row without an end', () => {
    expect(outcome(csv, `a\n${'x'.repeat(30e6)}`)).toEqual([['x'.repeat(30e6)]]);
    expect(outcome(csv, `${'x,'.repeat(1e6)}y\n1\n`)).toBe('BAD_FILE');
    // Nothing of it may be passed over in silence.
    expect(outcome(csv, `"${'x\n'.repeat(10e6)}`, { table: schema({ a: STRING }) })).toBe(
      'BAD_ROW',
    );
  });
});

describe('json', () => {
  test.each([
    ['nothing', '', []],
    ['a text that is cut', '{"a":1', 'BAD_ROW'],
    ['an array that is cut', '[{"a":1},', 'BAD_FILE'],
    ['text behind an array', '[{"a":1}] x', 'BAD_FILE'],
    ['scalars', '1\n"x"\n', 'BAD_ROW'],
    ['no JSON', '{"a":NaN}', 'BAD_ROW'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'BAD_ROW'],
    ['a byte order mark', '\ufeff{"a":1}', [[1n]]],
    ['a key twice', '{"a":1,"a":"x"}', [['x']]],
    ['names of the prototype', '{"__proto__":{"x":1},"constructor":2}', [[[1n], 2n]]],
    ['half of a surrogate pair', '{"a":"\\ud800"}', [['\ufffd']]],
    ['a control character', '{"a":"\0"}', 'BAD_ROW'],
    ['kinds that do not go together', '{"a":1}\n{"a":[1]}\n', [['1'], ['[1]']]],
  ])('%s', (_, text, expected) => {
    expect(outcome(json, text)).toEqual(expected);
    expect({}).not.toHaveProperty('x');
  });

  test('deep nesting is read, or an error of its line', () => {
    expect(outcome(json, nested(100_000))).toBe('BAD_ROW');
    for (const depth of [100, 3000, 100_000, 1_000_000]) {
      const text = `{"a":${nested(depth)}}`;
      const found = [
        outcome(json, text),
        ...[INT, STRING, array(STRING)].map((type) =>
          outcome(json, text, { table: schema({ a: type }) }),
        ),
      ];
      expect(outcome(json, text, { table: schema({ b: INT }) })).toEqual([[null]]);
      for (const each of found)
        expect(Array.isArray(each) || String(each).startsWith('BAD_')).toBe(true);
    }
    expect(outcome(json, `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`)).toHaveLength(1);
    expect(outcome(json, `{"a":${nested(100_000)},"b":12345678901234567890}`)).toBe('BAD_ROW');
  });

  test('huge numbers', () => {
    const table = schema({ a: decimal(38, 2) });
    for (const number of ['1e999999999', '1'.repeat(100_000), '-1E400']) {
      expect(outcome(json, `{"a":${number}}`, { table })).toBe('BAD_FIELD');
    }
    expect(outcome(json, '{"a":1e999}')).toEqual([[Number.POSITIVE_INFINITY]]);
  });

  test('counts of a multiset are counts', () => {
    const table = schema({ m: multiset(STRING) });
    expect(outcome(json, '{"m":{"x":2}}', { table })).toEqual([[new Map([['x', 2]])]]);
    for (const count of ['"q"', '-1', '1.5', '{}', '3000000000']) {
      expect(outcome(json, `{"m":{"x":${count}}}`, { table })).toBe('BAD_FIELD');
    }
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPattern } from '../../src/functions/check-pattern.ts';
import { datePattern } from '../../src/functions/date-pattern.ts';
import { compileLike, likeEscape } from '../../src/functions/like-pattern.ts';
import { javaRegex } from '../../src/functions/regex/java-syntax.ts';
import { compileSimilar } from '../../src/functions/similar-pattern.ts';

describe('LIKE', () => {
  test('matches as the regular expression of the same meaning', () => {
    const piece = fc.constantFrom('a', 'b', '%', '_', '🦆');
    const pattern = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));
    const value = fc.array(fc.constantFrom('a', 'b', '🦆'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, value, (text, characters) => {
        const source = text.replaceAll('%', '.*').replaceAll('_', '.');
        const expected = new RegExp(`^(?:${source})$`, 'su').test(characters.join(''));
        expect(compileLike(text, null)(characters.join(''))).toBe(expected);
      }),
    );
  });

  test('hostile patterns take no exponential time', () => {
    const match = compileLike(`${'%a'.repeat(30)}%b`, null);
    expect(match('a'.repeat(5000))).toBe(false);
  });

  test('an escape stands before a wildcard or itself', () => {
    expect(compileLike('a!%!!', '!')('a%!')).toBe(true);
    expect(likeEscape('')).toBeNull();
    for (const bad of [() => compileLike('a!b', '!'), () => likeEscape('ab')]) {
      expect(bad).toThrow(expect.objectContaining({ code: 'INVALID_PATTERN' }));
    }
  });

  test('a literal pattern that is wrong is the fault of the query', () => {
    expect(() => checkPattern(() => compileLike('x!', '!'))).toThrow(
      expect.objectContaining({ name: 'ValidationError', code: 'INVALID_PATTERN' }),
    );
  });
});

describe('SIMILAR TO', () => {
  test.each([
    ['This (is)? a (test)+ Strin_*', 'This is a test String.', true],
    ['[a-c]+', 'abc', true],
    ['[^a-c]+', 'xbz', false],
    ['[[:DIGIT:]]{2}', '42', true],
    ['a.c', 'abc', false],
    ['a%', 'a\nb', true],
  ])('%s and %j', (pattern, value, matches) => {
    expect(compileSimilar(pattern, null)(value)).toBe(matches);
  });

  test('a malformed pattern is an error', () => {
    expect(() => compileSimilar('(', null)).toThrow(
      expect.objectContaining({ code: 'INVALID_PATTERN' }),
    );
  });
});

describe("Java's regular expressions", () => {
  test.each([
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['(?i)ABC', 'xabcx', true],
    ['\\p{Alpha}+\\d', 'ab1', true],
    ['[\\p{Upper}_-]', '-', true],
    ['a++b', 'aaab', true],
    ['[a-z&&[^b]]', 'b', false],
    ['^\\Aab\\z', 'ab', true],
    ['x{2,3}', 'xxx', true],
    ['{', '{', true],
    ['a\\-b', 'a-b', true],
    ['(?<year>\\d{4})-\\k<year>', '2024-2024', true],
  ])('%s in %s', (pattern, value, matches) => {
    const regex = javaRegex(pattern);
    expect(regex === null ? null : regex.test(value)).toBe(matches);
  });

  test.each(['(', '[', 'a{2,1}', '\\', '\\i'])('%s is malformed', (pattern) => {
    expect(javaRegex(pattern)).toBeNull();
  });
});

describe('date patterns', () => {
  test('formats as it parses', () => {
    const pattern = datePattern('yyyy-MM-dd HH:mm:ss.SSSSSSSSS');
    const nanos = fc.bigInt({ min: -62135596800000000000n, max: 253402300799999999999n });
    fc.assert(
      fc.property(nanos, (value) => {
        expect(pattern.parse(pattern.format(value))?.nanos).toBe(value);
      }),
    );
  });

  test.each([
    ['EEEE, d MMMM yyyy', 'Thursday, 1 January 1970'],
    ["yy/M/d h 'o''clock' a", "70/1/1 12 o'clock AM"],
    ['DDD w Q', '001 1 1'],
    ['HHmmss.SSS XXX', '000000.000 Z'],
  ])('%s', (pattern, text) => {
    expect(datePattern(pattern).format(0n)).toBe(text);
  });

  test('a text that does not fit is none', () => {
    expect(datePattern('yyyy-MM-dd').parse('2024-13-01')).toBeNull();
    expect(datePattern('yyyy-MM-dd').parse('2024-1-01')).toBeNull();
    expect(datePattern('yyyy-MM-dd X').parse('2024-01-01 +02:30')?.offsetSeconds).toBe(9000);
  });

  test('unknown letters are an error', () => {
    expect(() => datePattern('rrrr')).toThrow(expect.objectContaining({ code: 'INVALID_PATTERN' }));
  });
});

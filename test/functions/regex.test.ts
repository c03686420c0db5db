import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backtrackingDegree } from '../../src/functions/regex/ambiguity.ts';
import { GuardedRegex } from '../../src/functions/regex/guarded-regex.ts';
import { javaRegex } from '../../src/functions/regex/java-syntax.ts';
import { compileSimilar } from '../../src/functions/similar-pattern.ts';

describe('the degree of backtracking', () => {
  test.each([
    ['abc', 1],
    ['a|b', 1],
    ['\\d+', 1],
    ['[a-z]{3}-\\d{2,4}', 1],
    ['^\\d+-\\d+$', 1],
    ['^(?:[a-z]+\\.)+com$', 1],
    ['(?:https?:\\/\\/)?(?:www\\.)?x', 1],
    ['\\s+$', 2],
    ['(\\d+)-(\\d+)', 2],
    ['foo(.*?)(bar)', 2],
    ['^.*,.*$', 2],
    ['.*,.*$', 3],
    ['^.*,.*,.*$', 3],
    ['(a+)+$', Infinity],
    ['^(a+)+$', Infinity],
    ['^(a|aa)+$', Infinity],
    ['^(a|a)*b', Infinity],
    ['^(a|b|ab)*c', Infinity],
    ['^(a*)*b', Infinity],
    ['^((a{1,100}){1,100}){1,100}b', Infinity],
    ['^(\\w|\\d)+!', Infinity],
    ['^([a-c]|[^b-z])+!', Infinity],
    [`^${'(a|a)'.repeat(30)}b`, Infinity],
    [`^${'a?'.repeat(30)}${'a'.repeat(30)}$`, 30],
  ])('of %s is %d', (source, degree) => {
    expect(backtrackingDegree(source, 'gu')).toBe(degree);
  });

  test('sees letters that are equal without regard to case', () => {
    expect(backtrackingDegree('^(a|A)+!', 'gu')).toBe(1);
    expect(backtrackingDegree('^(a|A)+!', 'gui')).toBe(Infinity);
  });

  test('an expression that is too large counts as exponential', () => {
    expect(backtrackingDegree(`^(?:${'(?:ab*c)'.repeat(100)})+$`, 'gu')).toBe(Infinity);
  });
});

describe('hostile expressions end soon', () => {
  const text = `${'a'.repeat(10_000)}!`;
  const blanks = `x${' '.repeat(100_000)}x`;
  test.each([
    ['(a+)+$', text],
    ['(a|aa)+$', text],
    ['^(a|a?)+$', text],
    ['((a{1,9}){1,9}){1,9}b', text],
    ['(.*a){12}b', text],
    ['(?i)(A|a)*b', text],
    ['\\s+$', blanks],
    ['^(.*?),(.*?),(.*?)$', text],
  ])('%s', (pattern, value) => {
    expect(javaRegex(pattern)?.exec(value)).toBeNull();
  });

  test('of SIMILAR TO', () => {
    expect(compileSimilar('(a|aa)+', null)(text)).toBe(false);
    expect(compileSimilar('(a+)+', null)('a'.repeat(10_000))).toBe(true);
    expect(compileSimilar(`${'%a'.repeat(20)}%b`, null)(text)).toBe(false);
  });

  test('or are refused when no engine is linear', () => {
    for (const pattern of ['(a+)+\\1$', '(?=x)(a+)+$', '([a-z&&[^b]]+)+$']) {
      expect(() => javaRegex(pattern)).toThrow(expect.objectContaining({ code: 'UNSAFE_PATTERN' }));
    }
    // Quadratic: only texts that would take long are refused.
    const quadratic = javaRegex('(?=a)a+(?!a)b');
    expect(quadratic?.exec('aaab')?.[0]).toBe('aaab');
    expect(() => quadratic?.exec('a'.repeat(1_000_000))).toThrow(
      expect.objectContaining({ code: 'UNSAFE_PATTERN' }),
    );
  });
});

describe('both engines', () => {
  /** Expressions whose groups never repeat: there the two number the same texts. */
  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\s',
    '(a|b)',
    '(ab)',
    'é',
    '\\.',
  );
  const piece = fc
    .tuple(atom, fc.constantFrom('', '', '?', '*', '+', '*?', '{1,2}'))
    .map(([what, times]) => (what.startsWith('(') ? what : what + times));
  const pattern = fc
    .tuple(
      fc.constantFrom('', '^'),
      fc.array(piece, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', '$'),
    )
    .map(([start, pieces, end]) => start + pieces.join('') + end);
  const value = fc
    .array(fc.constantFrom('a', 'b', '1', ' ', '.', 'é', '🦆', '\n'), { maxLength: 12 })
    .map((characters) => characters.join(''));

  test('find the same matches', () => {
    fc.assert(
      fc.property(pattern, value, (source, text) => {
        const regexp = new RegExp(source, 'gu');
        const expected = [...text.matchAll(regexp)].map((match) => [match.index, ...match]);
        // A doubled loop that never matters sends every text to the linear engine.
        const linear = new GuardedRegex(source, new RegExp(`${source}|(?:z+)+Z$`, 'gu'));
        const found = [...linear.matches(text)].map((match) => [match.index, ...match]);
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("Java's syntax", () => {
  test.each([
    ['\\s', '\u00a0', false],
    ['\\S', '\u00a0', true],
    ['[\\s]', '\t', true],
    ['a.b', 'a\u0085b', false],
    ['(?s)a.b', 'a\nb', true],
    ['(?x) a b # comment', 'ab', true],
    ['\\h', '\u3000', true],
    ['a\\Q.*\\E', 'a.*', true],
  ])('%s on %j', (pattern, text, matches) => {
    expect(javaRegex(pattern)?.test(text)).toBe(matches);
  });

  test('split keeps empty parts between delimiters', () => {
    expect(javaRegex(',')?.split('a,,b')).toEqual(['a', '', 'b']);
    expect(javaRegex(',')?.split('')).toEqual(['']);
  });
});

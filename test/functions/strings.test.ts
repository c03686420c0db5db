import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareStrings } from '../../src/functions/compare.ts';
import { JavaRandom } from '../../src/functions/java-random.ts';
import {
  checkLength,
  countCharacters,
  indexOfCharacters,
  sliceCharacters,
  substring,
} from '../../src/functions/text.ts';
import { utf8Replaced, utf8Valid } from '../../src/functions/utf8.ts';

const anyText = fc.string({ unit: 'binary' });

describe('characters are code points', () => {
  test('counting, cutting and finding agree with lists of characters', () => {
    fc.assert(
      fc.property(anyText, fc.nat(8), fc.nat(8), (text, a, b) => {
        const characters = [...text];
        expect(countCharacters(text)).toBe(characters.length);
        expect(sliceCharacters(text, a, b)).toBe(characters.slice(a, b).join(''));
        const part = characters.slice(a, a + 1).join('');
        expect(indexOfCharacters(text, part)).toBe(part === '' ? 0 : characters.indexOf(part));
      }),
    );
  });

  test('strings are ordered by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareStrings(a, b))).toBe(expected);
      }),
    );
  });

  test('positions count from 1, or from the end', () => {
    expect(substring('hello', -10, 3)).toBe('');
    expect(substring('a🦆b', 2, 1)).toBe('🦆');
    expect(substring('', 1, -1)).toBeNull();
  });

  test('a result that no string can hold is an error', () => {
    expect(() => checkLength(2 ** 31, 'REPEAT')).toThrow(
      expect.objectContaining({ code: 'INVALID_FUNCTION_ARGUMENT' }),
    );
  });
});

describe('UTF-8', () => {
  test('malformed bytes are replaced as Java replaces them', () => {
    expect(utf8Replaced(new Uint8Array([0x41, 0x80, 0x42]))).toBe('A\ufffdB');
    expect(utf8Replaced(new Uint8Array([0xed, 0xa0, 0x80]))).toBe('\ufffd');
    expect(utf8Valid(new Uint8Array([0xc0, 0xaf]))).toBe(false);
    expect(utf8Valid(new Uint8Array([0xf0, 0x9f, 0x98, 0x80]))).toBe(true);
  });
});

describe("Java's random numbers", () => {
  test('are the same for the same seed', () => {
    expect(new JavaRandom(3n).nextDouble()).toBe(0.731057369148862);
    const random = new JavaRandom(42n);
    expect([10, 10, 10, 10].map((bound) => random.nextInt(bound))).toEqual([0, 3, 8, 4]);
  });
});

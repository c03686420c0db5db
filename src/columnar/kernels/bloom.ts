import type { Region } from '../arena/region.ts';
import { addressOf, kernelsFor } from './library.ts';
import type { PlainValues } from './plain-values.ts';

/** A Bloom filter as plain data. */
export interface Bloom {
  /** Where its words lie. */
  readonly words: number;
  /** How many words there are, less one: a power of two. */
  readonly mask: number;
}

/** Rows whose keys are looked at. */
export interface BloomRows {
  readonly keys: PlainValues;
  /** Bytes of a key. */
  readonly width: number;
  /** The rows that count; null: all. */
  readonly selection: Int32Array | null;
  readonly count: number;
}

const WORD_BYTES = 8;
/** Keys of a word at the most: sixteen bits a key. */
const WORD_KEYS = 4;
const WORDS_MIN = 64;

/** The filter of `count` keys of 8 bytes each, in memory of `region`. Errors: MEMORY_LIMIT. */
export function bloomOf(keys: number, count: number, region: Region): Bloom {
  let size = WORDS_MIN;
  while (size * WORD_KEYS < count) size *= 2;
  const words = region.alloc(size * WORD_BYTES);
  region.clear(words, size * WORD_BYTES);
  kernelsFor(region.arena).enterBloom(words, size - 1, keys, count);
  return { words, mask: size - 1 };
}

/**
 * Writes the rows whose key may be there to `rows`, and their positions among those that count to
 * `positions` (null: not); returns how many they are. Both have room for all rows.
 */
export function filterByBloom(
  { words, mask }: Bloom,
  { keys, width, selection, count }: BloomRows,
  rows: Int32Array,
  positions: Int32Array | null,
  { arena }: Region,
): number {
  const [validity, at] = [keys.validity, addressOf(selection)];
  const [toRows, toPositions] = [rows.byteOffset, addressOf(positions)];
  return kernelsFor(arena).filterBloom(
    ...[words, mask, keys.values, width, validity, at, count, toRows, toPositions],
  );
}

import { allocInt32 } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import type { BinaryColumn, Column } from '../column.ts';
import { decodeDictionary } from '../concat.ts';
import { addressOf, kernelsFor } from './library.ts';
import { formsOf, type SortKey } from './sort.ts';

/** The bits of a word. */
const WORD_BITS = 64;
/** Bytes of a string's text that a word has room for, beside the byte that says what is left. */
const TEXT_MAX = 7;
/** The lowest byte of no word: of values that are never cut. */
const NEVER_CUT = -1;

/** What `foldWords` does with a NULL. */
const NULLS_BEFORE = 0;
const NULLS_BEHIND = 1;
const NULLS_FIRST = 2;
const NULLS_LAST = 3;

/** Where the words of a key's values come from. */
type WordSource =
  | { readonly kind: 'value'; readonly form: number }
  /** `prefix`: the address of the bytes that the strings of the sample begin with. */
  | {
      readonly kind: 'string';
      readonly prefix: number;
      readonly prefixLength: number;
      readonly text: number;
    };

/** The bits of the word that are of one key, or of one half of a long one. */
interface WordField {
  /** Number of the key. */
  readonly key: number;
  readonly descending: boolean;
  readonly source: WordSource;
  /** The address of the least and the greatest word that were seen. */
  readonly bounds: number;
  readonly down: number;
  readonly up: number;
  readonly base: number;
  readonly nulls: number;
  readonly cut: number;
}

/**
 * How rows become words: unsigned numbers of 64 bits that are in the order of the keys. Two rows
 * with the same word may still differ. Plain data; addresses are of the arena.
 */
export interface SortWords {
  readonly fields: readonly WordField[];
  /** Keys of which every bit has its place; the next one at least has not. */
  readonly wholeKeys: number;
}

/** A field under construction: its place is known once those before it have theirs. */
type FieldSource = Pick<WordField, 'key' | 'descending' | 'source'> & {
  readonly nullsFirst: boolean;
  /** Whether it is the rest of a value whose first half says whether it is NULL. */
  readonly isRest: boolean;
};

/**
 * Plans words for rows like those of a sample, of columns without dictionaries: each key gets as
 * many bits as the sample's values need, as long as there are bits left. `sample` are the columns of
 * the keys, in their order. Null for keys that have no words. The plan uses memory of `region`.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function planSortWords(
  sample: readonly Column[],
  keys: readonly SortKey[],
  rows: number,
  region: Region,
): SortWords | null {
  const sources = keys.map((key, i) => sourcesOf(sample[i]!, key, i, region));
  if (sources.some((source) => source === null)) return null;
  const fields: WordField[] = [];
  let left = WORD_BITS;
  let wholeKeys = keys.length;
  for (const source of sources.flatMap((some) => some ?? [])) {
    const field = left === 0 ? null : planField(source, sample[source.key]!, rows, left, region);
    if (field !== null) fields.push(field);
    if (field === null || field.down > 0) {
      wholeKeys = source.key;
      break;
    }
    left = field.up;
  }
  return { fields, wholeKeys };
}

/**
 * Writes the words of `rows` rows to `words`; `columns` are those of the keys. Returns how many rows the plan did not
 * expect: their word does not tell them from some other rows. Errors: ResourceError MEMORY_LIMIT.
 */
export function writeSortWords(
  { fields }: SortWords,
  columns: readonly Column[],
  rows: number,
  words: number,
  region: Region,
): number {
  const kernels = kernelsFor(region.arena);
  using scratch = region.child();
  const keys = scratch.alloc(rows * 8);
  const order = allocInt32(scratch, rows);
  kernels.iota(rows, order.byteOffset);
  if (fields.length === 0) region.clear(words, rows * 8);
  let others = 0;
  for (const [i, field] of fields.toReversed().entries()) {
    const column = columns[field.key]!;
    if (column.layout === 'null') {
      const validity = scratch.alloc(Math.ceil(rows / 8));
      scratch.clear(validity, Math.ceil(rows / 8));
      others += fold(field, keys, rows, validity, i === 0, words, scratch);
      continue;
    }
    const plain = decodeDictionary(column, scratch);
    writeKeys(field, plain, order, keys, scratch);
    const validity = plain.nullCount === 0 ? 0 : addressOf(plain.validity);
    others += fold(field, keys, rows, validity, i === 0, words, scratch);
  }
  return others;
}

function fold(
  { bounds, down, up, base, nulls, cut }: WordField,
  keys: number,
  rows: number,
  validity: number,
  isFirst: boolean,
  words: number,
  { arena }: Region,
): number {
  return kernelsFor(arena).foldWords(
    ...[keys, rows, validity, bounds, down, up, base, nulls, cut, isFirst ? 1 : 0, words],
  );
}

/** Writes the words of one key's values, whatever lies under the NULLs. */
function writeKeys(
  { source, descending }: Pick<WordField, 'source' | 'descending'>,
  column: Column,
  order: Int32Array,
  keys: number,
  { arena }: Region,
): void {
  const kernels = kernelsFor(arena);
  const down = descending ? 1 : 0;
  const rows = order.length;
  if (source.kind === 'value') {
    const values = addressOf(
      column.layout === 'bool' ? column.bits : column.layout === 'fixed' ? column.values : null,
    );
    kernels.sortWords(values, source.form, 0, order.byteOffset, rows, down, keys, 0);
  } else if (column.layout === 'binary') {
    const { prefix, prefixLength, text } = source;
    const offsets = column.offsets.byteOffset;
    const bytes = column.bytes.byteOffset;
    kernels.stringWords(...[offsets, bytes, prefix, prefixLength, text, rows, down, keys]);
  }
}

/** The fields of a key, from the most significant; null: values of its type have no words. */
function sourcesOf(
  column: Column,
  { descending, nullsFirst }: SortKey,
  key: number,
  region: Region,
): readonly FieldSource[] | null {
  const common = { key, descending, nullsFirst };
  switch (column.layout) {
    case 'null':
      return [];
    case 'bool':
    case 'fixed':
      return formsOf(column)
        .toReversed()
        .map((form, i) => ({ ...common, source: { kind: 'value', form }, isRest: i > 0 }));
    case 'binary':
      return [{ ...common, source: stringSource(column, region), isRest: false }];
    default:
      return null;
  }
}

/** What the strings of a sample have in common, and how long they are behind that. */
function stringSource(column: BinaryColumn, region: Region): WordSource {
  const { offsets, bytes, length } = column;
  let prefix: Uint8Array | null = null;
  let longest = 0;
  for (let row = 0; row < length; row++) {
    if (column.nullCount > 0 && column.get(row) === null) continue;
    const text = bytes.subarray(offsets[row]!, offsets[row + 1]!);
    longest = Math.max(longest, text.length);
    prefix = prefix === null ? text : prefix.subarray(0, sharedBytes(prefix, text));
  }
  const prefixLength = prefix?.length ?? 0;
  const address = region.alloc(prefixLength);
  if (prefix !== null) region.bytes(address, prefixLength).set(prefix);
  const text = Math.min(TEXT_MAX, longest - prefixLength);
  return { kind: 'string', prefix: address, prefixLength, text };
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}

/** Gives a field its place in the `left` lowest bits of the word; null where they are too few. */
function planField(
  { key, descending, source, nullsFirst, isRest }: FieldSource,
  sample: Column,
  rows: number,
  left: number,
  region: Region,
): WordField | null {
  using scratch = region.child();
  const keys = scratch.alloc(rows * 8);
  const order = allocInt32(scratch, rows);
  const kernels = kernelsFor(region.arena);
  kernels.iota(rows, order.byteOffset);
  writeKeys({ source, descending }, sample, order, keys, scratch);
  const address = region.alloc(16);
  const validity = sample.nullCount === 0 ? 0 : addressOf(sample.validity);
  const nullCount = kernels.wordBounds(keys, rows, validity, address);
  const bounds = new BigUint64Array(region.arena.buffer, address, 2);
  if (nullCount === rows) bounds.fill(0n);
  const span = bounds[1]! - bounds[0]!;
  const hasNulls = nullCount > 0 && !isRest;
  const values = hasNulls ? 1n : 0n;
  let down = 0;
  while (bitsOf((span >> BigInt(down)) + values) > left) down++;
  if (down >= WORD_BITS) return null;
  const base = hasNulls && nullsFirst ? 1 : 0;
  const up = left - bitsOf((span >> BigInt(down)) + values);
  const longer = source.kind === 'string' ? source.text + 2 : NEVER_CUT;
  return {
    key,
    descending,
    source,
    bounds: address,
    down,
    up,
    base,
    nulls: nullsOf(hasNulls || isRest, nullsFirst || isRest),
    cut: descending && longer !== NEVER_CUT ? 255 - longer : longer,
  };
}

function nullsOf(isExpected: boolean, first: boolean): number {
  if (isExpected) return first ? NULLS_FIRST : NULLS_LAST;
  return first ? NULLS_BEFORE : NULLS_BEHIND;
}

function bitsOf(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** A range of integers that slots cover one by one. */
export interface KeyRange {
  readonly least: bigint;
  readonly size: number;
}

/** Ranges are made this many times as wide as the keys so far, for those to come. */
const ROOM = 2n;

/**
 * The range to cover for keys between two bounds, in at most `sizeMax` slots; null when the keys
 * are too sparse for that. More of the room is above the keys, as they tend to grow.
 */
export function rangeFor(least: bigint, greatest: bigint, sizeMax: number): KeyRange | null {
  const span = greatest - least + 1n;
  if (span < 1n || span > BigInt(sizeMax)) return null;
  const wanted = span * ROOM;
  const size = wanted < BigInt(sizeMax) ? wanted : BigInt(sizeMax);
  return { least: least - (size - span) / 4n, size: Number(size) };
}

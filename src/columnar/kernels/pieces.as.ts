// Gathers rows of several pieces of a column: a reference has the number of the piece in its high
// bits and the row in the `shift` low ones. `bases` has the address of each piece's buffer. The
// reference -1 gives zeros.
import { bitAt } from './bits.as';
import { copyBytes } from './gather.as';

// @ts-ignore: decorator
@inline
function baseOf(bases: usize, ref: i32, shift: i32): usize {
  return <usize>load<u32>(bases + (<usize>(ref >>> shift) << 2));
}

// @ts-ignore: decorator
@inline
function gatherPieces<T>(bases: usize, shift: i32, refs: usize, count: i32, out: usize): void {
  const mask = (1 << shift) - 1;
  for (let i: usize = 0; i < <usize>count; i++) {
    const ref = load<i32>(refs + (i << 2));
    const value = ref < 0
      ? <T>0
      : load<T>(baseOf(bases, ref, shift) + <usize>(ref & mask) * sizeof<T>());
    store<T>(out + i * sizeof<T>(), value);
  }
}

export function gatherPieces1(bases: usize, shift: i32, refs: usize, count: i32, out: usize): void {
  gatherPieces<u8>(bases, shift, refs, count, out);
}

export function gatherPieces2(bases: usize, shift: i32, refs: usize, count: i32, out: usize): void {
  gatherPieces<u16>(bases, shift, refs, count, out);
}

export function gatherPieces4(bases: usize, shift: i32, refs: usize, count: i32, out: usize): void {
  gatherPieces<u32>(bases, shift, refs, count, out);
}

export function gatherPieces8(bases: usize, shift: i32, refs: usize, count: i32, out: usize): void {
  gatherPieces<u64>(bases, shift, refs, count, out);
}

export function gatherPieces16(
  bases: usize, shift: i32, refs: usize, count: i32, out: usize,
): void {
  const mask = (1 << shift) - 1;
  for (let i: usize = 0; i < <usize>count; i++) {
    const ref = load<i32>(refs + (i << 2));
    const value = ref < 0
      ? v128.splat<u64>(0)
      : v128.load(baseOf(bases, ref, shift) + (<usize>(ref & mask) << 4));
    v128.store(out + (i << 4), value);
  }
}

/** As `gatherBits`: a piece without a bitmap has ones. Returns how many bits are set. */
export function gatherPieceBits(
  bases: usize, shift: i32, refs: usize, count: i32, out: usize,
): i32 {
  const mask = (1 << shift) - 1;
  let set = 0;
  let byte = 0;
  for (let i = 0; i < count; i++) {
    const ref = load<i32>(refs + (<usize>i << 2));
    let bit = 0;
    if (ref >= 0) {
      const bitmap = baseOf(bases, ref, shift);
      bit = bitmap ? bitAt(bitmap, ref & mask) : 1;
    }
    set += bit;
    byte |= bit << (i & 7);
    if ((i & 7) == 7) {
      store<u8>(out + (i >>> 3), byte);
      byte = 0;
    }
  }
  if ((count & 7) != 0) store<u8>(out + (count >>> 3), byte);
  return set;
}

/** The offsets of gathered strings, from 0; returns the bytes they need, -1 if 31 bits are too few. */
export function gatherPieceOffsets(
  bases: usize, shift: i32, refs: usize, count: i32, out: usize,
): i32 {
  const mask = (1 << shift) - 1;
  let end: i64 = 0;
  store<i32>(out, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    const ref = load<i32>(refs + (i << 2));
    if (ref >= 0) {
      const at = baseOf(bases, ref, shift) + (<usize>(ref & mask) << 2);
      end += <i64>(load<i32>(at, 4) - load<i32>(at));
    }
    store<i32>(out + (i << 2), <i32>end, 4);
  }
  return end > <i64>i32.MAX_VALUE ? -1 : <i32>end;
}

/** The bytes of gathered strings; up to 7 bytes behind the last are overwritten. */
export function gatherPieceBytes(
  offsetBases: usize, byteBases: usize, shift: i32, refs: usize, count: i32, outOffsets: usize,
  outBytes: usize,
): void {
  const mask = (1 << shift) - 1;
  for (let i: usize = 0; i < <usize>count; i++) {
    const ref = load<i32>(refs + (i << 2));
    if (ref < 0) continue;
    const at = baseOf(offsetBases, ref, shift) + (<usize>(ref & mask) << 2);
    const from = load<i32>(at);
    const source = baseOf(byteBases, ref, shift) + from;
    copyBytes(source, outBytes + load<i32>(outOffsets + (i << 2)), load<i32>(at, 4) - from);
  }
}

/** Turns references of rows into those of their values in the pieces' dictionaries; -1 of NULLs. */
export function pieceCodes(
  codeBases: usize, validityBases: usize, shift: i32, refs: usize, count: i32, valueShift: i32,
  out: usize,
): void {
  const mask = (1 << shift) - 1;
  for (let i: usize = 0; i < <usize>count; i++) {
    const ref = load<i32>(refs + (i << 2));
    let value = -1;
    if (ref >= 0) {
      const validity = baseOf(validityBases, ref, shift);
      if (!validity || bitAt(validity, ref & mask)) {
        const code = load<i32>(baseOf(codeBases, ref, shift) + (<usize>(ref & mask) << 2));
        value = ((ref >>> shift) << valueShift) | code;
      }
    }
    store<i32>(out + (i << 2), value);
  }
}

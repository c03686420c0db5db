// Moves rows: out[i] = source[indices[i]]; the index -1 gives zeros.

/** Strings up to this many bytes are copied by words; longer ones by the machine's own copy. */
const WORDWISE_MAX: i32 = 64;

// @ts-ignore: decorator
@inline
function gather<T>(source: usize, indices: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<i32>(indices + (i << 2));
    store<T>(out + i * sizeof<T>(), row < 0 ? <T>0 : load<T>(source + <usize>row * sizeof<T>()));
  }
}

export function gather1(source: usize, indices: usize, count: i32, out: usize): void {
  gather<u8>(source, indices, count, out);
}

export function gather2(source: usize, indices: usize, count: i32, out: usize): void {
  gather<u16>(source, indices, count, out);
}

export function gather4(source: usize, indices: usize, count: i32, out: usize): void {
  gather<u32>(source, indices, count, out);
}

export function gather8(source: usize, indices: usize, count: i32, out: usize): void {
  gather<u64>(source, indices, count, out);
}

export function gather16(source: usize, indices: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<i32>(indices + (i << 2));
    const value = row < 0 ? v128.splat<u64>(0) : v128.load(source + (<usize>row << 4));
    v128.store(out + (i << 4), value);
  }
}

/** The offsets of gathered strings, from 0; returns the bytes they need, -1 if 31 bits are too few. */
export function gatherOffsets(offsets: usize, indices: usize, count: i32, out: usize): i32 {
  let end: i64 = 0;
  store<i32>(out, 0);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<i32>(indices + (i << 2));
    if (row >= 0) {
      const at = offsets + (<usize>row << 2);
      end += <i64>(load<i32>(at, 4) - load<i32>(at));
    }
    store<i32>(out + (i << 2), <i32>end, 4);
  }
  return end > <i64>i32.MAX_VALUE ? -1 : <i32>end;
}

/** The bytes of gathered strings; up to 7 bytes behind the last are overwritten. */
export function gatherBytes(
  offsets: usize, bytes: usize, indices: usize, count: i32, outOffsets: usize, outBytes: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<i32>(indices + (i << 2));
    if (row < 0) continue;
    const at = offsets + (<usize>row << 2);
    const from = load<i32>(at);
    copyBytes(bytes + from, outBytes + load<i32>(outOffsets + (i << 2)), load<i32>(at, 4) - from);
  }
}

/** Copies a string that does not overlap its target; up to 7 bytes behind it are overwritten. */
// @ts-ignore: decorator
@inline
export function copyBytes(source: usize, target: usize, length: i32): void {
  if (length > WORDWISE_MAX) {
    memory.copy(target, source, length);
    return;
  }
  for (let k: i32 = 0; k < length; k += 8) store<u64>(target + k, load<u64>(source + k));
}

/** The i-th of `count` values of `width` bytes lies at source + i * stride: puts them side by side. */
export function unstride(source: usize, stride: i32, width: i32, count: i32, out: usize): void {
  let from = source;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (width == 8) store<u64>(out + (i << 3), load<u64>(from));
    else if (width == 4) store<u32>(out + (i << 2), load<u32>(from));
    else if (width == 16) v128.store(out + (i << 4), v128.load(from));
    else if (width == 2) store<u16>(out + (i << 1), load<u16>(from));
    else store<u8>(out + i, load<u8>(from));
    from += stride;
  }
}

/** Copies bytes: views of shared memory do so byte by byte. */
export function copyMemory(source: usize, bytes: i32, target: usize): void {
  memory.copy(target, source, bytes);
}

/** Writes 0, 1, 2 … */
export function iota(count: i32, out: usize): void {
  series(0, count, out);
}

/** Writes first, first + 1 … */
export function series(first: i32, count: i32, out: usize): void {
  for (let i: i32 = 0; i < count; i++) store<i32>(out + (<usize>i << 2), first + i);
}

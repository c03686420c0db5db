// The compressions of Parquet pages that Node does not have.

/**
 * Unfolds Snappy: `from` to `end` becomes exactly `size` bytes at `out`, with 16 bytes behind that
 * may be overwritten. Answers 0, or -1 for bytes that are not Snappy's.
 */
export function unsnappy(from: usize, end: usize, out: usize, size: u32): i32 {
  let at = from;
  let length: u32 = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= end || shift > 28) return -1;
    const byte = <u32>load<u8>(at++);
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (length != size) return -1;
  let to = out;
  const limit = out + size;
  while (at < end) {
    const tag = <u32>load<u8>(at++);
    const kind = tag & 3;
    if (kind == 0) {
      let count: usize = (tag >> 2) + 1;
      if (count > 60) {
        const extra = <usize>(count - 60);
        if (end - at < extra) return -1;
        count = 0;
        for (let i: usize = 0; i < extra; i++) count |= <usize>load<u8>(at + i) << (i << 3);
        count++;
        at += extra;
      }
      if (count > end - at || count > limit - to || count == 0) return -1;
      if (count <= 16) {
        store<u64>(to, load<u64>(at));
        store<u64>(to, load<u64>(at, 8), 8);
      } else memory.copy(to, at, count);
      at += count;
      to += count;
      continue;
    }
    let count: usize;
    let distance: usize;
    if (kind == 1) {
      if (at >= end) return -1;
      count = ((tag >> 2) & 7) + 4;
      distance = ((<usize>tag >> 5) << 8) | <usize>load<u8>(at);
      at += 1;
    } else {
      const bytes: usize = kind == 2 ? 2 : 4;
      if (end - at < bytes) return -1;
      count = (tag >> 2) + 1;
      distance = kind == 2 ? <usize>load<u16>(at) : <usize>load<u32>(at);
      at += bytes;
    }
    if (distance == 0 || distance > to - out || count > limit - to) return -1;
    if (distance >= 8) {
      for (let i: usize = 0; i < count; i += 8) store<u64>(to + i, load<u64>(to - distance + i));
    } else {
      for (let i: usize = 0; i < count; i++) store<u8>(to + i, load<u8>(to - distance + i));
    }
    to += count;
  }
  return to == limit ? 0 : -1;
}

/** Unfolds one block of LZ4, as `unsnappy`. */
export function unlz4(from: usize, end: usize, out: usize, size: u32): i32 {
  let at = from;
  let to = out;
  const limit = out + size;
  while (at < end) {
    const token = <usize>load<u8>(at++);
    let literals = token >> 4;
    if (literals == 15) {
      for (;;) {
        if (at >= end) return -1;
        const byte = <usize>load<u8>(at++);
        literals += byte;
        if (literals > <usize>size) return -1;
        if (byte < 255) break;
      }
    }
    if (literals > end - at || literals > limit - to) return -1;
    memory.copy(to, at, literals);
    at += literals;
    to += literals;
    if (at == end) break;
    if (end - at < 2) return -1;
    const distance = <usize>load<u16>(at);
    at += 2;
    let count = (token & 15) + 4;
    if (count == 19) {
      for (;;) {
        if (at >= end) return -1;
        const byte = <usize>load<u8>(at++);
        count += byte;
        if (count > <usize>size) return -1;
        if (byte < 255) break;
      }
    }
    if (distance == 0 || distance > to - out || count > limit - to) return -1;
    if (distance >= 8) {
      for (let i: usize = 0; i < count; i += 8) store<u64>(to + i, load<u64>(to - distance + i));
    } else {
      for (let i: usize = 0; i < count; i++) store<u8>(to + i, load<u8>(to - distance + i));
    }
    to += count;
  }
  return to == limit ? 0 : -1;
}

// Finds the fields of CSV rows: the addresses at which fields end.
//
// The result is a list of u32 addresses, `stride` a row. Field `f` of row `r` begins after
// list[r * stride + f] and ends before list[r * stride + f + 1]; a field that ends before it
// begins is missing. Regular rows lie back to back, so that the end of one row's last field is
// also the entry before the next row's first.

const NEWLINE: u32 = 10;
const RETURN: u32 = 13;

/** Words of the result: rows, address behind the last whole row, 1 when rows are irregular. */
@inline
function answer(out: usize, rows: i32, end: usize, irregular: bool): i32 {
  store<u32>(out, <u32>end);
  store<u32>(out, irregular ? 1 : 0, 4);
  return rows;
}

/**
 * Rows of exactly `stride` fields each, 64 bytes at a time. The bytes up to 64 behind `to` must
 * be readable; list needs room for rowsMax * stride + 65 entries. `quote` and `escape` are
 * bytes, or 0 for none. Stops before a row that `to` cuts. Answers the whole rows; the words at
 * `out` say where they end, and whether rows of other lengths were met, which makes the answer void.
 */
export function csvScan(
  from: usize, to: usize, delimiter: i32, quote: i32, escape: i32,
  stride: i32, rowsMax: i32, list: usize, out: usize,
): i32 {
  const delimiters = i8x16.splat(<i8>delimiter);
  const newlines = i8x16.splat(<i8>NEWLINE);
  const quotes = i8x16.splat(<i8>quote);
  const escapes = i8x16.splat(<i8>escape);
  const special = quote != 0 || escape != 0;
  const wanted = rowsMax * stride;
  store<u32>(list, <u32>(from - 1));
  const first = list + 4;
  let next = first;
  const limit = first + (<usize>wanted << 2);
  let lines = 0;
  let quoted = false;
  let skipTo: usize = 0;
  let base = from;
  while (base < to && next < limit) {
    const a = v128.load(base), b = v128.load(base, 16), c = v128.load(base, 32), d = v128.load(base, 48);
    let ends = bits64(i8x16.eq(a, newlines), i8x16.eq(b, newlines), i8x16.eq(c, newlines), i8x16.eq(d, newlines));
    let found = ends | bits64(
      i8x16.eq(a, delimiters), i8x16.eq(b, delimiters), i8x16.eq(c, delimiters), i8x16.eq(d, delimiters));
    const valid: u64 = to - base >= 64 ? ~0 : (<u64>1 << (to - base)) - 1;
    let marks: u64 = 0;
    if (special) {
      if (quote != 0) {
        marks = bits64(i8x16.eq(a, quotes), i8x16.eq(b, quotes), i8x16.eq(c, quotes), i8x16.eq(d, quotes));
      }
      if (escape != 0) {
        marks |= bits64(i8x16.eq(a, escapes), i8x16.eq(b, escapes), i8x16.eq(c, escapes), i8x16.eq(d, escapes));
      }
      marks &= valid;
    }
    found &= valid;
    if ((marks != 0) | quoted | (skipTo > base)) {
      // One by one: a delimiter counts outside of quotes only.
      let open = found | marks;
      ends = 0;
      found = 0;
      while (open != 0) {
        const bit = open & (~open + 1);
        const at = base + <usize>ctz(open);
        open ^= bit;
        if (at < skipTo) continue;
        const byte: i32 = load<u8>(at);
        if (byte == escape && escape != 0 && !(quoted && byte == quote)) {
          skipTo = at + 2;
        } else if (quoted) {
          if (byte == quote) {
            if (at + 1 < to && <i32>load<u8>(at, 1) == quote) skipTo = at + 2;
            else quoted = false;
          }
        } else if (byte == quote && quote != 0) {
          if (<u32>at == load<u32>(next - 4) + 1) quoted = true;
        } else {
          store<u32>(next, <u32>at);
          next += 4;
          if (byte == NEWLINE) lines++;
          if (next == limit) break;
        }
      }
      base += 64;
      continue;
    }
    lines += <i32>popcnt(ends);
    while (found != 0) {
      store<u32>(next, <u32>(base + <usize>ctz(found)));
      next += 4;
      found &= found - 1;
    }
    if (next > limit) {
      // The block went past the last wanted row: its lines do not count.
      const last = <usize>load<u32>(limit - 4) - base;
      const kept: u64 = last >= 63 ? ~0 : (<u64>1 << (last + 1)) - 1;
      lines -= <i32>popcnt(ends & ~kept);
      next = limit;
    }
    base += 64;
  }
  // The fields of a cut row are left out, with the newlines that prove rows irregular kept.
  const rows = <i32>((next - first) >> 2) / stride;
  let regular = rows == lines;
  const step = <usize>stride << 2;
  let at = first + step - 4;
  for (let row = 0; row < rows && regular; row++) {
    regular = load<u8>(load<u32>(at)) == NEWLINE;
    at += step;
  }
  const end = rows == 0 ? from : <usize>load<u32>(first + (<usize>(rows * stride - 1) << 2)) + 1;
  return answer(out, rows, end, !regular);
}

@inline
function bits64(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64><u32>i8x16.bitmask(a) | (<u64><u32>i8x16.bitmask(b) << 16) |
    (<u64><u32>i8x16.bitmask(c) << 32) | (<u64><u32>i8x16.bitmask(d) << 48);
}

/** What `csvScanRagged` writes beside a row: nothing is wrong, too few or too many fields. */
const ROW_OK: u8 = 0;
const ROW_SHORT: u8 = 1;
const ROW_LONG: u8 = 2;

/**
 * Rows of any number of fields, byte by byte: `fields` + 1 entries a row, the first the address
 * before the row. Fields that a row does not have are missing, surplus ones are left out;
 * `states` gets a byte a row. Empty lines are passed over unless a row has one field, and lines
 * that begin with `comment` (0: none) always.
 */
export function csvScanRagged(
  from: usize, to: usize, delimiter: i32, quote: i32, escape: i32, comment: i32,
  fields: i32, rowsMax: i32, list: usize, states: usize, out: usize,
): i32 {
  let rows = 0;
  let at = from;
  let next = list;
  let end = from;
  while (rows < rowsMax && at < to) {
    const start = at;
    const skipped = comment != 0 && <i32>load<u8>(at) == comment;
    let field = 0;
    let extra = 0;
    let fieldStart = at;
    let lastStart = at;
    let whole = false;
    store<u32>(next, <u32>(start - 1));
    while (at < to) {
      const byte: i32 = load<u8>(at);
      if (!skipped && quote != 0 && byte == quote && at == fieldStart) {
        at = closingQuote(at + 1, to, quote, escape);
        continue;
      }
      if (!skipped && escape != 0 && byte == escape) {
        at += 2;
        continue;
      }
      if (byte == NEWLINE || (byte == delimiter && !skipped)) {
        if (field < fields) {
          const cr = byte == NEWLINE && at > fieldStart && load<u8>(at - 1) == RETURN;
          store<u32>(next + (<usize>(field + 1) << 2), <u32>(cr ? at - 1 : at));
        } else {
          extra++;
          lastStart = fieldStart;
        }
        field++;
        fieldStart = at + 1;
        if (byte == NEWLINE) {
          whole = true;
          break;
        }
      }
      at++;
    }
    if (!whole) break;
    let length = at - start;
    if (length == 1 && load<u8>(start) == RETURN) length = 0;
    at++;
    end = at;
    if (skipped || (length == 0 && fields > 1)) continue;
    // One empty surplus field is a trailing delimiter.
    const surplus = at - 1 - lastStart;
    const trailing = extra == 1 && (surplus == 0 || (surplus == 1 && load<u8>(lastStart) == RETURN));
    store<u8>(states + rows, field < fields ? ROW_SHORT : extra > 0 && !trailing ? ROW_LONG : ROW_OK);
    for (let f = field; f < fields; f++) {
      store<u32>(next + (<usize>(f + 1) << 2), load<u32>(next + (<usize>f << 2)));
    }
    next += <usize>(fields + 1) << 2;
    rows++;
  }
  return answer(out, rows, end, false);
}

/** The address behind the quote that closes a field, or `to` when none does. */
function closingQuote(from: usize, to: usize, quote: i32, escape: i32): usize {
  let at = from;
  while (at < to) {
    const byte: i32 = load<u8>(at);
    if (escape != 0 && byte == escape && escape != quote) {
      at += 2;
    } else if (byte == quote) {
      if (at + 1 >= to || <i32>load<u8>(at, 1) != quote) return at + 1;
      at += 2;
    } else {
      at++;
    }
  }
  return to;
}

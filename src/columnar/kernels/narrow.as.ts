// Integers in fewer bytes than their type has: `width` bytes of the narrow ones (1 or 2), `wide` of
// the others (4 or 8).

/** Copies the integers from number `from` on, each in as many bytes as `T` has. */
// @ts-ignore: decorator
@inline
function convert<F, T>(source: usize, from: i32, count: i32, out: usize): void {
  for (let i: usize = from; i < <usize>count; i++) {
    store<T>(out + i * sizeof<T>(), <T>load<F>(source + i * sizeof<F>()));
  }
}

function widen1to4(source: usize, count: i32, out: usize): void {
  const vectors = count & ~7;
  for (let i: usize = 0; i < <usize>vectors; i += 8) {
    const words = v128.load_ext<i8>(source + i);
    v128.store(out + (i << 2), i32x4.extend_low_i16x8_s(words));
    v128.store(out + (i << 2), i32x4.extend_high_i16x8_s(words), 16);
  }
  convert<i8, i32>(source, vectors, count, out);
}

function widen2to4(source: usize, count: i32, out: usize): void {
  const vectors = count & ~3;
  for (let i: usize = 0; i < <usize>vectors; i += 4) {
    v128.store(out + (i << 2), v128.load_ext<i16>(source + (i << 1)));
  }
  convert<i16, i32>(source, vectors, count, out);
}

// @ts-ignore: decorator
@inline
function storeWide(words: v128, out: usize): void {
  v128.store(out, i64x2.extend_low_i32x4_s(words));
  v128.store(out, i64x2.extend_high_i32x4_s(words), 16);
}

function widen1to8(source: usize, count: i32, out: usize): void {
  const vectors = count & ~7;
  for (let i: usize = 0; i < <usize>vectors; i += 8) {
    const words = v128.load_ext<i8>(source + i);
    storeWide(i32x4.extend_low_i16x8_s(words), out + (i << 3));
    storeWide(i32x4.extend_high_i16x8_s(words), out + (i << 3) + 32);
  }
  convert<i8, i64>(source, vectors, count, out);
}

function widen2to8(source: usize, count: i32, out: usize): void {
  const vectors = count & ~3;
  for (let i: usize = 0; i < <usize>vectors; i += 4) {
    storeWide(v128.load_ext<i16>(source + (i << 1)), out + (i << 3));
  }
  convert<i16, i64>(source, vectors, count, out);
}

/** Writes narrow integers as wide ones. */
export function widen(source: usize, width: i32, wide: i32, count: i32, out: usize): void {
  if (wide == 4) {
    if (width == 1) widen1to4(source, count, out);
    else widen2to4(source, count, out);
  } else if (width == 1) widen1to8(source, count, out);
  else widen2to8(source, count, out);
}

/** Writes wide integers as narrow ones, which must be able to hold them. */
export function narrow(source: usize, wide: i32, width: i32, count: i32, out: usize): void {
  if (wide == 4) {
    if (width == 1) convert<i32, i8>(source, 0, count, out);
    else convert<i32, i16>(source, 0, count, out);
  } else if (width == 1) convert<i64, i8>(source, 0, count, out);
  else convert<i64, i16>(source, 0, count, out);
}

// @ts-ignore: decorator
@inline
function take<F, T>(source: usize, indices: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<i32>(indices + (i << 2));
    const value = row < 0 ? <T>0 : <T>load<F>(source + <usize>row * sizeof<F>());
    store<T>(out + i * sizeof<T>(), value);
  }
}

/** Moves rows as the gather kernels do, from narrow integers to wide ones. */
export function gatherNarrow(
  source: usize, width: i32, wide: i32, indices: usize, count: i32, out: usize,
): void {
  if (wide == 4) {
    if (width == 1) take<i8, i32>(source, indices, count, out);
    else take<i16, i32>(source, indices, count, out);
  } else if (width == 1) take<i8, i64>(source, indices, count, out);
  else take<i16, i64>(source, indices, count, out);
}

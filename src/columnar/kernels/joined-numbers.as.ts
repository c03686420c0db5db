// Several integer keys as one number: the digits of a number in which each place has as many values
// as its key has.
import { bitAt, rowAt } from './bits.as';

// Fields of a range, as offsets.
// @ts-ignore: decorator
@inline
const LEAST: usize = 0;
// @ts-ignore: decorator
@inline
const SIZE: usize = 8;

// @ts-ignore: decorator
@inline
function join<T>(
  values: usize, validity: usize, selection: usize, count: i32, range: usize, first: i32,
  none: u64, out: usize,
): void {
  const least = load<u64>(range, LEAST);
  const size = load<u64>(range, SIZE);
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const at = out + (<usize>row << 3);
    const digit = <u64>load<T>(values + <usize>row * sizeof<T>()) - least;
    const before: u64 = first ? 0 : load<u64>(at);
    let inside = <i32>(digit < size) & <i32>(before < none);
    if (validity) inside &= bitAt(validity, row);
    store<u64>(at, select(before * size + digit, none, inside));
  }
}

/**
 * Appends the digit of a key to the numbers of the rows that count; a key that is NULL or outside of
 * the range makes a number that is no number of the other side.
 */
export function joinNumbers(
  values: usize, width: i32, validity: usize, selection: usize, count: i32, range: usize,
  first: i32, isBuild: i32, out: usize,
): void {
  const none: u64 = u64.MAX_VALUE - (isBuild ? 1 : 0);
  if (width == 8) join<i64>(values, validity, selection, count, range, first, none, out);
  else if (width == 4) join<i32>(values, validity, selection, count, range, first, none, out);
  else if (width == 2) join<i16>(values, validity, selection, count, range, first, none, out);
  else join<i8>(values, validity, selection, count, range, first, none, out);
}

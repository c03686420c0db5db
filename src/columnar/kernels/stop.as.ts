// Long loops look at a word in memory now and then, and end when it is no longer 0; what they leave
// behind is of no use then. The address 0 stands for no word.

/** Rows between two looks: about a millisecond. */
// @ts-ignore: decorator
@inline
export const LOOK_ROWS: i32 = 65536;

// @ts-ignore: decorator
@inline
export function isStopped(stop: usize): bool {
  return stop != 0 && atomic.load<i32>(stop) != 0;
}

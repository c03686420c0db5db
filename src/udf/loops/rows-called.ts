import { isValid } from '../../columnar/bitmap.ts';
import type { CallArgument } from './arguments.ts';

/**
 * The rows for which a function is called: those that have all arguments which must not be NULL,
 * `required` by their places.
 */
export function rowsCalled(
  args: readonly CallArgument[],
  rows: number,
  required: readonly number[],
): number {
  const needed = required.map((i) => args[i]!);
  if (needed.some((arg) => arg.kind === 'constant' && arg.value === null)) return 0;
  const columns = needed.flatMap((arg) =>
    arg.kind === 'column' && arg.column.nullCount > 0 ? [arg.column] : [],
  );
  if (columns.some(({ layout }) => layout === 'null')) return 0;
  if (columns.length <= 1) return rows - (columns[0]?.nullCount ?? 0);
  let called = 0;
  for (let row = 0; row < rows; row++) {
    if (columns.every(({ validity }) => isValid(validity, row))) called++;
  }
  return called;
}

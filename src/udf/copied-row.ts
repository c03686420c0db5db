/**
 * A row as it is now, of a function that may change it for the next one: an array, or a plain
 * object. Others stay what they are.
 */
export function copiedRow(row: unknown): unknown {
  if (Array.isArray(row)) return row.slice();
  if (typeof row !== 'object' || row === null) return row;
  return Object.getPrototypeOf(row) === Object.prototype ? { ...row } : row;
}

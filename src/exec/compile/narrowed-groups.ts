import type { Batch } from '../../columnar/batch.ts';

/** The groups of the rows that a filter kept: both are ascending. */
export function narrowedGroups(
  batch: Batch,
  groupIds: Int32Array | null,
  rows: Int32Array | null,
): Int32Array | null {
  if (groupIds === null || rows === null) return groupIds;
  const ids = new Int32Array(rows.length);
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    while ((batch.selection === null ? at : batch.selection[at]!) !== rows[i]) at++;
    ids[i] = groupIds[at]!;
  }
  return ids;
}

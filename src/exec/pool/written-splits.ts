import type { Split } from './protocol.ts';
import { Readings, type Written, write } from './written.ts';

/** Splits that a source has handed out, and what was written of them the second time. */
interface KnownSplits {
  readonly splits: readonly Split[];
  readonly written: Written | null;
}

/** By the first split of a list, which its source keeps. */
const known = new WeakMap<object, KnownSplits>();
/** Lists that a thread keeps: of the tables that its latest statements have read. */
const READ_MAX = 64;
const readings = new Readings(READ_MAX, (data) => data as readonly Split[]);

/**
 * Writes splits for the tasks of a segment. Those of a table in memory are the same objects in
 * every statement, as long as nobody writes to the table: they are written once.
 */
export function writeSplits(splits: readonly Split[]): Written {
  const first = splits[0]?.rows;
  if (first?.kind !== 'scan') return write(splits, false);
  const before = known.get(first.split);
  const isKnown = before !== undefined && areSame(before.splits, splits);
  if (isKnown && before.written !== null) return before.written;
  // Threads keep only what has come twice: files are split anew for each statement.
  const written = write(splits, isKnown);
  known.set(first.split, { splits, written: isKnown ? written : null });
  return written;
}

/** The splits that were written; the same list where this thread has read it before. */
export function readSplits(written: Written): readonly Split[] {
  return readings.read(written);
}

function areSame(before: readonly Split[], now: readonly Split[]): boolean {
  if (before === now) return true;
  return before.length === now.length && before.every((split, i) => isSame(split, now[i]!));
}

function isSame(a: Split, b: Split): boolean {
  if (a.rows.kind !== 'scan' || b.rows.kind !== 'scan') return false;
  return a.branch === b.branch && a.rows.split === b.rows.split;
}

import { deserialize, serialize } from 'node:v8';
import type { Split } from './protocol.ts';

/** Splits as bytes that every task reads: to clone them for each takes a millisecond a task. */
export interface WrittenSplits {
  /** A number under which threads keep what they have read; null: nobody will ask again. */
  readonly id: number | null;
  readonly bytes: SharedArrayBuffer;
}

/** Splits that a source has handed out, and what was written of them the second time. */
interface KnownSplits {
  readonly splits: readonly Split[];
  readonly written: WrittenSplits | null;
}

/** By the first split of a list, which its source keeps. */
const known = new WeakMap<object, KnownSplits>();
let lastId = 0;

/** Lists that a thread keeps: of the tables that its latest statements have read. */
const READ_MAX = 64;
const read = new Map<number, readonly Split[]>();

/**
 * Writes splits for the tasks of a segment. Those of a table in memory are the same objects in
 * every statement, as long as nobody writes to the table: they are written once.
 */
export function writeSplits(splits: readonly Split[]): WrittenSplits {
  const first = splits[0]?.rows;
  if (first?.kind !== 'scan') return { id: null, bytes: inSharedMemory(splits) };
  const before = known.get(first.split);
  const isKnown = before !== undefined && areSame(before.splits, splits);
  if (isKnown && before.written !== null) return before.written;
  // Threads keep only what has come twice: files are split anew for each statement.
  const written = { id: isKnown ? ++lastId : null, bytes: inSharedMemory(splits) };
  known.set(first.split, { splits, written: isKnown ? written : null });
  return written;
}

/** The splits that were written; the same list where this thread has read it before. */
export function readSplits({ id, bytes }: WrittenSplits): readonly Split[] {
  const before = id === null ? undefined : read.get(id);
  // `writeSplits` wrote a list of them.
  const splits = before ?? (deserialize(new Uint8Array(bytes)) as readonly Split[]);
  if (id === null) return splits;
  // The latest list is the last one to go.
  read.delete(id);
  read.set(id, splits);
  if (read.size > READ_MAX) read.delete(read.keys().next().value!);
  return splits;
}

function areSame(before: readonly Split[], now: readonly Split[]): boolean {
  return before.length === now.length && before.every((split, i) => isSame(split, now[i]!));
}

function isSame(a: Split, b: Split): boolean {
  if (a.rows.kind !== 'scan' || b.rows.kind !== 'scan') return false;
  return a.branch === b.branch && a.rows.split === b.rows.split;
}

function inSharedMemory(splits: readonly Split[]): SharedArrayBuffer {
  const bytes = serialize(splits);
  const shared = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(shared).set(bytes);
  return shared;
}

import { copiedRow } from './copied-row.ts';
import { CallRowsError } from './errors.ts';

/** Rows of one call that are made at once. */
const PIECE_ROWS = 1 << 16;
/** After so long the rows that there are go on: who reads them may need no more. */
const PIECE_MS = 50;
/** About so many bytes of rows are made at once. */
const PIECE_BYTES = 1 << 24;
/** Rows after which the clock is read, and a row is looked at for its size. */
const CLOCK_ROWS = 64;

const NO_ROWS: readonly unknown[] = [];

/**
 * The rows of a table function in pieces: a call that makes many rows, perhaps without end, is left
 * after some of them. The calls of rows behind it are put off until it is over.
 */
export class RowPieces {
  readonly #rowsMax: number;
  /** What a call has not given yet; null when no call was left. */
  #rest: Iterator<unknown> | null = null;
  /** Rows that the call has given which was left. */
  #given = 0;
  /** Those that it gave before the last piece. */
  #before = 0;
  #isResumed = false;
  #start = 0;
  #putOff = 0;

  /** More than `rowsMax` rows of one call are taken for rows without end: a reader may keep them all. */
  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  /** Whether a call was left. */
  get hasMore(): boolean {
    return this.#rest !== null;
  }

  /** Rows that the call of the last piece gave before it. */
  get before(): number {
    return this.#before;
  }

  /** Calls that were put off since `begin`. */
  get putOff(): number {
    return this.#putOff;
  }

  /** Begins with calls, or goes on with the one that was left. */
  begin(): void {
    this.#isResumed = this.#rest !== null;
    this.#start = performance.now();
    this.#putOff = 0;
  }

  /** The rows for a call that must not be made now; null when it must. */
  instead(): readonly unknown[] | null {
    const rest = this.#rest;
    if (rest === null) return null;
    if (this.#isResumed) return this.#piece(rest);
    this.#putOff++;
    return NO_ROWS;
  }

  /** All rows of a call, which made a list of them. Errors: CallRowsError. */
  whole(rows: readonly unknown[]): readonly unknown[] {
    if (rows.length > this.#rowsMax) throw new CallRowsError(this.#rowsMax);
    this.#before = 0;
    return rows;
  }

  /** The first rows of a call. Errors: CallRowsError. */
  first(rows: Iterable<unknown>): readonly unknown[] {
    this.#given = 0;
    return this.#piece(rows[Symbol.iterator]());
  }

  /** Ends the call that was left. */
  stop(): void {
    const rest = this.#rest;
    this.#rest = null;
    rest?.return?.();
  }

  #piece(rows: Iterator<unknown>): readonly unknown[] {
    // A call that throws is over.
    this.#rest = null;
    const piece: unknown[] = [];
    const left = this.#rowsMax - this.#given;
    this.#before = this.#given;
    let bytes = 0;
    let first: unknown;
    let isReused = false;
    for (;;) {
      const next = rows.next();
      if (next.done === true) return piece;
      const { value } = next;
      const count = piece.push(isReused ? copiedRow(value) : value);
      if (count === 1) first = copiedRow(value);
      else if (value === piece[0] && typeof value === 'object') {
        // One row that is changed for each next one: what it was is not what it is.
        isReused = true;
        piece[0] = first;
        piece[count - 1] = copiedRow(value);
      }
      if (count > left) {
        rows.return?.();
        throw new CallRowsError(this.#rowsMax);
      }
      if (count % CLOCK_ROWS !== 0) continue;
      bytes += CLOCK_ROWS * roughBytes(value);
      if (count >= PIECE_ROWS || bytes >= PIECE_BYTES) break;
      if (performance.now() - this.#start > PIECE_MS) break;
    }
    this.#given += piece.length;
    this.#rest = rows;
    return piece;
  }
}

/** About how many bytes a row takes: those of its texts and bytes. */
function roughBytes(row: unknown): number {
  if (typeof row === 'string') return row.length;
  if (ArrayBuffer.isView(row)) return row.byteLength;
  if (typeof row !== 'object' || row === null) return 0;
  return Object.values(row).reduce<number>((sum, value) => {
    if (typeof value === 'string') return sum + value.length;
    return sum + (ArrayBuffer.isView(value) ? value.byteLength : 0);
  }, 0);
}

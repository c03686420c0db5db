/** The bytes are no Arrow IPC, or are damaged. */
export class ArrowFormatError extends Error {}

/** What a slot of a table of FlatBuffers holds, as far as it is not a plain number. */
type Slot =
  | { readonly is: 'table'; readonly shape: () => Shape }
  /** A list of values of so many bytes, or of texts' bytes. */
  | { readonly is: 'values'; readonly width: number }
  | { readonly is: 'tables'; readonly shape: () => Shape }
  /** A table whose shape the number in the slot before chooses. */
  | { readonly is: 'union'; readonly shapes: Readonly<Record<number, Shape>> };

/** The slots of a table that point elsewhere, by their numbers. */
type Shape = Readonly<Record<number, Slot>>;

const TEXT: Slot = { is: 'values', width: 1 };
const PLAIN: Shape = {};
const KEY_VALUE: Shape = { 0: TEXT, 1: TEXT };
const KEY_VALUES: Slot = { is: 'tables', shape: () => KEY_VALUE };
const UNION_TYPE = 14;
const TIMESTAMP_TYPE = 10;
const TYPE: Slot = {
  is: 'union',
  shapes: { [TIMESTAMP_TYPE]: { 1: TEXT }, [UNION_TYPE]: { 1: { is: 'values', width: 4 } } },
};
const ENCODING: Shape = { 1: { is: 'table', shape: () => PLAIN } };
const FIELD: Shape = {
  0: TEXT,
  3: TYPE,
  4: { is: 'table', shape: () => ENCODING },
  5: { is: 'tables', shape: () => FIELD },
  6: KEY_VALUES,
};
const SCHEMA: Shape = {
  1: { is: 'tables', shape: () => FIELD },
  2: KEY_VALUES,
  3: { is: 'values', width: 8 },
};
const RECORD_BATCH: Shape = {
  1: { is: 'values', width: 16 },
  2: { is: 'values', width: 16 },
  3: { is: 'table', shape: () => PLAIN },
  4: { is: 'values', width: 8 },
};
const DICTIONARY_BATCH: Shape = { 1: { is: 'table', shape: () => RECORD_BATCH } };
const MESSAGE: Shape = {
  2: { is: 'union', shapes: { 1: SCHEMA, 2: DICTIONARY_BATCH, 3: RECORD_BATCH } },
  4: KEY_VALUES,
};
const BLOCK_BYTES = 24;
const FOOTER: Shape = {
  1: { is: 'table', shape: () => SCHEMA },
  2: { is: 'values', width: BLOCK_BYTES },
  3: { is: 'values', width: BLOCK_BYTES },
  4: KEY_VALUES,
};

/** The slots of the footer that list blocks, and what messages these are. */
const BLOCKS = [
  [2, 2],
  [3, 3],
] as const;

/** Tables inside one another at most. */
const DEPTH_MAX = 100;
const MAGIC = 'ARROW1';
const MAGIC_PADDED = 8;

/**
 * Checks the lengths and offsets of Arrow IPC, file or stream, before a reader believes them: it
 * would run for hours over a list whose length is damaged. Errors: ArrowFormatError.
 */
export function verifyMessages(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAGIC.length));
  if (text.toString('latin1') === MAGIC) verifyFile(bytes);
  else verifyStream(bytes);
}

function verifyFile(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  const tail = MAGIC.length + 4;
  if (bytes.length < MAGIC_PADDED + tail) throw new ArrowFormatError('it is too short');
  const length = view.getInt32(bytes.length - tail, true);
  const start = bytes.length - tail - length;
  if (length <= 0 || start < MAGIC_PADDED) {
    throw new ArrowFormatError('its footer does not fit into the file');
  }
  const footer = new FlatBuffer(bytes.subarray(start, start + length));
  const root = footer.root(FOOTER);
  let total = 0;
  for (const [slot, kind] of BLOCKS) {
    for (const at of footer.values(root, slot, BLOCK_BYTES)) {
      const offset = Number(footer.view.getBigInt64(at, true));
      if (offset < MAGIC_PADDED || offset >= start) {
        throw new ArrowFormatError('a block lies outside of the file');
      }
      const message = verifyMessage(bytes, offset);
      if (message.kind !== kind) throw new ArrowFormatError('a block is not what the footer says');
      total += message.end - offset;
      // A footer that lists one block a thousand times would be a bomb.
      if (total > bytes.length) throw new ArrowFormatError('blocks lie over one another');
    }
  }
}

function verifyStream(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const { end, kind } = verifyMessage(bytes, at);
    if (kind === null) return;
    at = end;
  }
}

/** Where the message at an offset ends, body included, and its kind; null at a stream's end. */
function verifyMessage(bytes: Uint8Array, offset: number): { end: number; kind: number | null } {
  const view = viewOf(bytes);
  const word = (at: number): number => {
    if (at + 4 > bytes.length) throw new ArrowFormatError('it is cut');
    return view.getInt32(at, true);
  };
  const first = word(offset);
  const start = offset + (first === -1 ? 8 : 4);
  const length = first === -1 ? word(offset + 4) : first;
  if (length === 0) return { end: start, kind: null };
  if (length < 0 || length > bytes.length - start) {
    throw new ArrowFormatError('a message is cut');
  }
  const message = new FlatBuffer(bytes.subarray(start, start + length));
  const root = message.root(MESSAGE);
  const body = message.int64(root, 3);
  if (body < 0 || body > bytes.length - start - length) {
    throw new ArrowFormatError('the body of a message is cut');
  }
  return { end: start + length + body, kind: message.int8(root, 1) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A buffer of FlatBuffers, whose offsets are checked as they are followed. */
class FlatBuffer {
  readonly view: DataView;
  readonly #size: number;
  /** Tables and entries that may still be seen: each needs bytes of its own, if none is shared. */
  #budget: number;

  constructor(bytes: Uint8Array) {
    this.view = viewOf(bytes);
    this.#size = bytes.length;
    this.#budget = bytes.length;
  }

  /** Checks everything; returns where the root table is. */
  root(shape: Shape): number {
    const at = this.#pointer(0);
    this.#table(at, shape, 0);
    return at;
  }

  /** The addresses of the structs in a list; empty when there is none. */
  values(table: number, slot: number, width: number): readonly number[] {
    const at = this.#slot(table, slot, 4);
    if (at === null) return [];
    const list = this.#pointer(at);
    return Array.from({ length: this.#length(list, width) }, (_, i) => list + 4 + i * width);
  }

  /** A number of one byte; 0 when it is left out. */
  int8(table: number, slot: number): number {
    const at = this.#slot(table, slot, 1);
    return at === null ? 0 : this.view.getUint8(at);
  }

  /** A 64-bit number; 0 when it is left out. */
  int64(table: number, slot: number): number {
    const at = this.#slot(table, slot, 8);
    return at === null ? 0 : Number(this.view.getBigInt64(at, true));
  }

  #table(at: number, shape: Shape, depth: number): void {
    if (depth > DEPTH_MAX || --this.#budget < 0) this.#bad();
    for (const [key, slot] of Object.entries(shape)) {
      const number = Number(key);
      const entry = this.#slot(at, number, 4);
      if (entry === null) continue;
      const target = this.#pointer(entry);
      if (slot.is === 'values') this.#length(target, slot.width);
      else if (slot.is === 'table') this.#table(target, slot.shape(), depth + 1);
      else if (slot.is === 'union') {
        this.#table(target, slot.shapes[this.int8(at, number - 1)] ?? PLAIN, depth + 1);
      } else {
        const count = this.#length(target, 4);
        for (let i = 0; i < count; i++) {
          this.#table(this.#pointer(target + 4 + i * 4), slot.shape(), depth + 1);
        }
      }
    }
  }

  /** Where the value of a slot is; null when it is left out. */
  #slot(table: number, slot: number, width: number): number | null {
    this.#need(table, 4);
    const vtable = table - this.view.getInt32(table, true);
    this.#need(vtable, 4);
    const bytes = this.view.getUint16(vtable, true);
    this.#need(vtable, bytes);
    const entry = 4 + slot * 2;
    if (entry + 2 > bytes) return null;
    const offset = this.view.getUint16(vtable + entry, true);
    if (offset === 0) return null;
    this.#need(table + offset, width);
    return table + offset;
  }

  #pointer(at: number): number {
    this.#need(at, 4);
    const target = at + this.view.getUint32(at, true);
    this.#need(target, 4);
    return target;
  }

  #length(list: number, width: number): number {
    const count = this.view.getUint32(list, true);
    this.#need(list + 4, count * width);
    return count;
  }

  #need(at: number, bytes: number): void {
    if (at < 0 || at + bytes > this.#size) this.#bad();
  }

  #bad(): never {
    throw new ArrowFormatError('an offset or a length in its metadata is damaged');
  }
}

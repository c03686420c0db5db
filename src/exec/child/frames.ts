import { deserialize, serialize } from 'node:v8';

/** What a frame is. `ready`: the child has started; `progress`: it goes on with a request. */
export const FrameKind = { ready: 0, progress: 1, request: 2, reply: 3 } as const;
/** One of the kinds. */
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** A frame begins with its kind and with the bytes of its header and of its rows. */
export const PREFIX_BYTES = 12;
/** More than that is no frame of ours. */
const FRAME_BYTES_MAX = 2 ** 30;

/** What a child sent is no frame. */
export class FrameError extends Error {}

/** The lengths that a frame begins with. Errors: FrameError. */
export function prefixOf(bytes: Uint8Array): {
  readonly kind: number;
  readonly headerBytes: number;
  readonly totalBytes: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  const [kind, headerBytes, rowBytes] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  const totalBytes = PREFIX_BYTES + headerBytes + rowBytes;
  if (totalBytes > FRAME_BYTES_MAX) {
    throw new FrameError(`a message of ${totalBytes} bytes is too large`);
  }
  return { kind, headerBytes, totalBytes };
}

/**
 * A header of plain data, and rows as an Arrow IPC stream, as one frame. Errors: FrameError for
 * more than a gibibyte; what cannot be cloned.
 */
export function encodeFrame(
  kind: FrameKind,
  header: unknown = null,
  rows: Uint8Array | null = null,
): Uint8Array<ArrayBuffer> {
  const head = serialize(header);
  const bytes = new Uint8Array(PREFIX_BYTES + head.length + (rows?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, head.length, true);
  view.setUint32(8, rows?.length ?? 0, true);
  prefixOf(bytes);
  bytes.set(head, PREFIX_BYTES);
  if (rows !== null) bytes.set(rows, PREFIX_BYTES + head.length);
  return bytes;
}

/** The parts of a whole frame. Errors: FrameError. */
export function decodeFrame(frame: Uint8Array): {
  readonly header: unknown;
  readonly rows: Uint8Array;
} {
  const { headerBytes } = prefixOf(frame);
  const end = PREFIX_BYTES + headerBytes;
  try {
    // A copy of the rows: Arrow wants them at an address of its choice.
    return { header: deserialize(frame.subarray(PREFIX_BYTES, end)), rows: frame.slice(end) };
  } catch (cause) {
    throw new FrameError('a header cannot be read', { cause });
  }
}

/** Puts frames together from the chunks of a stream. */
export class FrameReader {
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #frame: Uint8Array<ArrayBuffer> | null = null;
  #filled = 0;

  /** The frames that end in a chunk. Errors: FrameError. */
  *push(chunk: Uint8Array): Iterable<Uint8Array<ArrayBuffer>> {
    let at = 0;
    while (at < chunk.length) {
      const target = this.#frame ?? this.#prefix;
      const count = Math.min(target.length - this.#filled, chunk.length - at);
      target.set(chunk.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < target.length) return;
      if (this.#frame === null) {
        this.#frame = new Uint8Array(prefixOf(this.#prefix).totalBytes);
        this.#frame.set(this.#prefix);
      }
      if (this.#filled < this.#frame.length) continue;
      yield this.#frame;
      this.#frame = null;
      this.#filled = 0;
    }
  }
}

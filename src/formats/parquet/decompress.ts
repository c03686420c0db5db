import zlib from 'node:zlib';
import type { Region } from '../../columnar/arena/region.ts';
import { notImplemented } from '../../common/errors.ts';
import { parquetKernels } from './kernels.ts';

/** Bytes behind a page in its buffer. */
const ROOM = 64;
const CHUNK_MIN = 65_536;
/** How much smaller compressed pages usually are at most. */
const RATIO_USUAL = 64;

const CODEC = { NONE: 0, SNAPPY: 1, GZIP: 2, LZO: 3, BROTLI: 4, LZ4: 5, ZSTD: 6, LZ4_RAW: 7 };

/**
 * Unfolds a page: `size` bytes at `to` from the bytes of `source`, which lie in the arena.
 * Returns false when they do not make that many. Errors: NotImplementedError for unknown codecs.
 */
export function decompress(
  codec: number,
  source: Uint8Array,
  to: number,
  size: number,
  region: Region,
): boolean {
  if (codec === CODEC.NONE) {
    if (source.length < size) return false;
    region.bytes(to, size).set(source.subarray(0, size));
    return true;
  }
  if (codec === CODEC.SNAPPY) {
    const from = source.byteOffset;
    return parquetKernels(region).unsnappy(from, from + source.length, to, size) === 0;
  }
  if (codec === CODEC.LZ4_RAW) return unfoldLz4(source, to, size, region);
  if (codec === CODEC.LZ4) {
    return unfoldHadoop(source, to, size, region) || unfoldLz4(source, to, size, region);
  }
  const bytes = unfold(codec, source, size);
  if (bytes === null || bytes.length !== size) return false;
  region.bytes(to, size).set(bytes);
  return true;
}

function unfold(codec: number, source: Uint8Array, size: number): Uint8Array | null {
  // One buffer for the whole page saves a quarter of the time; its room shows what is too long. A
  // size that is out of proportion may be a lie: then buffers grow as they are filled.
  const room = size + ROOM;
  const chunkSize = Math.min(room, Math.max(CHUNK_MIN, source.length * RATIO_USUAL));
  const limit = { maxOutputLength: room, chunkSize };
  try {
    switch (codec) {
      case CODEC.GZIP:
        return zlib.gunzipSync(source, limit);
      case CODEC.BROTLI:
        return zlib.brotliDecompressSync(source, limit);
      case CODEC.ZSTD:
        return zlib.zstdDecompressSync(source, limit);
      default:
        break;
    }
  } catch {
    return null;
  }
  throw notImplemented(`The Parquet codec ${codec}`);
}

function unfoldLz4(source: Uint8Array, to: number, size: number, region: Region): boolean {
  const from = source.byteOffset;
  return parquetKernels(region).unlz4(from, from + source.length, to, size) === 0;
}

/** Hadoop's frames: the sizes of a block after and before, big-endian, and the block. */
function unfoldHadoop(source: Uint8Array, to: number, size: number, region: Region): boolean {
  const view = new DataView(source.buffer, source.byteOffset, source.length);
  let done = 0;
  for (let at = 0; at + 8 <= source.length; ) {
    const after = view.getUint32(at);
    const packed = view.getUint32(at + 4);
    at += 8;
    if (after > size - done || packed > source.length - at) return false;
    if (!unfoldLz4(source.subarray(at, at + packed), to + done, after, region)) return false;
    at += packed;
    done += after;
  }
  return done === size;
}

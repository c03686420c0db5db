import type { ParquetMetadata } from './metadata.ts';

interface Known {
  readonly size: number;
  readonly footer: Uint8Array;
  readonly metadata: ParquetMetadata;
}

const FILES_MAX = 32;
/** Bytes of a footer that is kept. */
const FOOTER_MAX = 4 * 1024 ** 2;

/** By path; the file that was used last stands last. */
const known = new Map<string, Known>();

/**
 * The metadata of a footer, parsed once as long as the bytes of the file's footer and its size (in
 * bytes) stay the same: parsing takes far longer than reading and comparing, and every split of
 * every query asks for it. The times of files are no key, as they are too coarse.
 */
export function cachedMetadata(
  path: string,
  size: number,
  footer: Uint8Array,
  parse: () => ParquetMetadata,
): ParquetMetadata {
  const found = known.get(path);
  known.delete(path);
  if (found !== undefined && found.size === size && Buffer.compare(found.footer, footer) === 0) {
    known.set(path, found);
    return found.metadata;
  }
  const metadata = parse();
  if (footer.length > FOOTER_MAX) return metadata;
  known.set(path, { size, footer, metadata });
  for (const oldest of known.keys()) {
    if (known.size <= FILES_MAX) break;
    known.delete(oldest);
  }
  return metadata;
}

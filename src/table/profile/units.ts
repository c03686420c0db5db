const KIB = 1024;
const MIB = KIB ** 2;
const GIB = KIB ** 3;

/** Milliseconds for people: `0.12 ms`, `45.3 ms`, `1.23 s`. */
export function printMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms.toFixed(1)} ms`;
  return `${(ms / 1000).toFixed(2)} s`;
}

/** Bytes for people: `0 B`, `64 KiB`, `1.5 MiB`. */
export function printBytes(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KiB`;
  return bytes < GIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}

/** A part of 1 as a percentage. */
export function printShare(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** A noun with its number: `1 row`, `3 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The text with its control characters as spaces: they would break lines. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** Milliseconds without more digits than are measured: three behind the point. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

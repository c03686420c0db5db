import { type Span, TableError } from './errors.ts';

/** Line and column (both from 1) of an offset in a text. */
export function lineAndColumn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

/** How much of a line a message shows; what is longer is cut around the carets. */
const LINE_MAX = 120;

/**
 * The line of SQL that `span` starts in, with carets under it. `first` is the number of the first
 * line of the text.
 */
export function renderSource(
  source: string,
  span: { start: number; end: number },
  first = 1,
): string {
  const { line, column } = lineAndColumn(source, span.start);
  const whole = (source.split('\n')[line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ');
  const { text, at } = cutLine(whole, column - 1);
  const carets = Math.max(1, Math.min(span.end - span.start, text.length - at));
  const margin = `${line + first - 1} │ `;
  return `  ${margin}${text}\n  ${' '.repeat(margin.length + at)}${'^'.repeat(carets)}`;
}

/** A line of a bearable length, and where the character at `offset` is in it. */
function cutLine(whole: string, offset: number): { text: string; at: number } {
  if (whole.length <= LINE_MAX) return { text: whole, at: offset };
  const start = Math.max(0, Math.min(offset - LINE_MAX / 2, whole.length - LINE_MAX));
  const before = start === 0 ? '' : '… ';
  const after = start + LINE_MAX >= whole.length ? '' : ' …';
  const text = `${before}${whole.slice(start, start + LINE_MAX)}${after}`;
  return { text, at: offset - start + before.length };
}

/** Runs `f`, whose errors are at `span` where they do not know a place themselves. */
export function placedAt<T>(span: Span | null, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof TableError && error.span === null && error.source === null) {
      Object.defineProperty(error, 'span', { value: span, enumerable: true });
    }
    throw error;
  }
}

/** Completes the message of an error that has a span: code, sentence, source line and hint. */
export function attachSource<E extends TableError>(error: E, source: string): E {
  if (error.span === null || error.source !== null) return error;
  Object.defineProperty(error, 'source', { value: source, enumerable: true });
  const { line, column } = lineAndColumn(source, error.span.start);
  const hint = error.hint === null ? '' : `\n${error.hint}`;
  error.message = `${error.sentence} (line ${line}, column ${column})\n${renderSource(source, error.span)}${hint}`;
  return error;
}

/**
 * Runs a part of a text. The places of its errors are in the whole, where the part begins at
 * `start`.
 */
export async function placedInWhole<T>(
  whole: string,
  { text, start }: { readonly text: string; readonly start: number },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TableError) || error.span === null || error.source !== text) throw error;
    const span = { start: error.span.start + start, end: error.span.end + start };
    Object.defineProperty(error, 'span', { value: span, enumerable: true });
    Object.defineProperty(error, 'source', { value: null, enumerable: true });
    throw attachSource(error, whole);
  }
}

/** A hint that names the candidate nearest to `word`, or null when none is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === null ? null : `Did you mean '${best}'?`;
}

/** Damerau-Levenshtein distance (adjacent swaps count one), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, beforeLast[j - 2]! + 1);
      }
      row.push(d);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A text that was evaluated in this thread, and where its function was made. */
interface Evaluated {
  readonly lines: readonly string[];
  /** `file:///…/functions.ts:12:3`: the call of `udf` or one of its like. */
  readonly madeAt: string;
}

/** Lines that `Function` puts before the body that it is given. */
const HEADER_LINES = 2;
/** Lines around the one in question that tell it apart from others of the same text. */
const NEIGHBOURS = 4;
/** Texts whose lines are known; errors in others name the text alone. */
const EVALUATED_MAX = 1000;

const evaluated = new Map<string, Evaluated>();

/**
 * The place of the nearest caller outside of this folder and of what it is called through; null
 * where it is in no file.
 */
export function callerPlace(): string | null {
  // A bundle in CommonJS has no address: its frames name no files of the user's anyway.
  if (!URL.canParse(import.meta.url)) return null;
  const folders = ['.', '../common/'].map((folder) => new URL(folder, import.meta.url).href);
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const frame = frames.find(
    (line) => line.includes(' at ') && !folders.some((folder) => line.includes(folder)),
  );
  return /file:\/\/[^\s)]+:\d+:\d+/.exec(frame ?? '')?.[0] ?? null;
}

/** Notes the body of a function that errors will name by `name`. */
export function noteEvaluated(name: string, body: string, madeAt: string | null): void {
  if (madeAt === null) return;
  const [oldest] = evaluated.keys();
  if (evaluated.size >= EVALUATED_MAX && oldest !== undefined) evaluated.delete(oldest);
  evaluated.set(name, { lines: body.split('\n'), madeAt });
}

/**
 * Puts the lines of the user's files into the stack of an error, in place of those of the text that
 * the function travelled by. What cannot be found stays as it is.
 */
export function withUserLines(stack: string): string {
  return stack.replace(/(udf-\d+-[^\s:()]+\.js):(\d+):(\d+)/g, (place, name, line, column) => {
    const text = evaluated.get(name);
    if (text === undefined) return place;
    return placeInFile(text, Number(line) - HEADER_LINES - 1, Number(column) - 1) ?? place;
  });
}

function placeInFile({ lines, madeAt }: Evaluated, line: number, column: number): string | null {
  const [, url = '', madeLine = ''] = /^(.*):(\d+):\d+$/.exec(madeAt) ?? [];
  const file = linesOf(url);
  const wanted = lines[line];
  if (file === null || wanted === undefined) return null;
  const start = wanted.length - unwrapped(wanted).length;
  let best: { readonly at: number; readonly score: number; readonly found: number } | null = null;
  for (let at = 0; at < file.length; at++) {
    const found = indexIn(file[at]!, unwrapped(wanted));
    if (found < 0) continue;
    const distance = Math.abs(at - Number(madeLine)) / file.length;
    const score = likeness(lines, line, file, at) - distance;
    if (best === null || score > best.score) best = { at, score, found };
  }
  if (best === null) return null;
  return `${url}:${best.at + 1}:${best.found + Math.max(0, column - start) + 1}`;
}

function linesOf(url: string): readonly string[] | null {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').split('\n');
  } catch {
    return null;
  }
}

/** How many of the neighbouring lines are the same. */
function likeness(
  lines: readonly string[],
  line: number,
  file: readonly string[],
  at: number,
): number {
  let same = 0;
  for (let by = -NEIGHBOURS; by <= NEIGHBOURS; by++) {
    const [mine, other] = [lines[line + by], file[at + by]];
    if (mine !== undefined && other !== undefined && indexIn(other, unwrapped(mine)) >= 0) same++;
  }
  return same;
}

/** The line without what evaluation put before it. */
function unwrapped(line: string): string {
  return line.replace(/^return \(/, '');
}

/** Where a line stands in one of the file, in which there are types where the other has blanks. */
function indexIn(line: string, text: string): number {
  const wanted = text.trimEnd();
  if (wanted.trim() === '') return -1;
  for (let at = 0; at + wanted.length <= line.length; at++) {
    let i = 0;
    while (i < wanted.length && (wanted[i] === ' ' || wanted[i] === line[at + i])) i++;
    if (i === wanted.length) return at;
  }
  return -1;
}

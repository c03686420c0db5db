/** One statement of a script. */
export interface ScriptPart {
  /** The statement without its `;`. */
  readonly text: string;
  /** Where it starts in the script. */
  readonly start: number;
  /** Whether a `;` ended it: false only for the last part. */
  readonly complete: boolean;
}

/**
 * What separates statements: quoted text and comments are passed over as a whole, an unfinished
 * one reaches to the end.
 */
const PIECES = /'(?:[^']|'')*(?:'|$)|`(?:[^`]|``)*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|;|\w+/g;
const COMMENTS = /--[^\n]*|\/\*(?!\+)[\s\S]*?\*\//g;

/**
 * Cuts a script at the `;` between its statements. The inserts of a statement set stay together:
 * `EXECUTE STATEMENT SET BEGIN …; …; END`. Empty statements are left out.
 */
export function splitStatements(script: string): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  let start = 0;
  let words: string[] = [];
  const end = (at: number, complete: boolean): void => {
    const text = script.slice(start, at);
    if (text.replace(COMMENTS, '').trim() !== '') {
      const lead = text.length - text.trimStart().length;
      parts.push({ text: text.trim(), start: start + lead, complete });
    }
    start = at + 1;
    words = [];
  };
  for (const { 0: piece, index } of script.matchAll(PIECES)) {
    if (/^\w/.test(piece)) words.push(piece.toUpperCase());
    else if (piece === ';' && !insideStatementSet(words)) end(index, true);
  }
  if (start < script.length) end(script.length, false);
  return parts;
}

function insideStatementSet(words: readonly string[]): boolean {
  const head = words.slice(0, 5).join(' ');
  return /(^| )STATEMENT SET BEGIN\b/.test(head) && words.at(-1) !== 'END';
}

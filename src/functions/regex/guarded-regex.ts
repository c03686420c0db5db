import type { RE2JS } from 're2js';
import { runtimeError } from '../../common/errors.ts';
import { loadPackage } from '../../common/packages.ts';
import { backtrackingDegree } from './ambiguity.ts';

/** Steps (about a tenth of a second) that backtracking may take over one text. */
const STEPS_PREFERRED = 3e7;
/** Steps (some seconds) that it may take where nothing else can match the expression. */
const STEPS_MAX = 1e9;

/** One match: the texts of its groups, the whole match first. */
export interface RegexMatch extends ReadonlyArray<string | undefined> {
  readonly 0: string;
  readonly index: number;
  readonly groups?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * A regular expression that cannot keep the process busy: texts on which backtracking might take
 * long are matched by an engine whose time is linear in their length.
 */
export class GuardedRegex {
  readonly #pattern: string;
  readonly #regexp: RegExp;
  readonly #preferred: number;
  readonly #most: number;
  #linear: RE2JS | null | undefined;

  /**
   * `regexp` must have the flag g; `pattern` is what users wrote.
   * Errors: TableRuntimeError UNSAFE_PATTERN.
   */
  constructor(pattern: string, regexp: RegExp) {
    const degree = backtrackingDegree(regexp.source, regexp.flags);
    this.#pattern = pattern;
    this.#regexp = regexp;
    this.#preferred = degree === Infinity ? 0 : STEPS_PREFERRED ** (1 / degree);
    this.#most = degree === Infinity ? 0 : STEPS_MAX ** (1 / degree);
    if (degree === Infinity && this.#linearForm() === null) throw this.#unsafe();
  }

  /** The number of groups. */
  get groupCount(): number {
    return (new RegExp(`${this.#regexp.source}|`, this.#regexp.flags).exec('')?.length ?? 1) - 1;
  }

  /** Whether a part of the text matches. Errors: TableRuntimeError UNSAFE_PATTERN. */
  test(text: string): boolean {
    return this.exec(text) !== null;
  }

  /** The first match; null if there is none. Errors: TableRuntimeError UNSAFE_PATTERN. */
  exec(text: string): RegexMatch | null {
    const linear = this.#engineFor(text);
    if (linear !== null) {
      for (const match of linearMatches(linear, text)) return match;
      return null;
    }
    this.#regexp.lastIndex = 0;
    return this.#regexp.exec(text);
  }

  /** The matches, one after the other. Errors: TableRuntimeError UNSAFE_PATTERN. */
  matches(text: string): Iterable<RegexMatch> {
    const linear = this.#engineFor(text);
    return linear === null ? text.matchAll(this.#regexp) : linearMatches(linear, text);
  }

  /** The parts between the matches. Errors: TableRuntimeError UNSAFE_PATTERN. */
  split(text: string): readonly string[] {
    const parts: string[] = [];
    let from = 0;
    for (const match of this.matches(text)) {
      const end = match.index + match[0].length;
      if (end === 0 || (match[0] === '' && end >= text.length)) continue;
      parts.push(text.slice(from, match.index));
      from = end;
    }
    parts.push(text.slice(from));
    return parts;
  }

  /** The linear engine for texts that are too long for backtracking; null for others. */
  #engineFor(text: string): RE2JS | null {
    if (text.length <= this.#preferred) return null;
    const linear = this.#linearForm();
    if (linear === null && text.length > this.#most) throw this.#unsafe();
    return linear;
  }

  #linearForm(): RE2JS | null {
    if (this.#linear === undefined) this.#linear = compileLinear(this.#regexp);
    return this.#linear;
  }

  #unsafe() {
    return runtimeError('UNSAFE_PATTERN', { pattern: this.#pattern });
  }
}

let loaded: typeof RE2JS | null = null;

/** The expression for the linear engine; null if that cannot express it. */
function compileLinear({ source, flags }: RegExp): RE2JS | null {
  // Inside of [ ] set operations would be read as characters.
  if (flags.includes('v')) return null;
  const set = [...flags].filter((flag) => 'ims'.includes(flag)).join('');
  const text = source
    .replace(/\\(?:u\{?([0-9a-fA-F]+)\}?|.)/gsu, (whole, code: string | undefined) =>
      code === undefined ? whole : `\\x{${code}}`,
    )
    .replaceAll('(?<', '(?P<')
    .replace(/\(\?P<([=!])/g, '(?<$1');
  if (loaded === null) {
    loaded = loadPackage<{ readonly RE2JS: typeof RE2JS }>('re2js').RE2JS;
  }
  try {
    return loaded.compile(set === '' ? text : `(?${set})${text}`);
  } catch {
    return null;
  }
}

function* linearMatches(regex: RE2JS, text: string): Generator<RegexMatch> {
  const matcher = regex.matcher(text);
  const names = Object.keys(regex.namedGroups());
  while (matcher.find()) {
    const texts = [matcher.group(0) ?? ''] as [string, ...(string | undefined)[]];
    for (let i = 1; i <= matcher.groupCount(); i++) texts.push(matcher.group(i) ?? undefined);
    const groups = Object.fromEntries(
      names.map((name) => [name, matcher.group(name) ?? undefined]),
    );
    yield Object.assign(texts, { index: matcher.start(0), groups });
  }
}

import { GuardedRegex, type RegexMatch } from './guarded-regex.ts';

/** Patterns may come from data: no more than this many compiled ones are kept. */
const CACHE_MAX = 256;
const cache = new Map<string, GuardedRegex | null>();

/**
 * A regular expression of java.util.regex; null when it is malformed. Possessive quantifiers
 * become greedy ones. Errors: TableRuntimeError UNSAFE_PATTERN.
 */
export function javaRegex(pattern: string): GuardedRegex | null {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const regexp = compile(pattern);
  const guarded = regexp === null ? null : new GuardedRegex(pattern, regexp);
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(pattern, guarded);
  return guarded;
}

function compile(pattern: string): RegExp | null {
  const translated = new Translator(pattern).run();
  if (translated === null) return null;
  try {
    return new RegExp(
      translated.source,
      `g${translated.flags}${translated.setNotation ? 'v' : 'u'}`,
    );
  } catch {
    return null;
  }
}

/** The text that a replacement of java.util.regex gives for a match: `$1`, `${name}`, `\$`. */
export function javaReplacement(replacement: string, match: RegexMatch): string | null {
  let text = '';
  for (let i = 0; i < replacement.length; i++) {
    const character = replacement[i]!;
    if (character === '\\') {
      if (++i >= replacement.length) return null;
      text += replacement[i];
    } else if (character === '$') {
      const reference = /^(?:\{(\w+)\}|(\d))/.exec(replacement.slice(i + 1));
      if (reference === null) return null;
      const [whole, name, digit] = reference;
      const value = name === undefined ? match[Number(digit)] : match.groups?.[name];
      if (digit !== undefined && Number(digit) >= match.length) return null;
      text += value ?? '';
      i += whole.length;
    } else text += character;
  }
  return text;
}

const POSIX: Readonly<Record<string, string>> = {
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Space: '\\t-\\r ',
  Blank: ' \\t',
  XDigit: '0-9a-fA-F',
  ASCII: '\\x00-\\x7f',
  Cntrl: '\\x00-\\x1f\\x7f',
  Graph: '!-~',
  Print: ' -~',
  IsAlphabetic: '\\p{Alphabetic}',
  IsLetter: '\\p{L}',
  IsDigit: '\\p{Nd}',
  javaLowerCase: '\\p{Ll}',
  javaUpperCase: '\\p{Lu}',
};

/** Escapes that mean the same in both dialects and are kept as they are. */
const KEPT_ESCAPES = /[dDwWbBnrtf0-9^$\\.*+?()[\]{}|/]/;

/** Classes that are wider in JavaScript: by letter, what stands between [ and ]. */
const NARROWED: Readonly<Record<string, string>> = {
  s: '\\t-\\r ',
  S: '\\x00-\\x08\\x0e-\\x1f!-\\u{10ffff}',
  v: '\\n-\\r\\x85\\u2028\\u2029',
  V: '\\x00-\\t\\x0e-\\x84\\x86-\\u2027\\u202a-\\u{10ffff}',
  h: '\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
};

/** What `.` stands for: no line terminators, unless (?s) was given. */
const DOT = '[^\\n\\r\\x85\\u2028\\u2029]';

/** Rewrites the syntax in which Java's regular expressions differ. */
class Translator {
  readonly #pattern: string;
  #at = 0;
  #source = '';
  #flags = '';
  #classDepth = 0;
  #setNotation = false;
  /** Whether blanks mean nothing and # begins a comment. */
  #comments = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): { source: string; flags: string; setNotation: boolean } | null {
    this.#setNotation = this.#pattern.includes('&&');
    const inline = /^\(\?([ismx]+)\)/.exec(this.#pattern);
    if (inline !== null) {
      this.#flags = [...new Set(inline[1]!.replaceAll('x', ''))].join('');
      this.#comments = inline[1]!.includes('x');
      this.#at = inline[0].length;
    }
    while (this.#at < this.#pattern.length) if (!this.#step()) return null;
    return { source: this.#source, flags: this.#flags, setNotation: this.#setNotation };
  }

  #step(): boolean {
    const character = this.#pattern[this.#at++]!;
    if (character === '\\') return this.#escape();
    const inClass = this.#classDepth > 0;
    if (character === '[') {
      // Java nests classes; the u flag does not, so an inner one is only opened in set notation.
      this.#source += inClass && !this.#setNotation ? '\\[' : '[';
      if (!inClass || this.#setNotation) this.#classDepth++;
      this.#openClass();
    } else if (character === ']' && inClass) {
      this.#classDepth--;
      this.#source += this.#setNotation ? ']]' : ']';
    } else if (inClass && character === '&' && this.#pattern[this.#at] === '&') {
      this.#at++;
      this.#source += ']&&[';
    } else if (inClass && '/{}()|'.includes(character)) this.#source += `\\${character}`;
    else if (!inClass && (character === ']' || character === '}')) this.#closing(character);
    else if (!inClass && character === '{') this.#brace();
    else if (!inClass && character === '+' && this.#followsQuantifier()) return true;
    else if (!inClass && character === '.' && !this.#flags.includes('s')) this.#source += DOT;
    else if (!inClass && this.#comments && /\s/.test(character)) return true;
    else if (!inClass && this.#comments && character === '#') this.#comment();
    else this.#source += character;
    return true;
  }

  #comment(): void {
    const end = this.#pattern.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#pattern.length : end;
  }

  /** After `[` or `[^` a `]` is a character. */
  #openClass(): void {
    if (this.#pattern[this.#at] === '^') {
      this.#source += '^';
      this.#at++;
    }
    // The operands of && are classes of their own.
    if (this.#setNotation) this.#source += '[';
    if (this.#pattern[this.#at] === ']') {
      this.#source += '\\]';
      this.#at++;
    }
  }

  #brace(): void {
    const quantifier = /^\d+(?:,\d*)?\}/.exec(this.#pattern.slice(this.#at));
    if (quantifier === null) this.#source += '\\{';
    else {
      this.#source += `{${quantifier[0]}`;
      this.#at += quantifier[0].length;
    }
  }

  #closing(character: string): void {
    this.#source += `\\${character}`;
  }

  /** Whether the `+` just read makes the quantifier before it possessive. */
  #followsQuantifier(): boolean {
    return (
      /(?:^|[^\\])(?:\\\\)*[*+?}]$/.test(this.#source) && !/(?:^|[^\\])\\[*+?}]$/.test(this.#source)
    );
  }

  #escape(): boolean {
    const next = this.#pattern[this.#at];
    if (next === undefined) return false;
    this.#at++;
    switch (next) {
      case 'Q':
        return this.#quotation();
      case 'p':
      case 'P':
        return this.#property(next);
      case 'A':
        this.#source += '^';
        return true;
      case 'z':
        this.#source += '$';
        return true;
      case 'Z':
        this.#source += '(?=\\n?$)';
        return true;
      case 'R':
        this.#source += '(?:\\r\\n|[\\n\\r\\u2028\\u2029])';
        return true;
      case 'e':
        this.#source += '\\x1b';
        return true;
      case 'a':
        this.#source += '\\x07';
        return true;
      default:
        return this.#plainEscape(next);
    }
  }

  #plainEscape(next: string): boolean {
    const narrowed = NARROWED[next];
    if (narrowed !== undefined) {
      this.#source += this.#classDepth > 0 ? narrowed : `[${narrowed}]`;
    } else if (next === 'k' || next === 'x' || next === 'u' || KEPT_ESCAPES.test(next)) {
      this.#source += `\\${next}`;
    } else if (next === '-') this.#source += this.#classDepth > 0 ? '\\-' : '-';
    else if (/[a-zA-Z]/.test(next)) return false;
    else this.#source += next;
    return true;
  }

  #quotation(): boolean {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    this.#source += text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return true;
  }

  #property(letter: 'p' | 'P'): boolean {
    const match = /^(?:\{\^?(\w+)\}|([A-Z]))/.exec(this.#pattern.slice(this.#at));
    if (match === null) return false;
    this.#at += match[0].length;
    const name = match[1] ?? match[2]!;
    const posix = POSIX[name];
    if (posix === undefined) {
      const property = name.startsWith('Is') ? name.slice(2) : name;
      this.#source += `\\${letter}{${property}}`;
    } else if (this.#classDepth > 0 && letter === 'p') this.#source += posix;
    else this.#source += `[${letter === 'P' ? '^' : ''}${posix}]`;
    return true;
  }
}

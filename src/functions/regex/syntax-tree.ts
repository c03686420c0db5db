/** A regular expression as far as the ways to match it go: groups leave no trace. */
export type Regex =
  /** One character; `source` is the class, escape or character as it is written. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly body: Regex; readonly min: number; readonly max: number }
  /** Look-ahead or look-behind: tried, but nothing of the text is used up. */
  | { readonly kind: 'look'; readonly body: Regex }
  /** The text of a group again. */
  | { readonly kind: 'reference' }
  /** `start` for `^`; any other place that is tested without using up text. */
  | { readonly kind: 'anchor'; readonly start: boolean };

/** Any character, as RegExp writes it. */
export const ANY: Regex = { kind: 'set', source: '[^]' };

/** The tree of the source of a RegExp that was accepted with the flag `u` or `v`. */
export function parseRegExp(source: string): Regex {
  return new Parser(source).choice();
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  choice(): Regex {
    const items = [this.#sequence()];
    while (this.#take('|')) items.push(this.#sequence());
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  #sequence(): Regex {
    const items: Regex[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      items.push(this.#quantified(this.#atom()));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  #quantified(body: Regex): Regex {
    const quantifier = this.#match(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
    if (quantifier === null) return body;
    const [, sign, least, comma, most] = quantifier;
    if (sign === '*') return { kind: 'repeat', body, min: 0, max: Infinity };
    if (sign === '+') return { kind: 'repeat', body, min: 1, max: Infinity };
    if (sign === '?') return { kind: 'repeat', body, min: 0, max: 1 };
    const min = Number(least);
    const max = comma === '' ? min : most === '' ? Infinity : Number(most);
    return { kind: 'repeat', body, min, max };
  }

  #atom(): Regex {
    if (this.#match(/\(\?<?[=!]/y) !== null) return { kind: 'look', body: this.#groupBody() };
    if (this.#match(/\((?:\?(?:<\w+>|[a-z-]*:))?/y) !== null) return this.#groupBody();
    if (this.#take('^')) return { kind: 'anchor', start: true };
    if (this.#match(/\$|\\[bB]/y) !== null) return { kind: 'anchor', start: false };
    if (this.#match(/\\(?:[1-9]\d*|k<\w+>)/y) !== null) return { kind: 'reference' };
    if (this.#source[this.#at] === '[') return { kind: 'set', source: this.#characterClass() };
    const character = /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c.|.)|./suy;
    return { kind: 'set', source: this.#match(character)![0] };
  }

  #groupBody(): Regex {
    const body = this.choice();
    this.#take(')');
    return body;
  }

  #characterClass(): string {
    const from = this.#at;
    let depth = 0;
    do {
      const character = this.#source[this.#at++]!;
      if (character === '\\') this.#at++;
      else if (character === '[') depth++;
      else if (character === ']') depth--;
    } while (depth > 0);
    return this.#source.slice(from, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }
}

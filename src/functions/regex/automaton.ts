import { ANY, type Regex } from './syntax-tree.ts';

/**
 * The position automaton of a regular expression: a state for each character it is written with.
 * Numbers of ways are counted up to 2.
 */
export interface Automaton {
  /** What each state reads. */
  readonly sources: readonly string[];
  /** The states that may come next, and in how many ways (1 or 2) each is reached. */
  readonly next: readonly ReadonlyMap<number, number>[];
}

/** States up to which repetitions are written out; above, they become loops. */
const STATES_MAX = 120;
/** Repetitions up to this many are written out, if their body leaves no choice. */
const COPIES_MAX = 10;
/** Choices outside of loops, above which each counts as a loop. */
const CHOICES_MAX = 10;

/** The automaton; null when the expression is too large. Counted repetitions may become loops. */
export function automatonOf(regex: Regex): Automaton | null {
  for (const exact of [true, false]) {
    const builder = new Builder(exact);
    builder.build(regex);
    if (!builder.overflow) return builder.automaton();
  }
  return null;
}

type Ways = ReadonlyMap<number, number>;

/** Where a part begins and ends, and in how many ways it is empty. */
interface Part {
  readonly first: Ways;
  readonly last: Ways;
  readonly empty: number;
}

const NOTHING: Part = { first: new Map(), last: new Map(), empty: 1 };

class Builder {
  readonly #exact: boolean;
  readonly #sources: string[] = [];
  readonly #next: Map<number, number>[] = [];
  #choices = 0;

  constructor(exact: boolean) {
    this.#exact = exact;
  }

  get overflow(): boolean {
    return this.#sources.length > STATES_MAX || (this.#exact && this.#choices > CHOICES_MAX);
  }

  automaton(): Automaton {
    return { sources: this.#sources, next: this.#next };
  }

  build(regex: Regex): Part {
    if (this.overflow) return NOTHING;
    switch (regex.kind) {
      case 'set':
        return this.#state(regex.source);
      case 'reference':
        return this.#loop(ANY, true);
      case 'anchor':
        return NOTHING;
      case 'look':
        return { ...this.build(regex.body), last: new Map(), empty: 1 };
      case 'sequence':
        return regex.items.reduce((part, item) => this.#join(part, this.build(item)), NOTHING);
      case 'choice':
        this.#choices++;
        return this.#exact ? this.#either(regex.items) : this.#looped(this.#either(regex.items), 0);
      case 'repeat':
        return this.#repeat(regex);
    }
  }

  #state(source: string): Part {
    const state = this.#sources.length;
    this.#sources.push(source);
    this.#next.push(new Map());
    return { first: new Map([[state, 1]]), last: new Map([[state, 1]]), empty: 0 };
  }

  #either(items: readonly Regex[]): Part {
    return items
      .map((item) => this.build(item))
      .reduce((a, b) => ({
        first: union(a.first, b.first),
        last: union(a.last, b.last),
        empty: Math.min(2, a.empty + b.empty),
      }));
  }

  #repeat({ body, min, max }: Regex & { kind: 'repeat' }): Part {
    if (max === 0) return NOTHING;
    if (max === 1 && min === 1) return this.build(body);
    if (max === Infinity) {
      let part = NOTHING;
      const copies = this.#exact && min <= COPIES_MAX ? min - 1 : 0;
      for (let i = 0; i < copies; i++) part = this.#join(part, this.build(body));
      return this.#join(part, this.#loop(body, min === 0));
    }
    const written = min === max || max === 1 || (max <= COPIES_MAX && !hasChoice(body));
    if (!this.#exact || !written) return this.#loop(body, min === 0);
    if (min < max) this.#choices++;
    let optional = NOTHING;
    for (let i = min; i < max; i++) {
      const part = this.#join(this.build(body), optional);
      optional = { ...part, empty: 1 };
    }
    let part = NOTHING;
    for (let i = 0; i < min && !this.overflow; i++) part = this.#join(part, this.build(body));
    return this.#join(part, optional);
  }

  #loop(body: Regex, optional: boolean): Part {
    return this.#looped(this.build(body), optional ? 1 : 0);
  }

  #looped(part: Part, empty: number): Part {
    this.#link(part.last, part.first);
    return { ...part, empty: Math.max(empty, part.empty) };
  }

  #join(a: Part, b: Part): Part {
    this.#link(a.last, b.first);
    return {
      first: a.empty === 0 ? a.first : union(a.first, b.first, a.empty),
      last: b.empty === 0 ? b.last : union(b.last, a.last, b.empty),
      empty: Math.min(2, a.empty * b.empty),
    };
  }

  #link(from: Ways, to: Ways): void {
    for (const [state, ways] of from) {
      const next = this.#next[state]!;
      for (const [target, more] of to) add(next, target, ways * more);
    }
  }
}

/** Whether a part of the expression may match in more than one way. */
function hasChoice(regex: Regex): boolean {
  switch (regex.kind) {
    case 'repeat':
      return regex.min !== regex.max || hasChoice(regex.body);
    case 'sequence':
      return regex.items.some(hasChoice);
    default:
      return regex.kind !== 'set' && regex.kind !== 'anchor';
  }
}

function union(a: Ways, b: Ways, times = 1): Ways {
  const all = new Map(a);
  for (const [state, ways] of b) add(all, state, ways * times);
  return all;
}

function add(ways: Map<number, number>, state: number, more: number): void {
  ways.set(state, Math.min(2, (ways.get(state) ?? 0) + more));
}

import { type Automaton, automatonOf } from './automaton.ts';
import { ANY, parseRegExp, type Regex } from './syntax-tree.ts';

/** Pairs and triples of states that are looked at; beyond, the worst is assumed. */
const WORK_MAX = 400_000;
/** Characters of every kind that classes distinguish, beside those of the expression itself. */
const SAMPLES = '\u{85}\u{a0}²éÉßſİıΣσςя中٣\u{2028}\u{2029}\u{feff}ǅ́🦆\u{212a}';

/**
 * How the steps of a backtracking search grow with the length of the text, at worst: the exponent
 * of a polynomial, 1 for linear; Infinity for an exponential. `source` is a RegExp's.
 */
export function backtrackingDegree(source: string, flags: string): number {
  if (!/[*+?{|]/.test(source)) return 1;
  const regex = parseRegExp(source);
  const tried = withoutTail(regex);
  const anchored = !flags.includes('m') && startsAnchored(regex);
  const search: Regex = {
    kind: 'sequence',
    items: anchored ? [tried] : [{ kind: 'repeat', body: ANY, min: 0, max: Infinity }, tried],
  };
  const automaton = automatonOf(search);
  return automaton === null ? Infinity : new Ambiguity(automaton, source, flags).degree();
}

/** The expression without what repeats at its end: that cannot fail once it is reached. */
function withoutTail(regex: Regex): Regex {
  if (regex.kind === 'repeat' && regex.body.kind === 'set') return { ...regex, max: regex.min };
  if (regex.kind === 'choice') return { ...regex, items: regex.items.map(withoutTail) };
  if (regex.kind !== 'sequence') return regex;
  const items = [...regex.items];
  for (let i = items.length - 1; i >= 0; i--) {
    const item = withoutTail(items[i]!);
    items[i] = item;
    if (item.kind !== 'repeat' || item.max > 0) break;
  }
  return { ...regex, items };
}

function startsAnchored(regex: Regex): boolean {
  if (regex.kind === 'anchor') return regex.start;
  if (regex.kind === 'choice') return regex.items.every(startsAnchored);
  return (
    regex.kind === 'sequence' && regex.items[0] !== undefined && startsAnchored(regex.items[0])
  );
}

/**
 * The degree of ambiguity of an automaton, by the criteria of Weber and Seidl: exponential when a
 * state returns to itself in two ways by one word; polynomial by the longest chain of loops of
 * which each can hand a word to the next that both loop on.
 */
class Ambiguity {
  readonly #next: readonly ReadonlyMap<number, number>[];
  readonly #sets: readonly bigint[];
  readonly #component: readonly number[];
  #work = 0;

  constructor(automaton: Automaton, source: string, flags: string) {
    this.#next = automaton.next;
    this.#sets = setsOf(automaton.sources, source, flags);
    this.#component = components(automaton.next);
  }

  degree(): number {
    if (this.#isExponential()) return Infinity;
    const loops = this.#loops();
    const chain = new Map<number, number>();
    // Components are numbered from the last to the first, so what follows is known already.
    const ordered = [...loops].sort(([a], [b]) => a - b);
    for (const [component, [state]] of ordered) {
      const reached = this.#reach([state!]);
      let longest = 0;
      for (const [other, [target]] of ordered) {
        if (other === component || !reached.has(target!)) continue;
        const further = chain.get(other)!;
        if (further > longest) longest = further;
        if (further + 1 > longest && this.#handsOver(component, other)) longest = further + 1;
      }
      chain.set(component, longest);
    }
    if (this.#work > WORK_MAX) return Infinity;
    return 1 + Math.max(0, ...chain.values());
  }

  #isExponential(): boolean {
    for (const [component, states] of this.#loops()) {
      const inside = (state: number) => this.#component[state] === component;
      const twice = states.some((p) =>
        [...this.#next[p]!].some(([q, ways]) => inside(q) && ways > 1),
      );
      if (twice || this.#splitsAndMeets(states, inside)) return true;
    }
    return false;
  }

  /** Whether two walks in a component part from one state and meet again, reading the same. */
  #splitsAndMeets(states: readonly number[], inside: (state: number) => boolean): boolean {
    const size = this.#next.length;
    const seen = new Set(states.map((state) => state * size + state));
    const queue = [...seen];
    const before = new Map<number, number[]>();
    for (const pair of queue) {
      for (const [p] of this.#next[Math.floor(pair / size)]!) {
        for (const [q] of this.#next[pair % size]!) {
          if (!inside(p) || !inside(q) || !this.#overlap(p, q)) continue;
          const to = p * size + q;
          before.set(to, [...(before.get(to) ?? []), pair]);
          if (!seen.has(to)) queue.push(to);
          seen.add(to);
          if (++this.#work > WORK_MAX) return true;
        }
      }
    }
    const meeting = states.map((state) => state * size + state);
    const back = new Set(meeting);
    for (const pair of meeting) {
      for (const from of before.get(pair) ?? []) {
        if (Math.floor(from / size) !== from % size) return true;
        if (!back.has(from)) meeting.push(from);
        back.add(from);
      }
    }
    return false;
  }

  /** Whether a word leads around loop `a`, from it to loop `b`, and around `b`. */
  #handsOver(a: number, b: number): boolean {
    const loops = this.#loops();
    for (const p of loops.get(a)!) {
      for (const q of loops.get(b)!) if (this.#handsOverFrom(p, q)) return true;
    }
    return false;
  }

  #handsOverFrom(p: number, q: number): boolean {
    const [a, b] = [this.#component[p]!, this.#component[q]!];
    const size = this.#next.length;
    const key = (x: number, y: number, z: number) => (x * size + y) * size + z;
    const goal = key(p, q, q);
    const seen = new Set([key(p, p, q)]);
    const queue: [number, number, number][] = [[p, p, q]];
    for (const [x, y, z] of queue) {
      for (const [x2] of this.#next[x]!) {
        if (this.#component[x2] !== a) continue;
        for (const [z2] of this.#next[z]!) {
          if (this.#component[z2] !== b || !this.#overlap(x2, z2)) continue;
          for (const [y2] of this.#next[y]!) {
            if (++this.#work > WORK_MAX) return true;
            const shared = this.#sets[x2]! & this.#sets[y2]! & this.#sets[z2]!;
            const to = key(x2, y2, z2);
            if (shared === 0n || seen.has(to)) continue;
            if (to === goal) return true;
            seen.add(to);
            queue.push([x2, y2, z2]);
          }
        }
      }
    }
    return false;
  }

  #overlap(p: number, q: number): boolean {
    return (this.#sets[p]! & this.#sets[q]!) !== 0n;
  }

  /** The components that contain a loop, with their states. */
  #loops(): Map<number, number[]> {
    const loops = new Map<number, number[]>();
    for (const [state, component] of this.#component.entries()) {
      const loop = [...this.#next[state]!.keys()].some((q) => this.#component[q] === component);
      if (loop) loops.set(component, [...(loops.get(component) ?? []), state]);
    }
    return loops;
  }

  #reach(from: readonly number[]): Set<number> {
    const reached = new Set(from);
    for (const state of reached) for (const next of this.#next[state]!.keys()) reached.add(next);
    return reached;
  }
}

/** The number of the strongly connected component of each state; successors have lower ones. */
function components(next: readonly ReadonlyMap<number, number>[]): readonly number[] {
  const order: number[] = new Array(next.length).fill(-1);
  const low: number[] = new Array(next.length).fill(-1);
  const component: number[] = new Array(next.length).fill(-1);
  const stack: number[] = [];
  let count = 0;
  let found = 0;
  const visit = (state: number): void => {
    order[state] = count;
    low[state] = count++;
    stack.push(state);
    for (const target of next[state]!.keys()) {
      if (order[target] === -1) visit(target);
      if (component[target] === -1) low[state] = Math.min(low[state]!, low[target]!);
    }
    if (low[state] !== order[state]) return;
    let popped: number | undefined;
    do {
      popped = stack.pop();
      if (popped !== undefined) component[popped] = found;
    } while (popped !== state && popped !== undefined);
    found++;
  };
  for (let state = 0; state < next.length; state++) if (order[state] === -1) visit(state);
  return component;
}

/** Which of a choice of characters each class contains, as bits. */
function setsOf(sources: readonly string[], whole: string, flags: string): readonly bigint[] {
  const characters = new Set<string>(SAMPLES);
  for (let code = 0; code < 128; code++) characters.add(String.fromCodePoint(code));
  const escapes = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/g;
  const codes = [...whole].map((character) => character.codePointAt(0)!);
  for (const [, a, b, c] of whole.matchAll(escapes)) {
    codes.push(Math.min(0x10ffff, Number.parseInt(a ?? b ?? c ?? '0', 16)));
  }
  for (const code of codes) {
    for (const near of [code - 1, code, code + 1]) {
      if (near >= 0 && near <= 0x10ffff) characters.add(String.fromCodePoint(near));
    }
  }
  // (?i:…) inside makes everything match without regard to case here: the sets only grow.
  const folded = /\(\?[a-z]*i/.test(whole) && !flags.includes('i') ? `${flags}i` : flags;
  const known = new Map<string, bigint>();
  return sources.map((source) => {
    const set = known.get(source) ?? setOf(source, folded, characters);
    known.set(source, set);
    return set;
  });
}

function setOf(source: string, flags: string, characters: ReadonlySet<string>): bigint {
  const regexp = new RegExp(`^(?:${source})$`, flags.replace('g', ''));
  let digits = '';
  for (const character of characters) digits += regexp.test(character) ? '1' : '0';
  return BigInt(`0b${digits}`);
}

import type { Type } from './tables.ts';

/** What a part of a query is: parts of one sort may stand for one another. */
export type Sort = Type | 'bool' | 'query' | 'from' | 'list' | 'optional';

/** A part of a query: texts and further parts, in order. */
export interface Node {
  readonly sort: Sort;
  readonly parts: readonly (string | Node)[];
}

/** Makes a node of the texts of a template and what stands between them. */
export function build(sort: Sort, texts: readonly string[], ...inner: (string | Node)[]): Node {
  const parts: (string | Node)[] = [];
  for (const [i, text] of texts.entries()) {
    parts.push(text);
    const next = inner[i];
    if (next !== undefined) parts.push(next);
  }
  return { sort, parts: parts.filter((part) => part !== '') };
}

/** Nodes with a text between them; at least one stays when the list is made smaller. */
export function list(items: readonly Node[], by: string): Node {
  const parts = items.flatMap((item, i): (string | Node)[] => (i === 0 ? [item] : [by, item]));
  return { sort: 'list', parts };
}

/** What may be left out; nothing when there is nothing. */
export function optional(...parts: readonly (string | Node)[]): Node {
  return { sort: 'optional', parts };
}

/** The query as text. */
export function print(part: string | Node): string {
  return typeof part === 'string' ? part : part.parts.map(print).join('');
}

/** The simplest values of a sort. */
const SMALLEST: Partial<Record<Sort, readonly string[]>> = {
  int: ['1'],
  double: ['CAST(1 AS DOUBLE)'],
  text: ["'a'"],
  decimal: ['1.5'],
  date: ["DATE '2024-01-01'"],
  bool: ['TRUE', 'FALSE'],
  optional: [''],
};

/** Queries that are smaller than this one by one step. */
export function* smaller(part: Node): Generator<Node> {
  if (part.parts.length > 0 && print(part) !== '') {
    for (const text of SMALLEST[part.sort] ?? []) {
      if (print(part) !== text) yield { sort: part.sort, parts: text === '' ? [] : [text] };
    }
  }
  if (part.sort === 'list') yield* shorter(part);
  else yield* descendants(part, part.sort);
  for (const [i, inner] of part.parts.entries()) {
    if (typeof inner === 'string') continue;
    for (const replaced of smaller(inner)) {
      yield { ...part, parts: part.parts.map((p, j) => (j === i ? replaced : p)) };
    }
  }
}

function* shorter(part: Node): Generator<Node> {
  const items = part.parts.filter((p) => typeof p !== 'string');
  const by = part.parts.find((p) => typeof p === 'string');
  if (items.length < 2 || typeof by !== 'string') return;
  for (const item of items)
    yield list(
      items.filter((other) => other !== item),
      by,
    );
}

function* descendants(part: Node, sort: Sort): Generator<Node> {
  for (const inner of part.parts) {
    if (typeof inner === 'string') continue;
    if (inner.sort === sort) yield inner;
    else yield* descendants(inner, sort);
  }
}

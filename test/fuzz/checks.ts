import type { Answer, Engine } from './engines.ts';
import { type Node, print } from './node.ts';

/** How a query is checked. */
export type CheckName = 'diff' | 'norec' | 'tlp';

/** What a check says of a query. */
export interface Verdict {
  /** `skip`: not supported, or the references do not agree. */
  readonly kind: 'same' | 'skip' | 'wrong';
  readonly detail: string;
}

const SAME: Verdict = { kind: 'same', detail: '' };

/** Errors that say what is not there yet, or what a query may legitimately run into. */
const ALLOWED = /^NotImplementedError|NESTING_LIMIT/;

/** The same query in other engines must give the same rows, in whatever order. */
export async function checkDifferential(
  query: Node,
  subject: Engine,
  references: readonly Engine[],
): Promise<Verdict> {
  const sql = print(query);
  const got = await subject.run(sql);
  if (got.error !== null && ALLOWED.test(got.error)) return { kind: 'skip', detail: got.error };
  const expected: string[] = [];
  for (const reference of references) {
    const answer = await reference.run(sql);
    if (answer.rows !== null) expected.push(bag(answer));
  }
  if (new Set(expected).size !== 1) return { kind: 'skip', detail: 'the references do not agree' };
  if (got.error !== null) return { kind: 'wrong', detail: got.error };
  if (bag(got) === expected[0]) return SAME;
  return { kind: 'wrong', detail: `expected ${expected[0]}\n     got ${bag(got)}` };
}

function bag({ rows }: Answer): string {
  return [...(rows ?? [])].sort().join(' ; ');
}

/** As many rows pass a filter as there are rows for which its condition, as a value, is TRUE. */
export async function checkNorec(query: Node, subject: Engine): Promise<Verdict> {
  const { from, condition } = partsOf(query);
  if (from === null) return SAME;
  return compare(
    await subject.run(`SELECT COUNT(*) FROM ${from} WHERE ${condition}`),
    await subject.run(
      `SELECT COUNT(*) - COUNT(CASE WHEN x.p THEN NULL ELSE 1 END) FROM (SELECT ${condition} AS p FROM ${from}) AS x`,
    ),
  );
}

/** The rows are those for which a condition is TRUE, those for which it is FALSE, and the rest. */
export async function checkTlp(query: Node, subject: Engine): Promise<Verdict> {
  const { from, condition } = partsOf(query);
  if (from === null) return SAME;
  const third = (test: string) => `SELECT * FROM ${from} WHERE ${test}`;
  return compare(
    await subject.run(`SELECT * FROM ${from}`),
    await subject.run(
      [third(condition), third(`NOT ${condition}`), third(`${condition} IS NULL`)].join(
        ' UNION ALL ',
      ),
    ),
  );
}

function partsOf(query: Node): { readonly from: string | null; readonly condition: string } {
  const [head, from, , condition] = query.parts;
  if (head !== 'SELECT * FROM ' || from === undefined || condition === undefined) {
    return { from: null, condition: '' };
  }
  return { from: print(from), condition: print(condition) };
}

function compare(a: Answer, b: Answer): Verdict {
  for (const { error } of [a, b]) {
    if (error !== null) return { kind: ALLOWED.test(error) ? 'skip' : 'wrong', detail: error };
  }
  if (bag(a) === bag(b)) return SAME;
  return { kind: 'wrong', detail: `one ${bag(a)}\nother ${bag(b)}` };
}

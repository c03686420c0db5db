import { type CheckName, checkDifferential, checkNorec, checkTlp, type Verdict } from './checks.ts';
import { type Engine, openDuckdb, openMillrace, openSqlite } from './engines.ts';
import { type Node, print, smaller } from './node.ts';
import { QueryGenerator } from './queries.ts';
import { Random } from './random.ts';
import { createTable, insertRows, randomTables, type TestTable } from './tables.ts';

/** A query that gave a wrong answer, made as small as it could be. */
export interface Finding {
  readonly check: CheckName;
  readonly seed: number;
  /** The statements that make the tables it reads. */
  readonly setup: readonly string[];
  readonly sql: string;
  readonly detail: string;
}

/** What a run did. */
export interface FuzzReport {
  readonly queries: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** How to run. */
export interface FuzzOptions {
  readonly queries: number;
  readonly seed: number;
  /** Called for each finding at once. */
  readonly onFinding?: (finding: Finding) => void;
  /** Stop after this many. */
  readonly findingsMax?: number;
}

/** Queries over the same tables. */
const BATCH = 100;
/** Tries to make a finding smaller. */
const TRIES_MAX = 1500;

/** Runs random queries; the same seed runs the same ones. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { queries, seed, onFinding, findingsMax = 20 } = options;
  const findings: Finding[] = [];
  const skipped: Record<string, number> = {};
  let done = 0;
  for (let round = 0; done < queries && findings.length < findingsMax; round++) {
    const roundSeed = seed * 1_000_003 + round;
    const random = new Random(roundSeed);
    const tables = randomTables(random);
    const subject = await openMillrace(tables, round);
    const references = [await openDuckdb(tables), await openSqlite(tables)];
    for (let i = 0; i < BATCH && done < queries && findings.length < findingsMax; i++, done++) {
      const check = random.pick<CheckName>(['diff', 'diff', 'diff', 'norec', 'tlp']);
      const generator = new QueryGenerator(random, tables, random.chance(0.5));
      const query = check === 'diff' ? generator.query() : generator.filtered();
      const run = (node: Node) => runCheck(check, node, subject, references);
      const verdict = await run(query);
      if (verdict.kind === 'skip') {
        const reason = verdict.detail.slice(0, 60);
        skipped[reason] = (skipped[reason] ?? 0) + 1;
      }
      if (verdict.kind !== 'wrong') continue;
      const small = await shrink(query, verdict.detail, run);
      const finding = {
        check,
        seed: roundSeed,
        setup: setupOf(tables, print(small.query)),
        sql: print(small.query),
        detail: small.detail,
      };
      findings.push(finding);
      onFinding?.(finding);
    }
    for (const engine of [subject, ...references]) await engine.close();
  }
  return { queries: done, skipped, findings };
}

function runCheck(
  check: CheckName,
  query: Node,
  subject: Engine,
  references: readonly Engine[],
): Promise<Verdict> {
  switch (check) {
    case 'diff':
      return checkDifferential(query, subject, references);
    case 'norec':
      return checkNorec(query, subject);
    case 'tlp':
      return checkTlp(query, subject);
  }
}

/** Takes away parts as long as the answer stays wrong. */
async function shrink(
  query: Node,
  found: string,
  run: (query: Node) => Promise<Verdict>,
): Promise<{ readonly query: Node; readonly detail: string }> {
  let best = query;
  let detail = found;
  const kind = errorCode(detail);
  const tried = new Set<string>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const candidate of smaller(best)) {
      const text = print(candidate);
      if (tried.has(text)) continue;
      if (tried.size >= TRIES_MAX) return { query: best, detail };
      tried.add(text);
      if (text.length >= print(best).length) continue;
      const verdict = await run(candidate);
      // What fails in another way, e.g. by a name that is gone, is another fault.
      if (verdict.kind !== 'wrong' || errorCode(verdict.detail) !== kind) continue;
      best = candidate;
      detail = verdict.detail;
      changed = true;
      break;
    }
  }
  return { query: best, detail };
}

function errorCode(detail: string): string {
  return /^\w+Error \w+|^Assertion failed: .*/.exec(detail)?.[0] ?? detail.slice(0, 4);
}

function setupOf(tables: readonly TestTable[], sql: string): readonly string[] {
  return tables
    .filter(({ name }) => sql.includes(`${name} AS `))
    .flatMap((table) => [createTable(table), insertRows(table) ?? []].flat());
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseStatement } from '../src/parser/parser.ts';
import { bindInsert } from '../src/planner/bind/insert.ts';
import { bindQuery } from '../src/planner/bind/query.ts';
import { explainPlans, printLogical, printPhysical } from '../src/planner/explain.ts';
import type { LogicalPlan } from '../src/planner/logical/nodes.ts';
import { optimize } from '../src/planner/optimizer/optimizer.ts';
import { PHASES } from '../src/planner/optimizer/phases.ts';
import { planStatement } from '../src/planner/plan.ts';
import { context, STATEMENT, udf } from './planner/fixture.ts';

/**
 * Golden plans: `test/plan/<name>.slt`. A record is a directive, a statement, `----` and the plan:
 *
 * - `bound`: as bound; `optimized`: after all rules; `explain`: the text of EXPLAIN
 * - `rule`: bound, and after the rule that the file is named for (with `+ other` before it)
 * - `physical`: as one task runs it; `physical 4`: as several tasks may
 *
 * The tables are those of `test/planner/fixture.ts`, and `f` is a user-defined function. `npm run test:update` writes the plans anew.
 */
const FOLDER = path.join(import.meta.dirname, 'plan');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

interface GoldenRecord {
  readonly comment: string;
  readonly directive: string;
  readonly sql: string;
  readonly expected: string;
}

function parseRecords(text: string): readonly GoldenRecord[] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trimEnd())
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n');
      const comment = lines.filter((line) => line.startsWith('#')).join('\n');
      const [directive = '', ...rest] = lines.filter((line) => !line.startsWith('#'));
      const end = rest.indexOf('----');
      const sql = rest.slice(0, end < 0 ? rest.length : end).join('\n');
      return { comment, directive, sql, expected: end < 0 ? '' : rest.slice(end + 1).join('\n') };
    });
}

const RULES = new Map(PHASES.flatMap((phase) => phase.rules.map((rule) => [rule.name, rule])));

function applyRules(plan: LogicalPlan, names: readonly string[]): LogicalPlan {
  return names.reduce((current, name) => {
    const rule = RULES.get(name);
    if (rule === undefined) throw new Error(`there is no rule '${name}'`);
    const run = PHASES.find((phase) => phase.rules.includes(rule))!.run;
    return optimize(current, STATEMENT, [{ name, run, rules: [rule] }]);
  }, plan);
}

function planText({ directive, sql }: GoldenRecord, name: string): string {
  const statement = parseStatement(sql);
  let bound: LogicalPlan;
  if (statement.kind === 'QueryStatement')
    bound = bindQuery(statement.query, context({ functions: [udf('f')] }));
  else if (statement.kind === 'Insert') bound = bindInsert(statement, context());
  else throw new Error('a query or an INSERT is expected');
  const [word = '', ...args] = directive.split(' ');
  const options = { statement: STATEMENT, parallelism: Number(args[0] ?? 1), parameters: [] };
  switch (word) {
    case 'bound':
      return printLogical(bound);
    case 'optimized':
      return printLogical(planStatement(bound, options).optimized);
    case 'physical':
      return printPhysical(planStatement(bound, options).physical, false);
    case 'explain':
      return explainPlans([planStatement(bound, options)])
        .replaceAll('\n\n', '\n')
        .trimEnd();
    case 'rule': {
      const before = applyRules(
        bound,
        args.filter((arg) => arg !== '+'),
      );
      const after = applyRules(before, [name]);
      return `${printLogical(before)}\n=>\n${printLogical(after)}`;
    }
    default:
      throw new Error(`unknown directive '${directive}'`);
  }
}

describe.each(readdirSync(FOLDER).filter((file) => file.endsWith('.slt')))('%s', (file) => {
  const name = path.basename(file, '.slt');
  const full = path.join(FOLDER, file);
  const records = parseRecords(readFileSync(full, 'utf8'));
  if (UPDATE) {
    const text = records.map((record) => {
      const lines = [record.directive, record.sql, '----', planText(record, name)].join('\n');
      return record.comment === '' ? lines : `${record.comment}\n${lines}`;
    });
    writeFileSync(full, `${text.join('\n\n')}\n`);
  }
  test.each(records)('$directive: $sql', (record) => {
    if (!UPDATE) expect(planText(record, name)).toBe(record.expected);
  });
});

test('every rule has its golden plan', () => {
  const files = new Set(readdirSync(FOLDER));
  expect([...RULES.keys()].filter((name) => !files.has(`${name}.slt`))).toEqual([]);
});

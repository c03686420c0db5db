import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as millrace from '../../src/index.ts';
import { printLogical } from '../../src/planner/explain.ts';
import { planStatement } from '../../src/planner/plan.ts';
import { type AnyTable, planOf } from '../../src/table/plan-holder.ts';
import { STATEMENT } from '../planner/fixture.ts';

/**
 * The examples of docs/table-api.md: a block of TypeScript and one of SQL behind it must give equal
 * plans, and so must the two columns of the table of expressions.
 */
const PAGE = readFileSync(path.join(import.meta.dirname, '../../docs/table-api.md'), 'utf8');

const blocks = [...PAGE.matchAll(/^```(\w+)( \w+)?\n(.*?)^```$/gms)].map(
  ([, language, kind = '', code = '']) => ({ language, kind: kind.trim(), code }),
);
const pairs = blocks.flatMap(({ language, kind, code }, i) => {
  const sql = blocks[i + 1];
  return language === 'ts' && kind === '' && sql?.language === 'sql'
    ? [[code, sql.code] as const]
    : [];
});
const expressions = [...PAGE.matchAll(/^\| `(.*)` \| `(.*)` \|$/gm)]
  .map(([, expression = '', sql = '']) => [expression, sql] as const)
  .filter(([expression]) => !/^(table|tEnv)\./.test(expression) && !expression.startsWith('` '));

const scope = new Map<string, unknown>(Object.entries(millrace));

/** Runs a text of TypeScript; what it declares can be used by the ones behind it. */
async function run(code: string): Promise<void> {
  const statements = stripTypeScriptTypes(code).replaceAll(/^import .*$/gm, '');
  const declared = [...statements.matchAll(/^const (\[?\w+)/gm)].map(([, name = '']) =>
    name.replace('[', ''),
  );
  const body = `return (async () => { ${statements}; return { ${declared.join(', ')} }; })()`;
  const names = [...scope.keys()].filter((name) => !declared.includes(name));
  const make = new Function(...names, body);
  const made: object = await make(...names.map((name) => scope.get(name)));
  for (const [name, value] of Object.entries(made)) scope.set(name, value);
}

function evaluate(code: string): unknown {
  return new Function(...scope.keys(), `return (${code.trim()})`)(...scope.values());
}

function planText(table: AnyTable): string {
  const options = { statement: STATEMENT, parallelism: 1, parameters: [] };
  const plan = planStatement(planOf(table), options).optimized;
  return `${plan.schema.fields.map(({ name }) => name).join(', ')}\n${printLogical(plan)}`;
}

const environment = () => scope.get('tEnv') as millrace.TableEnvironment;

beforeAll(async () => {
  for (const { language, kind, code } of blocks) {
    if (language === 'ts' && kind === 'setup') await run(code);
  }
});
afterAll(() => environment().close());

describe('docs/table-api.md', () => {
  test.each(pairs)('%s', (code, sql) => {
    const table = evaluate(code) as AnyTable;
    expect(planText(table)).toBe(planText(environment().sqlQuery(sql)));
  });

  test.each(expressions)('%s', (code, sql) => {
    const orders = scope.get('orders') as millrace.Table;
    const expression = evaluate(code) as millrace.Expression;
    const table = orders.select(expression.as('x'));
    expect(planText(table)).toBe(
      planText(environment().sqlQuery(`SELECT ${sql} AS x FROM orders`)),
    );
  });

  test.each(blocks.filter(({ kind }) => kind === 'run' || kind === 'types'))(
    'runs %#',
    async ({ code }) => run(code),
  );

  test('every method of Table and of its parts is on the page', () => {
    const classes = [
      millrace.Table,
      millrace.GroupedTable,
      millrace.AggregatedTable,
      millrace.WindowedTable,
      millrace.OverWindowedTable,
      millrace.TablePipeline,
    ];
    const methods = classes.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
    const missing = methods.filter((name) => !new RegExp(`\\b${name}\\b`).test(PAGE));
    expect(missing.filter((name) => name !== 'constructor' && name !== 'toString')).toEqual([]);
  });
});

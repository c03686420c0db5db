import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expressionsPage } from '../../scripts/expressions-page.ts';
import { counterparts, fromPyFlinkPage } from '../../scripts/from-pyflink-page.ts';
import { generatedFiles } from '../../scripts/table-api.ts';
import { signatureOf } from '../../scripts/table-api-signatures.ts';
import { builtinDefinitions } from '../../src/functions/registry.ts';
import * as millrace from '../../src/index.ts';
import { builtinForms } from '../../src/table/expressions/methods.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const tEnv = millrace.TableEnvironment.create({ config: { 'parallelism.default': 1 } });
afterAll(() => tEnv.close());

describe('what is written from the definitions is up to date (npm run docs)', () => {
  test.each([...generatedFiles()])('src/table/expressions/generated/%s', (name, text) => {
    expect(read(`src/table/expressions/generated/${name}`)).toBe(text);
  });
  test('docs/expressions.md', () => expect(read('docs/expressions.md')).toBe(expressionsPage()));
  test('docs/from-pyflink.md', () => expect(read('docs/from-pyflink.md')).toBe(fromPyFlinkPage()));
});

describe('built-in functions in the Table API', () => {
  /** Functions that have syntax of their own, and so are written by hand. */
  const BY_HAND =
    'TRIM EXTRACT TIMESTAMPADD TIMESTAMPDIFF OVERLAPS IF ARRAY MAP MULTISET ROW FIELD YEAR QUARTER MONTH WEEK HOUR MINUTE SECOND JSON_EXISTS JSON_QUERY JSON_VALUE JSON_ARRAY JSON_OBJECT JSON_ARRAYAGG JSON_OBJECTAGG UNNEST'.split(
      ' ',
    );
  /** Tests of periods that the Table API of Flink does not have. */
  const SQL_ONLY = ['CONTAINS', 'EQUALS', 'PRECEDES', 'SUCCEEDS'];

  test('every function has a form', () => {
    const forms = [...builtinForms('method'), ...builtinForms('function')];
    const covered = new Set(forms.map(({ definition }) => definition));
    const missing = builtinDefinitions().filter(
      (definition) =>
        /^[A-Z]\w*$/.test(definition.name) &&
        !covered.has(definition) &&
        !['IN', 'LOG', ...BY_HAND, ...SQL_ONLY].includes(definition.name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  /** An expression of a method or function over constants of any type: only its form counts. */
  function made(name: string, args: readonly unknown[], form: 'method' | 'function') {
    const target = form === 'method' ? args[0] : millrace;
    const rest = form === 'method' ? args.slice(1) : args;
    return Reflect.apply(Reflect.get(Object(target), name), target, rest) as millrace.Expression;
  }

  test.each(
    (['method', 'function'] as const).flatMap((form) =>
      builtinForms(form).map((one) => [one.name, form, one] as const),
    ),
  )('%s (a %s) is a call of its function', (name, form, { definition }) => {
    const args = signatureOf(definition).args.map((_, i) => millrace.col(`c${i}`));
    const text = String(made(name, args, form));
    // Its SQL is read as the same expression, so that what SQL says of the function holds here.
    expect(String(millrace.callSql(text))).toBe(text);
  });

  test('a function is bound by its own rules', () => {
    const table = tEnv.fromValues([{ s: 'a', n: 1 }]);
    const wrong = () => table.select(millrace.call('SQRT', millrace.col('s'), 1));
    expect(wrong).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENTS' }));
  });
});

describe('PyFlink', () => {
  test('every counterpart exists', () => {
    const missing = counterparts().filter(({ here, exists }) => here !== null && !exists);
    expect(missing.map(({ member, here }) => `${member}: ${here}`)).toEqual([]);
  });

  test('98 % of what is used regularly is there, and the rest has a reason', () => {
    const used = counterparts().filter(({ weight }) => weight !== '★');
    const there = used.filter(({ exists }) => exists);
    expect(there.length / used.length).toBeGreaterThanOrEqual(0.98);
    expect(used.filter(({ exists, reason }) => !exists && reason === '')).toEqual([]);
  });
});

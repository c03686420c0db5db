import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as millrace from '../../src/index.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The code on our side of the table for those who come from PyFlink. */
function ourCode(): readonly string[] {
  const table = read('docs/udfs.md').split('## From PyFlink')[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.includes('---'));
  return rows
    .slice(1)
    .map((row) => row.split(' | ').at(-1) ?? '')
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

/** The names that the package declares for functions: what can be written. */
function declared(): ReadonlySet<string> {
  const { DataTypes, GroupedTable, PartitionedTable, Table, TableEnvironment } = millrace;
  const members = [GroupedTable, PartitionedTable, Table, TableEnvironment].flatMap((owner) => {
    const parent: object = Object.getPrototypeOf(owner.prototype);
    return [owner.prototype, parent].flatMap((of) => Object.getOwnPropertyNames(of));
  });
  const files = ['kinds', 'options', 'function-context', 'process-function', 'metrics'];
  const properties = files.flatMap((file) =>
    [
      ...read(`src/udf/${file}.ts`).matchAll(/^ +(?:readonly |abstract |override )*(\w+)\??[(:]/gm),
    ].map(([, name = '']) => name),
  );
  return new Set([...Object.keys(millrace), ...Object.keys(DataTypes), ...members, ...properties]);
}

/** Words of the examples that are no names of the package. */
const WORDS = new Set(
  'f F t tEnv fn name path mod ts false class extends new function context import CREATE FUNCTION AS LANGUAGE JAVASCRIPT node_modules arrow histogram distribution eval INT yield await'.split(
    ' ',
  ),
);

test('the names in the table for those who come from PyFlink exist', () => {
  const known = declared();
  const names = ourCode().flatMap((code) =>
    [...code.replace(/'[^']*'/g, '').matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name),
  );
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !known.has(name) && !WORDS.has(name))).toEqual([]);
});

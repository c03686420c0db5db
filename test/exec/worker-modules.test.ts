import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SRC = path.join(import.meta.dirname, '../../src');

/** The files of `src` that are loaded with a file; types are erased. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(path.join(SRC, file), 'utf8');
    const statement = /^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)';/gms;
    for (const [, specifier = ''] of text.matchAll(statement)) {
      visit(path.posix.join(path.posix.dirname(file), specifier));
    }
  };
  visit(entry);
  return loaded;
}

test('a worker loads neither the parser nor the planner nor the tables', () => {
  const loaded = [...loadedWith('exec/pool/worker.ts')];
  expect(loaded).toContain('exec/operators/hash-aggregate.ts');
  const outside = /^(parser|table|cli|catalog|planner)\//;
  expect(loaded.filter((file) => outside.test(file))).toEqual(['planner/physical/encode.ts']);
});

import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

/**
 * The oracles of `correctness.md`, in each way to run once: differences are shrunk, and shown with
 * their tables.
 */
test('600 random queries as DuckDB and SQLite, and as themselves written otherwise', async () => {
  const { findings, queries } = await fuzz({ queries: 600, seed: 7, findingsMax: 3 });
  expect(findings).toEqual([]);
  expect(queries).toBe(600);
}, 120_000);

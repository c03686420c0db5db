import { expect, test } from 'vitest';
import { runGuide } from './support/guide.ts';

test.each(['udfs.md', 'catalogs.md', 'results.md'])(
  'the program of docs/%s prints what the page says',
  async (page) => {
    const { printed, said } = await runGuide(page);
    expect(printed).toBe(said);
  },
  90_000,
);

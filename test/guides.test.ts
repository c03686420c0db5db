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

test('docs/explain.md says what its program prints, but for times and sizes', async () => {
  const { printed, said } = await runGuide('explain.md');
  expect(masked(printed)).toBe(masked(said));
}, 90_000);

/** The text without what differs from run to run. */
function masked(text: string): string {
  return text
    .replace(/[\d.]+ m?s\b/g, 'T')
    .replace(/[\d.]+ ([KMG]i)?B\b/g, 'M')
    .replace(/\d+%/g, 'P')
    .replace(/ +/g, ' ');
}

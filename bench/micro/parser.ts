import { parseStatement } from '../../src/parser/parser.ts';
import type { MicroCase } from '../run.ts';

const LONG = `SELECT ${Array.from({ length: 200 }, (_, i) => `a${i} + ${i} AS c${i}`).join(', ')} FROM t WHERE a1 IN (${Array.from({ length: 1000 }, (_, i) => i).join(', ')})`;

/** Texts from the shortest to a long one. */
export const parserCases: readonly MicroCase[] = [
  { name: 'parse SELECT 1 + 1', run: () => parseStatement('SELECT 1 + 1') },
  {
    name: 'parse a join with grouping',
    run: () =>
      parseStatement(
        'SELECT a.x, COUNT(*) FROM a JOIN b ON a.id = b.id WHERE b.y > 3 GROUP BY a.x HAVING COUNT(*) > 1 ORDER BY 2 DESC LIMIT 10',
      ),
  },
  { name: 'parse 200 columns and 1,000 values', run: () => parseStatement(LONG) },
];

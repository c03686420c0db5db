import type { Random } from './random.ts';

/** The types of the dialect; SQLite has neither the last two nor a mode that reads them alike. */
export type Type = 'int' | 'double' | 'text' | 'decimal' | 'date';

/** The types that all engines read alike. */
export const PORTABLE_TYPES: readonly Type[] = ['int', 'double', 'text'];
/** All types. */
export const TYPES: readonly Type[] = [...PORTABLE_TYPES, 'decimal', 'date'];

/** A column that queries can name. */
export interface Column {
  readonly name: string;
  readonly type: Type;
}

/** A table with its rows: null, bigint, number or string by column. */
export interface TestTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (bigint | number | string | null)[])[];
}

const SHAPES: readonly (readonly [name: string, columns: string, rows: number])[] = [
  ['t0', 'a:int b:int c:double s:text', 12],
  ['t1', 'a:int d:int s:text', 8],
  ['t2', 'b:int c:double e:double u:text', 15],
  ['t3', 'a:int s:text', 0],
  ['t4', 'x:int', 1],
  ['t5', 'a:int m:decimal d:date s:text', 10],
  ['t6', 'm:decimal n:decimal d:date f:date', 7],
];

const SQL_TYPES: Readonly<Record<Type, string>> = {
  int: 'BIGINT',
  double: 'DOUBLE',
  text: 'VARCHAR(100)',
  decimal: 'DECIMAL(12, 2)',
  date: 'DATE',
};

/** Tables of a few rows with many equal values, and NULLs everywhere. */
export function randomTables(random: Random): readonly TestTable[] {
  return SHAPES.map(([name, shape, size]) => {
    const columns = shape.split(' ').map((text): Column => {
      const [column = '', type = ''] = text.split(':');
      return { name: column, type: type as Type };
    });
    const count = size < 2 ? size : random.below(size) + 1;
    const rows = Array.from({ length: count }, () =>
      columns.map(({ type }) => (random.chance(0.15) ? null : randomValue(random, type))),
    );
    return { name, columns, rows };
  });
}

/** Days since 1970: ends of months and years, leap days, days before 1970. */
const DAYS = [-1, 0, 58, 59, 364, 365, 11_015, 11_016, 19_722, 19_723, 19_781, 19_782];

function randomValue(random: Random, type: Type): bigint | number | string {
  switch (type) {
    case 'int':
      // Keys far apart are hashed.
      if (random.chance(0.04)) return random.pick([-9_000_000n, 9_000_001n]);
      return BigInt(random.below(random.pick([3, 6, 100])) - 2);
    case 'double':
      return (random.below(random.pick([6, 60])) - 4) / random.pick([1, 2, 8]);
    case 'text':
      return random.pick(['', 'a', 'b', 'ab', 'abc', 'B', 'x_y', 'a%', '0', '10', 'zz']);
    case 'decimal':
      return ((random.below(random.pick([6, 500])) - 4) / random.pick([1, 4, 100])).toFixed(2);
    case 'date':
      return new Date(random.pick(DAYS) * 86_400_000).toISOString().slice(0, 10);
  }
}

/** The statement that makes a table. */
export function createTable({ name, columns }: TestTable): string {
  return `CREATE TABLE ${name} (${columns.map((c) => `${c.name} ${SQL_TYPES[c.type]}`).join(', ')})`;
}

/** The statement that fills a table; null for one without rows. */
export function insertRows({ name, columns, rows }: TestTable): string | null {
  if (rows.length === 0) return null;
  const row = (values: TestTable['rows'][number]) =>
    `(${values.map((v, i) => valueText(v, columns[i]?.type ?? 'int')).join(', ')})`;
  return `INSERT INTO ${name} VALUES ${rows.map(row).join(', ')}`;
}

/** A value as an expression of exactly its type. */
export function valueText(value: bigint | number | string | null, type: Type): string {
  if (value === null) return `CAST(NULL AS ${SQL_TYPES[type]})`;
  if (type === 'int') return String(value);
  const quoted = type === 'text' || type === 'date' ? `'${value}'` : value;
  return `CAST(${quoted} AS ${SQL_TYPES[type]})`;
}

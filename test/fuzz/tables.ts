import type { Random } from './random.ts';

/** The types of the dialect that all engines read alike. */
export type Type = 'int' | 'double' | 'text';

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
];

const SQL_TYPES: Readonly<Record<Type, string>> = {
  int: 'BIGINT',
  double: 'DOUBLE',
  text: 'VARCHAR(100)',
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

function randomValue(random: Random, type: Type): bigint | number | string {
  switch (type) {
    case 'int':
      return BigInt(random.below(random.pick([3, 6, 100])) - 2);
    case 'double':
      return (random.below(random.pick([6, 60])) - 4) / random.pick([1, 2, 8]);
    case 'text':
      return random.pick(['', 'a', 'b', 'ab', 'abc', 'B', 'x_y', 'a%', '0', '10', 'zz']);
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
  if (type === 'text') return `CAST('${String(value)}' AS ${SQL_TYPES.text})`;
  return type === 'double' ? `CAST(${value} AS DOUBLE)` : String(value);
}

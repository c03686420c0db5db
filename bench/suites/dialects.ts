// The texts of TPC-H for engines that lack some of its SQL. They are written for these texts alone.

const INTERVAL = /date '([\d-]+)' ([+-]) interval '(\d+)' (day|month|year)/g;

/** Dates plus intervals as the dates that they are. */
function withoutIntervals(sql: string): string {
  return sql.replace(INTERVAL, (_, start: string, sign: string, count: string, unit: string) => {
    const date = new Date(`${start}T00:00:00Z`);
    const n = sign === '-' ? -Number(count) : Number(count);
    if (unit === 'day') date.setUTCDate(date.getUTCDate() + n);
    if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + n);
    if (unit === 'year') date.setUTCFullYear(date.getUTCFullYear() + n);
    return `date '${date.toISOString().slice(0, 10)}'`;
  });
}

/** Names of columns where they are made, not behind the name of the table: query 13. */
const withoutColumnLists = (sql: string): string =>
  sql
    .replace('count(o_orderkey)', 'count(o_orderkey) as c_count')
    .replace(' (c_custkey, c_count)', '');

/** Bounds that doubles would miss: 0.06 + 0.01 is below 0.07 there. */
const withoutBoundSums = (sql: string): string =>
  sql.replace('0.06 - 0.01 and 0.06 + 0.01', '0.05 and 0.07');

const SUBSTRING = /substring\((\w+) from (\d+) for (\d+)\)/g;

/** ClickHouse computes with doubles between constants. */
export function clickhouseText(sql: string): string {
  return withoutBoundSums(withoutIntervals(sql));
}

/** SQLite has no dates: texts stand for them. */
export function sqliteText(sql: string): string {
  return withoutColumnLists(withoutBoundSums(withoutIntervals(sql)))
    .replace(/date ('[\d-]+')/g, '$1')
    .replace(/extract\(year from (\w+)\)/g, 'cast(substr($1, 1, 4) as integer)')
    .replace(SUBSTRING, 'substr($1, $2, $3)');
}

/** Polars computes with doubles here. */
export function polarsText(sql: string): string {
  return withoutColumnLists(withoutBoundSums(withoutIntervals(sql)))
    .replace(/date ('[\d-]+')/g, 'date($1)')
    .replace(SUBSTRING, 'substr($1, $2, $3)');
}

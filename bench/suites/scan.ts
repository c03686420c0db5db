import path from 'node:path';
import { csvOf } from '../engines/csv-of.ts';
import { generateTpch } from '../tpch/generate.ts';
import type { Suite, SuiteOptions } from './suite.ts';
import { tpchQueries } from './tpch.ts';

const COLUMNS = `l_orderkey BIGINT, l_partkey BIGINT, l_suppkey BIGINT, l_linenumber INT,
  l_quantity DECIMAL(15, 2), l_extendedprice DECIMAL(15, 2), l_discount DECIMAL(15, 2),
  l_tax DECIMAL(15, 2), l_returnflag STRING, l_linestatus STRING, l_shipdate DATE,
  l_commitdate DATE, l_receiptdate DATE, l_shipinstruct STRING, l_shipmode STRING,
  l_comment STRING`;

/** Query 6 of TPC-H straight from a file. */
export async function scan({ scale, folder }: SuiteOptions): Promise<Suite> {
  const data = path.join(folder, `tpch-${scale}`);
  const parquet = generateTpch(data, scale, ['lineitem'])['lineitem']!;
  const { csv, columns } = await csvOf(parquet);
  const q6 = (table: string): string =>
    tpchQueries()['Q6']!.replace('from lineitem', `from ${table}`);
  return {
    size: `sf${scale}`,
    tables: [],
    setup: [
      `CREATE TABLE lineitem_csv (${COLUMNS})
       WITH ('connector' = 'filesystem', 'path' = '${csv}', 'format' = 'csv')`,
    ],
    cases: [
      {
        name: 'Q6 from Parquet',
        sql: q6(`\`${parquet}\``),
        dialects: { duckdb: q6(`'${parquet}'`) },
        target: 1.5,
      },
      {
        name: 'Q6 from CSV',
        sql: q6('lineitem_csv'),
        dialects: {
          duckdb: q6(`read_csv('${csv}', header = false, columns = {${columns}})`),
        },
        target: 0.7,
      },
    ],
  };
}

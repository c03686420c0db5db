import { existsSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
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
  const csv = path.join(data, 'lineitem.csv');
  if (!existsSync(csv)) await writeCsv(parquet, csv);
  const q6 = (table: string): string =>
    tpchQueries()['Q6']!.replace('from lineitem', `from ${table}`);
  return {
    tables: [],
    setup: [
      `CREATE TABLE lineitem_csv (${COLUMNS})
       WITH ('connector' = 'filesystem', 'path' = '${csv}', 'format' = 'csv')`,
    ],
    cases: [
      {
        name: `Q6, SF ${scale}, Parquet`,
        sql: q6(`\`${parquet}\``),
        dialects: { duckdb: q6(`'${parquet}'`) },
        target: 1.5,
      },
      {
        name: `Q6, SF ${scale}, CSV`,
        sql: q6('lineitem_csv'),
        dialects: {
          duckdb: q6(`read_csv('${csv}', header = false, columns = {${duckdbTypes()}})`),
        },
        target: 0.7,
      },
    ],
  };
}

async function writeCsv(parquet: string, csv: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM '${parquet}') TO '${csv}' (HEADER false)`);
  connection.closeSync();
  instance.closeSync();
}

function duckdbTypes(): string {
  const columns = COLUMNS.replaceAll('STRING', 'VARCHAR').split(/,\s+(?=l_)/);
  return columns.map((c) => c.replace(/^\s*(\w+) (.*)$/s, "'$1': '$2'")).join(', ');
}

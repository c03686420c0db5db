import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';

/** A row of a file: numbers, and texts; dates are texts as `1994-01-31`. */
export type Row = Record<string, number | string>;

/** The rows of a Parquet file, a row group at a time, for engines that cannot read it. */
export async function* parquetRows(path: string): AsyncGenerator<readonly Row[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const scales = new Map(
    metadata.schema.flatMap(({ name, scale }) =>
      scale === undefined ? [] : [[name, 10 ** scale]],
    ),
  );
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd });
    for (const row of rows) for (const name in row) row[name] = plain(row[name], scales.get(name));
    yield rows as Row[];
    rowStart = rowEnd;
  }
}

/** Decimals come as products that are off in the last digit: rounds them to their scale. */
function plain(value: unknown, scale: number | undefined): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (scale !== undefined) return Math.round((value as number) * scale) / scale;
  return value;
}

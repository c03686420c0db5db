import type { Region } from '../../columnar/arena/region.ts';
import { formatKernels } from '../format-kernels.ts';

/** The kernels that read CSV: addresses in the arena, documented in `columnar/kernels/csv-*.as.ts`. */
export interface CsvKernels {
  csvScan(
    from: number,
    to: number,
    delimiter: number,
    quote: number,
    escapeByte: number,
    stride: number,
    rowsMax: number,
    list: number,
    out: number,
  ): number;
  csvScanRagged(
    from: number,
    to: number,
    delimiter: number,
    quote: number,
    escapeByte: number,
    comment: number,
    fields: number,
    rowsMax: number,
    list: number,
    states: number,
    out: number,
  ): number;
  csvFixed(
    kind: number,
    fields: number,
    stride: number,
    rows: number,
    shape: number,
    nullAt: number,
    nullLength: number,
    unit: number,
    limit: bigint,
    values: number,
    validity: number,
    slow: number,
    out: number,
  ): void;
  csvStrings(
    fields: number,
    stride: number,
    rows: number,
    shape: number,
    nullAt: number,
    nullLength: number,
    offsets: number,
    bytes: number,
    validity: number,
    out: number,
  ): number;
  csvDictionary(
    fields: number,
    stride: number,
    rows: number,
    shape: number,
    nullAt: number,
    nullLength: number,
    table: number,
    entriesMax: number,
    offsets: number,
    bytes: number,
    bytesMax: number,
    codes: number,
    validity: number,
    out: number,
  ): number;
}

/** The kernels over the arena of a region, on this thread. */
export function csvKernels(region: Region): CsvKernels {
  return formatKernels<CsvKernels>(region);
}

import { option } from '../../common/config-option.ts';

/** The options of the format parquet. */
export const PARQUET_OPTIONS = {
  'utc-timezone': option.boolean({
    doc: 'Accepted for compatibility: timestamps without a zone are never converted.',
    default: false,
  }),
  'timestamp.time.unit': option.enum(['micros', 'millis', 'nanos'], {
    doc: 'The unit that timestamps are written in; nanos where micros would lose digits.',
    default: 'micros',
  }),
  'write.int64.timestamp': option.boolean({
    doc: 'Accepted for compatibility: timestamps are always written as 64-bit integers.',
    default: true,
  }),
  compression: option.enum(['SNAPPY', 'UNCOMPRESSED', 'GZIP', 'ZSTD', 'BROTLI'], {
    doc: 'How pages are compressed.',
    default: 'SNAPPY',
  }),
  'row-group.rows': option.int({ doc: 'Rows of a row group at most.', default: 122_880 }),
} as const;

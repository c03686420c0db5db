import type { Region } from '../../columnar/arena/region.ts';
import { formatKernels } from '../format-kernels.ts';

/** A kernel: addresses, lengths and flags in, a number out. */
type Kernel = (...args: readonly number[]) => number;

/** The kernels that read Parquet, documented in `columnar/kernels/parquet-*.as.ts`. */
export type ParquetKernels = Readonly<
  Record<
    | 'rleStart'
    | 'rleDecode'
    | 'rleGather'
    | 'rleCodes'
    | 'rleValidity'
    | 'spread'
    | 'packBits'
    | 'unpackBits'
    | 'convertValues'
    | 'joinStreams'
    | 'unpackDeltas'
    | 'narrowValues'
    | 'plainStrings'
    | 'codesBytes'
    | 'gatherStrings'
    | 'spreadOffsets'
    | 'fixedOffsets'
    | 'lengthsToOffsets'
    | 'prefixedBytes'
    | 'joinPrefixed'
    | 'unsnappy'
    | 'unlz4',
    Kernel
  >
>;

/** The kernels over the arena of a region, on this thread. */
export function parquetKernels(region: Region): ParquetKernels {
  return formatKernels<ParquetKernels>(region);
}

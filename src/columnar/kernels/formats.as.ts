// The kernels that read files: a module of its own, loaded by the first query that reads one. The
// rules of library.as.ts hold: no allocation, and no state outside the memory that is given.
export { csvFixed } from './csv-columns.as';
export { csvScan, csvScanRagged } from './csv-scan.as';
export { csvDictionary, csvStrings } from './csv-strings.as';
export { unlz4, unsnappy } from './parquet-codecs.as';
export {
  packBits, rleCodes, rleDecode, rleGather, rleStart, rleValidity, spread, unpackBits,
} from './parquet-rle.as';
export {
  codesBytes, fixedOffsets, gatherStrings, joinPrefixed, lengthsToOffsets, plainStrings,
  prefixedBytes, spreadOffsets,
} from './parquet-strings.as';
export { convertValues, joinStreams, narrowValues, unpackDeltas } from './parquet-values.as';

// The kernel library: what the build exports. Every function gets addresses and lengths; none
// allocates, and none has state outside the memory it is given.
export { andBits, gatherBits, hasNegative, popcount } from './bits.as';
export { enterBloom, filterBloom, placeIds } from './bloom.as';
export {
  enterDense, filterDense, findDense, orderRows, placeRows, rankDense, rowsOfIds, widenBounds,
} from './dense-keys.as';
export {
  copyMemory, gather1, gather16, gather2, gather4, gather8, gatherBytes, gatherOffsets, iota,
  series, unstride,
} from './gather.as';
export { enterKeys, ids1, ids2, ids4, ids8, keyBounds, rehash16 } from './ids-int.as';
export { idsOfRows, rehash8 } from './ids-rows.as';
export { idsOfStrings } from './ids-strings.as';
export {
  countMatched, countRows, expandMatches, keepEqual, keepMatched, listRows, markRows, selectMarked,
  selectMatched, startLists,
} from './join.as';
export { joinNumbers } from './joined-numbers.as';
export { gatherNarrow, narrow, widen } from './narrow.as';
export {
  appendIds, clearNulls, enterNumbers, enterPairs, mapCodes, mapNumbers, mapPairs, missingCodes,
  missingPairs, packKey,
} from './pack.as';
export {
  gatherPieceBits, gatherPieceBytes, gatherPieceOffsets, gatherPieces1, gatherPieces16,
  gatherPieces2, gatherPieces4, gatherPieces8, pieceCodes,
} from './pieces.as';
export {
  levelNulls, partitionNulls, radixSort, selectAtMost, sortSegments, sortWords,
} from './sort.as';
export {
  foldWords, placeWords, rangesOfWords, sortWordRange, stringWords, tiedWords, wordBounds,
} from './sort-ranges.as';
export { rankStrings, sortStrings } from './sort-strings.as';
export {
  changeCase, charLengths, compareColumns, compareConstant, contains, copyRanges, endsWith,
  extremeString, isAscii, like, startsWith, substringRanges,
} from './strings.as';
export { hashCodes, hashFixed, hashStrings, hashValues, partition } from './partition.as';

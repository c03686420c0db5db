import { assert } from '../../common/assert.ts';
import type { Arena } from '../arena/arena.ts';
import { LIBRARY_BASE64 } from './library.wasm.ts';

/**
 * A function of the kernel library: addresses (0: absent), lengths and flags in, a number out.
 * What each of them does is said in its source, `*.as.ts`.
 */
export type Kernel = (...args: readonly number[]) => number;

/** The functions of the kernel library. */
export type KernelLibrary = Readonly<Record<KernelName, Kernel>>;

type KernelName =
  | 'andBits'
  | 'gatherBits'
  | 'hasNegative'
  | 'popcount'
  | 'gather1'
  | 'gather2'
  | 'gather4'
  | 'gather8'
  | 'gather16'
  | 'gatherBytes'
  | 'gatherOffsets'
  | 'copyMemory'
  | 'iota'
  | 'series'
  | 'gatherPieceBits'
  | 'gatherPieceBytes'
  | 'gatherPieceOffsets'
  | 'gatherPieces1'
  | 'gatherPieces2'
  | 'gatherPieces4'
  | 'gatherPieces8'
  | 'gatherPieces16'
  | 'pieceCodes'
  | 'unstride'
  | 'ids1'
  | 'ids2'
  | 'ids4'
  | 'ids8'
  | 'idsOfRows'
  | 'idsOfStrings'
  | 'enterKeys'
  | 'keyBounds'
  | 'rehash16'
  | 'rehash8'
  | 'enterBloom'
  | 'filterBloom'
  | 'placeIds'
  | 'enterDense'
  | 'filterDense'
  | 'findDense'
  | 'orderRows'
  | 'placeRows'
  | 'rankDense'
  | 'rowsOfIds'
  | 'widenBounds'
  | 'countMatched'
  | 'countRows'
  | 'expandMatches'
  | 'keepEqual'
  | 'keepMatched'
  | 'listRows'
  | 'markRows'
  | 'selectMarked'
  | 'selectMatched'
  | 'startLists'
  | 'joinNumbers'
  | 'gatherNarrow'
  | 'narrow'
  | 'widen'
  | 'appendIds'
  | 'clearNulls'
  | 'enterNumbers'
  | 'enterPairs'
  | 'mapNumbers'
  | 'mapPairs'
  | 'missingCodes'
  | 'missingPairs'
  | 'mapCodes'
  | 'packKey'
  | 'hashCodes'
  | 'hashFixed'
  | 'hashStrings'
  | 'hashValues'
  | 'partition'
  | 'partitionNulls'
  | 'radixSort'
  | 'levelNulls'
  | 'selectAtMost'
  | 'sortSegments'
  | 'rankStrings'
  | 'sortStrings'
  | 'sortWords'
  | 'foldWords'
  | 'placeWords'
  | 'rangesOfWords'
  | 'sortWordRange'
  | 'stringWords'
  | 'tiedWords'
  | 'wordBounds'
  | 'changeCase'
  | 'charLengths'
  | 'compareColumns'
  | 'compareConstant'
  | 'contains'
  | 'copyRanges'
  | 'endsWith'
  | 'extremeString'
  | 'isAscii'
  | 'like'
  | 'startsWith'
  | 'substringRanges';

/** The module is compiled once a thread and instantiated once an arena. */
let compiled: WebAssembly.Module | null = null;
const instances = new WeakMap<Arena, KernelLibrary>();

/** The kernel library over an arena's memory, on this thread. */
export function kernelsFor(arena: Arena): KernelLibrary {
  let library = instances.get(arena);
  if (library === undefined) {
    compiled ??= new WebAssembly.Module(Buffer.from(LIBRARY_BASE64, 'base64'));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: arena.memory } });
    // The exports are the functions that `library.as.ts` lists; a test compares the names.
    library = exports as KernelLibrary;
    instances.set(arena, library);
  }
  return library;
}

/** The address of a view of the arena; 0 for an absent one. */
export function addressOf(view: ArrayBufferView | null): number {
  return view === null ? 0 : view.byteOffset;
}

/** The gather kernel for elements of a width: 1, 2, 4, 8 or 16 bytes. */
export function gatherFor(library: KernelLibrary, width: number): Kernel {
  const kernel = library[GATHER[width] ?? 'gather8'];
  assert(width in GATHER, 'elements have 1, 2, 4, 8 or 16 bytes');
  return kernel;
}

const GATHER: Readonly<Record<number, KernelName>> = {
  1: 'gather1',
  2: 'gather2',
  4: 'gather4',
  8: 'gather8',
  16: 'gather16',
};

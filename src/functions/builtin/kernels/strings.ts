import type { BoolColumn, Column } from '../../../columnar/column.ts';
import { readLikePattern } from '../../../columnar/kernels/like-pattern.ts';
import {
  type Comparison,
  changeAsciiCase,
  charLength,
  compareStrings,
  compareWithConstant,
  isStringColumn,
  matchLike,
  substring,
} from '../../../columnar/kernels/strings.ts';
import { LENGTH_MAX } from '../../../types/data-type.ts';
import type { Kernel } from '../../definition.ts';

const MIRRORED = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
} as const satisfies Record<Comparison, Comparison>;

/** Compares strings or byte strings, at best with a constant. */
export function compareKernel(comparison: Comparison): Kernel {
  return ([a, b], _, { literals, result, region }) => {
    const left = bytesOf(literals[0]);
    const right = bytesOf(literals[1]);
    if (right !== null && isStrings(a)) {
      return compareWithConstant(a, comparison, right, result, region);
    }
    if (left !== null && isStrings(b)) {
      return compareWithConstant(b, MIRRORED[comparison], left, result, region);
    }
    if (a?.layout !== 'binary' || b?.layout !== 'binary') return null;
    return compareStrings(a, comparison, b, result, region);
  };
}

/** Items of an IN list up to which each is compared in turn; above, a set is faster. */
const IN_ITEMS_MAX = 8;

/** IN of strings and a few constants. */
export const inKernel: Kernel = ([value], _, { literals, result, region }) => {
  const items = literals.slice(1).map(bytesOf);
  if (!isStrings(value) || items.length > IN_ITEMS_MAX) return null;
  let found: BoolColumn | null = null;
  for (const item of items) {
    if (item === null) return null;
    const equal = compareWithConstant(value, '=', item, result, region);
    if (equal.layout !== 'bool') return null;
    if (found === null) found = equal;
    else for (let i = 0; i < equal.bits.length; i++) found.bits[i]! |= equal.bits[i]!;
  }
  return found;
};

/** LIKE with a constant pattern. */
export const likeKernel: Kernel = ([value], _, { literals, types, result, region }) => {
  const [, pattern, escapeBy] = literals;
  if (!isStrings(value) || typeof pattern !== 'string') return null;
  if (types.length === 3 && (typeof escapeBy !== 'string' || [...escapeBy].length !== 1)) {
    return null;
  }
  const read = readLikePattern(pattern, typeof escapeBy === 'string' ? escapeBy : null);
  return read === null ? null : matchLike(value, read, result, region);
};

/** UPPER and LOWER of ASCII text. */
export function caseKernel(to: 'upper' | 'lower'): Kernel {
  return ([value], _, { result, region }) =>
    isStrings(value) ? changeAsciiCase(value, to, result, region) : null;
}

/** CHAR_LENGTH. */
export const charLengthKernel: Kernel = ([value], _, { result, region }) =>
  isStrings(value) ? charLength(value, result, region) : null;

/** SUBSTRING at a constant position. */
export const substringKernel: Kernel = ([value], _, { literals, types, result, region }) => {
  const start = numberOf(literals[1]);
  const length = types.length === 3 ? numberOf(literals[2]) : LENGTH_MAX;
  if (!isStrings(value) || start === null || length === null || length < 0) return null;
  return substring(value, start, length, result, region);
};

function isStrings(
  column: Column | undefined,
): column is Column & Parameters<typeof charLength>[0] {
  return column !== undefined && isStringColumn(column);
}

function bytesOf(literal: unknown): Uint8Array | null {
  if (typeof literal === 'string') return new TextEncoder().encode(literal);
  return literal instanceof Uint8Array ? literal : null;
}

/** A constant number that 32 bits hold. */
function numberOf(literal: unknown): number | null {
  if (typeof literal !== 'number' && typeof literal !== 'bigint') return null;
  const number = Number(literal);
  return number === (number | 0) ? number : null;
}

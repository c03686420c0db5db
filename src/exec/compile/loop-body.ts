import { i32, i64, ONE } from '../../functions/lowered.ts';
import type { Code } from '../../functions/lowering.ts';
import type { Local } from '../wasm/module-builder.ts';

/** The position of the loop. */
export const POSITION: Code = ['local.get', 'i'];
/** The position at which it begins. */
export const START: Code = ['local.get', 'start'];
/** The first of the rows that a mask is computed for. */
export const MASKED: Code = ['local.get', 'at'];

const END: Code = ['local.get', 'end'];
const FIRST: Code = ['local.get', 'first'];
const MASK: Code = ['local.get', 'mask'];

/** Rows of which the bits are computed at once. */
const MASKED_ROWS = 16;
/** Rows of a word of bits. */
const WORD_ROWS = 64;

/** Which rows a loop goes to. */
export interface RowMask {
  readonly statements: readonly Code[];
  /** A bit for each of the sixteen rows from `MASKED` on. */
  readonly bits: Code;
}

/** The locals that the bodies of loops have. */
export const LOOP_LOCALS: readonly Local[] = [
  { name: 'i', type: 'i32' },
  { name: 'at', type: 'i32' },
  { name: 'first', type: 'i32' },
  { name: 'mask', type: 'i64' },
];

/** Goes to each position; `row` ends with a branch to `done` where it cannot go on. */
export function everyRow(row: readonly Code[]): readonly Code[] {
  const loop: Code = [
    'loop',
    'next',
    ...row,
    ['local.set', 'i', ['i32.add', POSITION, ONE]],
    ['br_if', 'next', ['i32.lt_u', POSITION, END]],
  ];
  return [['if', ['i32.lt_u', START, END], ['then', ['block', 'done', loop]]]];
}

/**
 * Goes to the rows whose bits are 1, word by word. Bits are computed of rows before the first one
 * and behind the last one too, and are not looked at: columns are followed by memory that can be read.
 */
export function maskedRows(mask: RowMask, row: readonly Code[]): readonly Code[] {
  const add: Code = [
    'i64.or',
    ['i64.shr_u', MASK, i64(BigInt(MASKED_ROWS))],
    ['i64.shl', ['i64.extend_i32_u', mask.bits], i64(BigInt(WORD_ROWS - MASKED_ROWS))],
  ];
  const fill: Code = [
    'loop',
    'fill',
    ...mask.statements,
    ['local.set', 'mask', add],
    ['local.set', 'at', ['i32.add', MASKED, i32(MASKED_ROWS)]],
    ['br_if', 'fill', ['i32.and', MASKED, i32(WORD_ROWS - 1)]],
  ];
  const rows: Code = [
    'loop',
    'next',
    ['br_if', 'word', ['i64.eqz', MASK]],
    ['local.set', 'i', ['i32.or', FIRST, ['i32.wrap_i64', ['i64.ctz', MASK]]]],
    ...row,
    ['local.set', 'mask', ['i64.and', MASK, ['i64.sub', MASK, i64(1n)]]],
    ['br', 'next'],
  ];
  const word: Code = [
    'loop',
    'words',
    ['local.set', 'at', FIRST],
    fill,
    ...edges(),
    ['block', 'word', rows],
    ['local.set', 'first', MASKED],
    ['br_if', 'words', ['i32.lt_u', FIRST, END]],
    ['local.set', 'i', END],
  ];
  const first: Code = ['i32.and', START, i32(-WORD_ROWS)];
  return [
    ['local.set', 'first', first],
    ['if', ['i32.lt_u', START, END], ['then', ['block', 'done', word]]],
  ];
}

/** Clears the bits of rows outside of the loop. */
function edges(): readonly Code[] {
  const ones = (shift: string, count: Code): Code => [shift, i64(-1n), ['i64.extend_i32_u', count]];
  const keep = (bits: Code): Code => ['local.set', 'mask', ['i64.and', MASK, bits]];
  const behind: Code = ['i32.sub', MASKED, END];
  return [
    [
      'if',
      ['i32.lt_u', FIRST, START],
      ['then', keep(ones('i64.shl', ['i32.and', START, i32(WORD_ROWS - 1)]))],
    ],
    ['if', ['i32.gt_u', MASKED, END], ['then', keep(ones('i64.shr_u', behind))]],
  ];
}

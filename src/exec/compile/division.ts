import { i64 } from '../../functions/lowered.ts';
import type { Code } from '../../functions/lowering.ts';
import { get, type Helper, locals, set } from './helper.ts';

const HALF = i64(32n);
const LOW_HALF = i64(0xffffffffn);
const BASE = i64(1n << 32n);

/** One digit of base 2^32 of a quotient: estimated from the top, then corrected at most twice. */
function digit(quotient: string, rest: string, below: string): Code[] {
  const q = get(quotient);
  const r = get('r');
  const tooLarge: Code = [
    'i32.or',
    ['i64.ge_u', q, BASE],
    ['i64.gt_u', ['i64.mul', q, get('v0')], ['i64.or', ['i64.shl', r, HALF], get(below)]],
  ];
  return [
    set(quotient, ['i64.div_u', get(rest), get('v1')]),
    set('r', ['i64.rem_u', get(rest), get('v1')]),
    [
      'block',
      'done',
      [
        'loop',
        'correct',
        ['br_if', 'done', ['i32.eqz', tooLarge]],
        set(quotient, ['i64.sub', q, i64(1n)]),
        set('r', ['i64.add', r, get('v1')]),
        ['br_if', 'correct', ['i64.lt_u', r, BASE]],
      ],
    ],
  ];
}

/**
 * `high:low / v` of unsigned numbers with `high < v`: quotient and remainder of 64 bits.
 * Source: Henry S. Warren, Hacker's Delight, divlu (Knuth's algorithm D).
 */
const DIVIDE_WIDE: Helper = {
  params: locals('i64', 'high low v'),
  results: ['i64', 'i64'],
  locals: locals('i64', 's v1 v0 u32 u10 u1 u0 q1 q0 r'),
  uses: [],
  body: [
    set('s', ['i64.clz', get('v')]),
    set('v', ['i64.shl', get('v'), get('s')]),
    set('v1', ['i64.shr_u', get('v'), HALF]),
    set('v0', ['i64.and', get('v'), LOW_HALF]),
    // A shift by 64 - s in two steps, as s may be 0.
    set('u32', [
      'i64.or',
      ['i64.shl', get('high'), get('s')],
      ['i64.shr_u', ['i64.shr_u', get('low'), i64(1n)], ['i64.sub', i64(63n), get('s')]],
    ]),
    set('u10', ['i64.shl', get('low'), get('s')]),
    set('u1', ['i64.shr_u', get('u10'), HALF]),
    set('u0', ['i64.and', get('u10'), LOW_HALF]),
    ...digit('q1', 'u32', 'u1'),
    set('u32', [
      'i64.sub',
      ['i64.or', ['i64.shl', get('u32'), HALF], get('u1')],
      ['i64.mul', get('q1'), get('v')],
    ]),
    ...digit('q0', 'u32', 'u0'),
    ['i64.or', ['i64.shl', get('q1'), HALF], get('q0')],
    [
      'i64.shr_u',
      [
        'i64.sub',
        ['i64.or', ['i64.shl', get('u32'), HALF], get('u0')],
        ['i64.mul', get('q0'), get('v')],
      ],
      get('s'),
    ],
  ],
};

/** Negates `high:low` when the i32 local `sign` is 1. */
function negateIf(sign: string, low: string, high: string): Code[] {
  return [
    [
      'if',
      get(sign),
      [
        'then',
        set(high, [
          'i64.sub',
          ['i64.sub', i64(0n), get(high)],
          ['i64.extend_i32_u', ['i64.ne', get(low), i64(0n)]],
        ]),
        set(low, ['i64.sub', i64(0n), get(low)]),
      ],
    ],
  ];
}

/** `high:low / v`, signed, rounded to the nearest number, halves away from zero; `v` is not 0. */
const DIVIDE_HALF_UP: Helper = {
  params: locals('i64', 'low high v'),
  results: ['i64', 'i64'],
  locals: [...locals('i64', 'rest quotient'), ...locals('i32', 'negative sign up')],
  uses: ['divideWide'],
  body: [
    set('negative', ['i64.lt_s', get('high'), i64(0n)]),
    ...negateIf('negative', 'low', 'high'),
    set('sign', ['i32.xor', get('negative'), ['i64.lt_s', get('v'), i64(0n)]]),
    set('v', ['select', ['i64.sub', i64(0n), get('v')], get('v'), ['i64.lt_s', get('v'), i64(0n)]]),
    set('quotient', ['i64.div_u', get('high'), get('v')]),
    ['call', 'divideWide', ['i64.rem_u', get('high'), get('v')], get('low'), get('v')],
    ['local.set', 'rest'],
    ['local.set', 'low'],
    set('high', get('quotient')),
    set('up', ['i64.ge_u', get('rest'), ['i64.sub', get('v'), get('rest')]]),
    set('low', ['i64.add', get('low'), ['i64.extend_i32_u', get('up')]]),
    set('high', [
      'i64.add',
      get('high'),
      ['i64.extend_i32_u', ['i32.and', get('up'), ['i64.eqz', get('low')]]],
    ]),
    ...negateIf('sign', 'low', 'high'),
    get('low'),
    get('high'),
  ],
};

/** Division of numbers of 128 bits by numbers of 64. */
export const DIVISION_HELPERS: Readonly<Record<string, Helper>> = {
  divideWide: DIVIDE_WIDE,
  divideHalfUp: DIVIDE_HALF_UP,
};

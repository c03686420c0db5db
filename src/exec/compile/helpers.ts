import { assert } from '../../common/assert.ts';
import { i32, i64 } from '../../functions/lowered.ts';
import type { Code } from '../../functions/lowering.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import { DIVISION_HELPERS } from './division.ts';
import { get, type Helper, locals, set } from './helper.ts';

/** Adds a helper and what it calls to a module, once. */
export function addHelper(module: ModuleBuilder, name: string): void {
  if (module.has(name)) return;
  const helper = HELPERS[name];
  assert(helper !== undefined, `'${name}' is a helper`);
  const { uses, ...spec } = helper;
  module.addFunction({ ...spec, name, exported: false });
  for (const used of uses) addHelper(module, used);
}

const LOW_WORD = i64(0xffffffffn);

/** The signed product of two 64-bit numbers, from four products of their halves. */
const MULTIPLY_64: Helper = {
  params: locals('i64', 'a b'),
  results: ['i64', 'i64'],
  locals: locals('i64', 'a0 a1 b0 b1 t m'),
  uses: [],
  body: [
    set('a0', ['i64.and', get('a'), LOW_WORD]),
    set('a1', ['i64.shr_s', get('a'), i64(32n)]),
    set('b0', ['i64.and', get('b'), LOW_WORD]),
    set('b1', ['i64.shr_s', get('b'), i64(32n)]),
    set('t', [
      'i64.add',
      ['i64.mul', get('a1'), get('b0')],
      ['i64.shr_u', ['i64.mul', get('a0'), get('b0')], i64(32n)],
    ]),
    set('m', ['i64.add', ['i64.mul', get('a0'), get('b1')], ['i64.and', get('t'), LOW_WORD]]),
    ['i64.mul', get('a'), get('b')],
    [
      'i64.add',
      ['i64.mul', get('a1'), get('b1')],
      ['i64.add', ['i64.shr_s', get('t'), i64(32n)], ['i64.shr_s', get('m'), i64(32n)]],
    ],
  ],
};

/** The low 128 bits of the product of two 128-bit numbers. */
const MULTIPLY_128: Helper = {
  params: locals('i64', 'a0 a1 b0 b1'),
  results: ['i64', 'i64'],
  locals: locals('i64', 'low high'),
  uses: ['multiply64'],
  body: [
    ['call', 'multiply64', get('a0'), get('b0')],
    ['local.set', 'high'],
    ['local.set', 'low'],
    get('low'),
    // The low words are unsigned: the signed product lacks the other word for each top bit.
    [
      'i64.add',
      [
        'i64.add',
        get('high'),
        [
          'i64.add',
          ['i64.and', ['i64.shr_s', get('a0'), i64(63n)], get('b0')],
          ['i64.and', ['i64.shr_s', get('b0'), i64(63n)], get('a0')],
        ],
      ],
      ['i64.add', ['i64.mul', get('a1'), get('b0')], ['i64.mul', get('a0'), get('b1')]],
    ],
  ],
};

/** Bits of the magnitude of a 128-bit number, rounded up by at most one. */
const BITS_128: Helper = {
  params: locals('i64', 'low high'),
  results: ['i64'],
  locals: [],
  uses: [],
  body: [
    [
      'if',
      'i64',
      ['i64.eq', get('high'), ['i64.shr_s', get('low'), i64(63n)]],
      ['then', ['i64.sub', i64(64n), ['i64.clz', magnitude(get('low'))]]],
      ['else', ['i64.sub', i64(128n), ['i64.clz', magnitude(get('high'))]]],
    ],
  ],
};

function magnitude(word: Code): Code {
  return ['i64.xor', word, ['i64.shr_s', word, i64(63n)]];
}

const DAYS_PER_ERA = 146097;

/** The parts of the proleptic Gregorian date of an epoch day (Hinnant's civil_from_days). */
function civil(result: readonly Code[]): Helper {
  const day = get('day');
  const era = get('era');
  const doe = get('doe');
  const year = get('year');
  const doy = get('doy');
  return {
    params: locals('i32', 'day'),
    results: ['i32'],
    locals: locals('i32', 'era doe year doy month'),
    uses: [],
    body: [
      set('day', ['i32.add', day, i32(719468)]),
      set('era', [
        'i32.div_s',
        ['select', day, ['i32.sub', day, i32(DAYS_PER_ERA - 1)], ['i32.ge_s', day, i32(0)]],
        i32(DAYS_PER_ERA),
      ]),
      set('doe', ['i32.sub', day, ['i32.mul', era, i32(DAYS_PER_ERA)]]),
      set('year', [
        'i32.div_u',
        [
          'i32.sub',
          [
            'i32.add',
            ['i32.sub', doe, ['i32.div_u', doe, i32(1460)]],
            ['i32.div_u', doe, i32(36524)],
          ],
          ['i32.div_u', doe, i32(DAYS_PER_ERA - 1)],
        ],
        i32(365),
      ]),
      set('doy', [
        'i32.sub',
        doe,
        [
          'i32.sub',
          ['i32.add', ['i32.mul', year, i32(365)], ['i32.div_u', year, i32(4)]],
          ['i32.div_u', year, i32(100)],
        ],
      ]),
      set('month', ['i32.div_u', ['i32.add', ['i32.mul', doy, i32(5)], i32(2)], i32(153)]),
      ...result,
    ],
  };
}

const HELPERS: Readonly<Record<string, Helper>> = {
  multiply64: MULTIPLY_64,
  multiply128: MULTIPLY_128,
  bits128: BITS_128,
  ...DIVISION_HELPERS,
  year: civil([
    [
      'i32.add',
      ['i32.add', get('year'), ['i32.mul', get('era'), i32(400)]],
      ['i32.ge_u', get('month'), i32(10)],
    ],
  ]),
  month: civil([
    ['i32.add', get('month'), ['select', i32(3), i32(-9), ['i32.lt_u', get('month'), i32(10)]]],
  ]),
  dayOfMonth: civil([
    [
      'i32.add',
      [
        'i32.sub',
        get('doy'),
        ['i32.div_u', ['i32.add', ['i32.mul', get('month'), i32(153)], i32(2)], i32(5)],
      ],
      i32(1),
    ],
  ]),
};

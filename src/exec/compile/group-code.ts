import type { GroupLookup } from '../../columnar/kernels/group-lookup.ts';
import type { Expr } from '../../expr/expr.ts';
import { i32, i64, loweredType } from '../../functions/lowered.ts';
import type { Code } from '../../functions/lowering.ts';
import { element } from './code.ts';
import { exprKey } from './expr-key.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { lowerExpr } from './lower.ts';

/** How a loop finds the group of a row; `key` is the integer key of a range. */
export type GroupShape =
  | { readonly kind: 'code' | 'pair' }
  | { readonly kind: 'range'; readonly key: Expr };

/** The shape of a lookup over rows whose first key is `key`. */
export function shapeOf(lookup: GroupLookup, key: Expr): GroupShape {
  if (lookup.kind === 'range') return { kind: 'range', key };
  return { kind: lookup.others === null ? 'code' : 'pair' };
}

/** A text that is equal for equal shapes. */
export function groupKey(shape: GroupShape): string {
  return shape.kind === 'range' ? `range ${exprKey(shape.key)}` : shape.kind;
}

/** Adds what the emitted lookup reads to the parameters of a loop. */
export function addGroupParams(lookup: GroupLookup, params: Map<string, number>): void {
  if (lookup.kind === 'codes') {
    params.set('map', lookup.map);
    params.set('codes', lookup.codes);
    if (lookup.others !== null) {
      params.set('others', lookup.others.codes);
      params.set('size', lookup.others.size);
    }
    return;
  }
  params.set('slots', lookup.slots);
  params.set('size', lookup.size);
  params.set('baseLow', Number(BigInt.asIntN(32, lookup.base)));
  params.set('baseHigh', Number(BigInt.asIntN(32, lookup.base >> 32n)));
}

/** Emits the number of the group of the row at hand: negative when it has none yet. */
export function lowerGroup(loop: LoopBuilder, shape: GroupShape): Code | null {
  if (shape.kind !== 'range') {
    const code = (of: string): Code => ['i32.load', element(loop.param(of), loop.row, 4)];
    const index: Code =
      shape.kind === 'code'
        ? code('codes')
        : ['i32.add', ['i32.mul', code('codes'), loop.param('size')], code('others')];
    return loop.local('i32', ['i32.load', element(loop.param('map'), index, 4)]);
  }
  const key = lowerExpr(loop, shape.key);
  if (key === null) return null;
  // Lookups are of keys without NULL.
  const number: Code = loweredType(key.type) === 'i64' ? key.code : ['i64.extend_i32_s', key.code];
  const base = loop.variable('i64');
  loop.before([
    'local.set',
    base[1] as string,
    [
      'i64.or',
      ['i64.extend_i32_u', loop.param('baseLow')],
      ['i64.shl', ['i64.extend_i32_u', loop.param('baseHigh')], i64(32n)],
    ],
  ]);
  const at = loop.local('i64', ['i64.sub', number, base]);
  const inside = loop.local('i32', ['i64.lt_u', at, ['i64.extend_i32_u', loop.param('size')]]);
  // Slots hold the id plus one; outside of the range there is none, and the first is read instead.
  const index: Code = ['i32.mul', ['i32.wrap_i64', at], inside];
  const slot: Code = ['i32.load', element(loop.param('slots'), index, 4)];
  return loop.local('i32', ['i32.sub', ['i32.mul', slot, inside], i32(1)]);
}

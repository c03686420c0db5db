import type { Expr } from '../../expr/expr.ts';
import { replaces } from '../../functions/builtin/lowering/comparison.ts';
import { both, highOf, i32, i64, loweredType, not, ONE } from '../../functions/lowered.ts';
import type { Code, LoweredType, LoweredValue } from '../../functions/lowering.ts';
import { LARGE_HIGH, type Slot, type SlotTable } from './aggregate-slots.ts';
import { element } from './code.ts';
import { conjunction } from './conjuncts.ts';
import { exprKey } from './expr-key.ts';
import { type GroupShape, groupKey, lowerGroup } from './group-code.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { lowerExpr } from './lower.ts';
import type { LoopSpec } from './row-loop.ts';
import { maskRows } from './row-mask.ts';

/**
 * The loop that adds rows to the records of their groups. `grouped`: the group of each position is
 * read from `groups`; otherwise there is one record, which is kept in locals.
 */
export function aggregateSpec(table: SlotTable, grouped: boolean): LoopSpec {
  return {
    key: `aggregate ${grouped ? 'groups' : 'one'} ${table.key}`,
    emit(loop) {
      const cells = grouped ? groupedCells(loop, table.stride) : scalarCells(loop);
      const chains = grouped ? 1 : SUM_CHAINS;
      const target = { cells, chains, counted: null, roomy: false };
      return table.slots.every((slot) => emitSlot(loop, slot, target));
    },
  };
}

/**
 * The loop that adds the rows that fulfil a condition to the records of their groups, which it finds
 * itself. It ends at a row of a group that is not known. Rows that do not count are added to
 * a spare record, and without groups they add nothing: both cost less than a branch.
 */
export function foundSpec(
  table: SlotTable,
  condition: Expr | null,
  groups: GroupShape | null,
  roomy: boolean,
): LoopSpec {
  const where = condition === null ? '' : exprKey(condition);
  return {
    key: `found ${roomy} ${groups === null ? 'one' : groupKey(groups)} ${where} ${table.key}`,
    emit(loop) {
      let pass: Code | null = null;
      const others = condition === null ? [] : maskRows(loop, condition);
      if (condition !== null && others.length > 0) {
        const holds = lowerExpr(loop, conjunction(condition, others));
        if (holds === null) return false;
        pass = both(holds.code, holds.valid);
        if (pass !== null) pass = loop.local('i32', pass);
      }
      if (groups === null) {
        const cells = scalarCells(loop);
        return loop.guard(pass, () =>
          table.slots.every((s) =>
            emitSlot(loop, s, { cells, chains: SUM_CHAINS, counted: pass, roomy }),
          ),
        );
      }
      return loop.guard(pass, () => {
        const group = lowerGroup(loop, groups);
        if (group === null) return false;
        loop.overflowIf(['i32.lt_s', group, i32(0)]);
        const cells = recordCells(recordOf(loop, group, table.stride, pass));
        const target = { cells, chains: 1, counted: null, roomy };
        return table.slots.every((slot) => emitSlot(loop, slot, target));
      });
    },
  };
}

/** The address of the record of a group; that of the spare one unless `pass`. */
function recordOf(loop: LoopBuilder, group: Code, stride: number, pass: Code | null): Code {
  const record: Code = ['i32.add', loop.param('records'), ['i32.mul', group, i32(stride)]];
  return loop.local('i32', pass === null ? record : ['select', record, loop.param('spare'), pass]);
}

/** Terms below this are added in 64 bits while there is room for them. */
export const TERM_BELOW = 2 ** 45;

/** Floating-point numbers wait for the sum before them: rows are added to so many sums in turn. */
export const SUM_CHAINS = 4;

/** Reads and writes one word of the record at hand. */
interface Cell {
  readonly get: Code;
  set(value: Code): Code;
}
type Cells = (type: LoweredType, offset: number) => Cell;

function groupedCells(loop: LoopBuilder, stride: number): Cells {
  const group: Code = ['i32.load', element(loop.param('groups'), loop.position, 4)];
  return recordCells(recordOf(loop, group, stride, null));
}

function recordCells(record: Code): Cells {
  return (type, offset) => ({
    get: [`${type}.load`, record, offset],
    set: (value) => [`${type}.store`, record, value, offset],
  });
}

function scalarCells(loop: LoopBuilder): Cells {
  return (type, offset) => {
    const cell = loop.variable(type);
    const set = (value: Code): Code => ['local.set', cell[1] as string, value];
    loop.before(set([`${type}.load`, loop.param('records'), offset]));
    loop.after([`${type}.store`, loop.param('records'), cell, offset]);
    return { get: cell, set };
  };
}

/** What the rows are added to. */
interface Target {
  readonly cells: Cells;
  /** In how many sums a floating-point sum is kept on its way. */
  readonly chains: number;
  /** Whether the row counts; null: all do. */
  readonly counted: Code | null;
  /**
   * Whether sums have room for the terms below TERM_BELOW of a batch in 64 bits. The loop sets the
   * parameter `checked` where it adds other terms, which take more room than was reckoned.
   */
  readonly roomy: boolean;
}

/** Emits the update of a slot. */
function emitSlot(loop: LoopBuilder, slot: Slot, target: Target): boolean {
  const { cells } = target;
  let pass = target.counted;
  if (slot.filter !== null) {
    const holds = lowerExpr(loop, slot.filter);
    if (holds === null) return false;
    pass = both(pass, both(holds.code, holds.valid));
    if (pass !== null) pass = loop.local('i32', pass);
  }
  if (slot.kind === 'rows' || slot.kind === 'nulls') return emitCount(loop, slot, cells, pass);
  const arg = slot.args[0]!;
  const value = loop.guard(pass, () => lowerExpr(loop, arg));
  if (value === null) return false;
  const mask = both(pass, value.valid);
  const counts = mask === null ? null : loop.local('i32', mask);
  if (slot.kind === 'sum') emitSum(loop, slot, target, value, counts);
  else emitExtreme(loop, slot, cells, value, counts);
  return true;
}

function emitCount(loop: LoopBuilder, slot: Slot, cells: Cells, pass: Code | null): boolean {
  let counted = pass;
  if (slot.kind === 'nulls') {
    let valid: Code | null = null;
    for (const arg of slot.args) {
      const known = validityOf(loop, arg);
      if (known === undefined) return false;
      valid = both(valid, known);
    }
    if (valid === null) return true;
    counted = both(pass, not(valid));
  }
  const { get, set } = cells('i64', slot.offset);
  const one: Code = counted === null ? i64(1n) : ['i64.extend_i32_u', counted];
  loop.effect(set(['i64.add', get, one]));
  return true;
}

/** Whether an argument is not NULL; null when it never is, undefined when that is not emitted. */
function validityOf(loop: LoopBuilder, arg: Expr): Code | null | undefined {
  if (loweredType(arg.type) !== null && arg.type.kind !== 'NULL') {
    const value = lowerExpr(loop, arg);
    return value === null ? undefined : value.valid;
  }
  if (arg.kind !== 'InputRef') return undefined;
  const valid = loop.input({
    id: `n${arg.index}`,
    type: { kind: 'BOOLEAN', nullable: false },
    expr: arg,
  }).code;
  return valid[0] === 'i32.const' && valid[1] === 1 ? null : valid;
}

function emitSum(
  loop: LoopBuilder,
  slot: Slot,
  { cells, chains, roomy }: Target,
  value: LoweredValue,
  counts: Code | null,
): void {
  const { number, offset } = slot;
  if (number === 'f32' || number === 'f64') {
    const term = number === 'f64' && value.type.kind === 'FLOAT' ? promote(value.code) : value.code;
    const cell = cells(number, offset);
    addFloat(loop, number, cell, { term: maskFloat(number, term, counts), chains });
    return;
  }
  const wide = loweredType(value.type) === 'i64' ? value.code : widen(value.code);
  const masked = (word: Code): Code => maskWord(word, counts);
  const low = loop.local('i64', masked(wide));
  const { get, set } = cells('i64', offset);
  const sum = loop.local('i64', ['i64.add', get, low]);
  const fits = roomy && value.below !== undefined && value.below <= TERM_BELOW;
  if ((number === 'i128' || number === 'carried') && !fits) {
    if (roomy) loop.before(['i32.store', loop.param('checked'), i32(1)]);
    const high = cells('i64', offset + 8);
    if (value.high === null) addNarrow(loop, { low: get, sum, term: low }, high);
    else addWide(loop, { low: get, sum, term: low }, masked(value.high), high);
  }
  loop.effect(set(sum));
}

/** Adds to a cell, or to one of several sums in turn, which meet in the cell at the end. */
function addFloat(
  loop: LoopBuilder,
  type: 'f32' | 'f64',
  { get, set }: Cell,
  { term, chains }: { readonly term: Code; readonly chains: number },
): void {
  const others = Array.from({ length: chains - 1 }, () => loop.variable(type));
  const sum: Code = [`${type}.add`, get, term];
  if (others.length === 0) {
    loop.effect(set(sum));
    return;
  }
  const next = loop.local(type, sum);
  for (const [i, other] of others.entries()) {
    const write: Code = ['local.set', other[1] as string, others[i + 1] ?? next];
    if (i === 0) loop.effect(set(other));
    loop.effect(write);
  }
  const all = others.reduce((total, other): Code => [`${type}.add`, total, other], get);
  loop.after(set(all));
}

/** The low words of a sum of 128 bits: before, after, and what is added. */
interface LowWords {
  readonly low: Code;
  readonly sum: Code;
  readonly term: Code;
}

/** The low word of a sum is signed, so that the high one changes only when the low overflows. */
function addNarrow(loop: LoopBuilder, { low, sum, term }: LowWords, high: Cell): void {
  const signs: Code = ['i64.and', ['i64.xor', low, sum], ['i64.xor', term, sum]];
  const carry: Code = ['i64.or', signOf(term), i64(1n)];
  const overflow: Code = high.set(['i64.add', high.get, carry]);
  loop.effect(['if', ['i64.lt_s', signs, i64(0n)], ['then', overflow]]);
}

/** Adds 128 bits; sums near 39 digits, which may need a carry, are left to exact arithmetic. */
function addWide(loop: LoopBuilder, { low, sum, term }: LowWords, upper: Code, high: Cell): void {
  const before = loop.local('i64', ['i64.add', high.get, signOf(low)]);
  const carry: Code = ['i64.extend_i32_u', ['i64.lt_u', sum, term]];
  const after = loop.local('i64', ['i64.add', ['i64.add', before, upper], carry]);
  loop.overflowIf(['i32.or', isLarge(before), isLarge(after)]);
  loop.effect(high.set(['i64.sub', after, signOf(sum)]));
}

/** -1 for negative numbers, else 0. */
function signOf(word: Code): Code {
  return ['i64.shr_s', word, i64(63n)];
}

/** Whether a number with this high word may have more than 38 digits. */
function isLarge(high: Code): Code {
  const bound = LARGE_HIGH - 1n;
  return ['i64.gt_u', ['i64.add', high, i64(bound)], i64(2n * bound)];
}

function emitExtreme(
  loop: LoopBuilder,
  slot: Slot,
  cells: Cells,
  value: LoweredValue,
  counts: Code | null,
): void {
  const wide = slot.number === 'i128';
  const type = wide ? 'i64' : (slot.number as LoweredType);
  const low = cells(type, slot.offset);
  const high = wide ? cells('i64', slot.offset + 8) : null;
  const best: LoweredValue = {
    type: value.type,
    code: loop.local(type, low.get),
    high: high === null ? null : loop.local('i64', high.get),
    valid: null,
  };
  const better = replaces(loop, slot.kind === 'least' ? '<' : '>', value, best) ?? ONE;
  const taken = loop.local('i32', both(better, counts) ?? ONE);
  loop.effect(low.set(['select', value.code, best.code, taken]));
  if (high !== null && best.high !== null) {
    loop.effect(high.set(['select', highOf(value), best.high, taken]));
  }
}

/** A word, or 0 unless `counts`: without a branch, which `select` may become. */
function maskWord(word: Code, counts: Code | null): Code {
  if (counts === null) return word;
  return ['i64.and', word, ['i64.sub', i64(0n), ['i64.extend_i32_u', counts]]];
}

/** As `maskWord`: `select` of floating-point numbers is a branch (3.5 times as slow, bench `micro`). */
function maskFloat(type: 'f32' | 'f64', value: Code, counts: Code | null): Code {
  if (counts === null) return value;
  if (type === 'f64') {
    return ['f64.reinterpret_i64', maskWord(['i64.reinterpret_f64', value], counts)];
  }
  const bits: Code = ['i32.and', ['i32.reinterpret_f32', value], ['i32.sub', i32(0), counts]];
  return ['f32.reinterpret_i32', bits];
}

function promote(code: Code): Code {
  return ['f64.promote_f32', code];
}

function widen(code: Code): Code {
  return ['i64.extend_i32_s', code];
}

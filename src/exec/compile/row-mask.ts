import { storageOf } from '../../columnar/values.ts';
import type { Expr, InputRef } from '../../expr/expr.ts';
import { cannotFail } from '../../expr/safety.ts';
import { both, i32, i64, ZERO } from '../../functions/lowered.ts';
import type { Code } from '../../functions/lowering.ts';
import { element } from './code.ts';
import { conjuncts } from './conjuncts.ts';
import { MASKED } from './loop-body.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { comparisonsOf, type LaneComparison, type MaskForm, maskForm } from './mask-form.ts';

/** The most comparisons of a mask: more take longer to compile than they save. */
const COMPARISONS_MAX = 16;
const VECTOR_BYTES = 16;
/** The bytes that stay where two vectors of eight-byte lanes become one of four-byte lanes. */
const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/** Sixteen truth values as lanes of `width` bytes in as many vectors: all ones or all zeros. */
interface Lanes {
  readonly width: number;
  readonly vectors: readonly Code[];
}

/** Which of sixteen rows fulfil a condition: those whose lanes and bits say so; null: all do. */
interface Mask {
  readonly lanes: Lanes | null;
  readonly bits: Code | null;
}

const NONE: Mask = { lanes: null, bits: ZERO };
const ALL: Mask = { lanes: null, bits: null };

/**
 * Lets a loop pass over the rows for which those operands of a condition do not hold that vectors
 * can test, and returns the other ones.
 */
export function maskRows(loop: LoopBuilder, condition: Expr): readonly Expr[] {
  const operands = conjuncts(condition);
  if (!loop.canMask) return operands;
  const emitter = new MaskEmitter(loop);
  const masks: Mask[] = [];
  const others: Expr[] = [];
  let comparisons = 0;
  for (const operand of operands) {
    const form = mayComeFirst(operand, others, operands) ? maskForm(operand) : null;
    const count = form === null ? 0 : comparisonsOf(form);
    const mask = form === null || comparisons + count > COMPARISONS_MAX ? null : emitter.emit(form);
    if (mask === null) others.push(operand);
    else {
      masks.push(mask);
      comparisons += count;
    }
  }
  if (masks.length > 0) {
    const bits = bitsOf(allOf(masks)) ?? i32(0xffff);
    loop.mask({ statements: emitter.statements, bits });
  }
  return others;
}

/**
 * Whether rows may be left out by an operand of AND before `others` are computed: those before it
 * cannot fail, and those behind it are computed for the same rows as without a mask, which are
 * those for which it is NULL too.
 */
function mayComeFirst(operand: Expr, others: readonly Expr[], all: readonly Expr[]): boolean {
  return others.every(cannotFail) && (!operand.type.nullable || all.every(cannotFail));
}

/** Whether vectors test all of a condition, where columns lie in memory as they can read them. */
export function isMasked(condition: Expr): boolean {
  const form = maskForm(condition);
  return form !== null && comparisonsOf(form) <= COMPARISONS_MAX;
}

/** Emits the masks of one loop. */
class MaskEmitter {
  /** What is computed for each sixteen rows before their bits. */
  readonly statements: Code[] = [];
  readonly #loop: LoopBuilder;
  readonly #loads = new Map<string, readonly Code[]>();

  constructor(loop: LoopBuilder) {
    this.#loop = loop;
  }

  /** The mask of a form; null when a column does not lie in memory as vectors read it. */
  emit(form: MaskForm): Mask | null {
    switch (form.kind) {
      case 'all':
      case 'any': {
        const masks = form.of.map((part) => this.emit(part));
        if (!masks.every((mask) => mask !== null)) return null;
        return form.kind === 'all' ? allOf(masks) : anyOf(masks);
      }
      case 'constant':
        return this.#constant(form.column, form.op, form.value);
      case 'columns':
        return this.#columns(form.left, form.op, form.right);
    }
  }

  #constant(column: InputRef, op: LaneComparison, value: bigint | number): Mask | null {
    const read = this.#read(column);
    if (read === null) return null;
    const { shape, vectors, width, bits } = read;
    if (typeof value === 'number') {
      const constant = this.#splat(shape, [`${shape.slice(0, 3)}.const`, value]);
      const lanes = vectors.map((vector): Code => [`${shape}.${op}`, vector, constant]);
      return { lanes: { width, vectors: lanes }, bits };
    }
    const test = inLanes(op, value, width);
    if (typeof test === 'boolean') return test ? { ...ALL, bits } : NONE;
    const number = width === 8 ? i64(test.value) : i32(Number(test.value));
    const constant = this.#splat(shape, number);
    const lanes = vectors.map((vector): Code => [`${shape}.${test.op}`, vector, constant]);
    return { lanes: { width, vectors: lanes }, bits };
  }

  #columns(left: InputRef, op: LaneComparison, right: InputRef): Mask | null {
    const [a, b] = [this.#read(left), this.#read(right)];
    if (a === null || b === null || a.shape !== b.shape) return null;
    const { shape, width } = a;
    const name = shape.startsWith('f') || op === 'eq' || op === 'ne' ? op : `${op}_s`;
    const vectors = a.vectors.map((vector, i): Code => [`${shape}.${name}`, vector, b.vectors[i]!]);
    return { lanes: { width, vectors }, bits: both(a.bits, b.bits) };
  }

  /** A vector of equal lanes, made once before the loop. */
  #splat(shape: string, value: Code): Code {
    const vector = this.#loop.variable('v128');
    this.#loop.before(['local.set', vector[1] as string, [`${shape}.splat`, value]]);
    return vector;
  }

  /** The values of sixteen rows, and the bits of those that are not NULL. */
  #read(column: InputRef): (Lanes & { readonly shape: string; readonly bits: Code | null }) | null {
    const id = `c${column.index}`;
    const mode = this.#loop.modeOf({ id, type: column.type, expr: column });
    const storage = storageOf(column.type);
    if (storage === null || mode.values !== 'plain' || !mode.byRow) return null;
    const shape = mode.narrow > 0 ? shapeOf(mode.narrow) : SHAPES[storage as keyof typeof SHAPES];
    const width = VECTOR_BYTES / Number(shape.split('x')[1]);
    let vectors = this.#loads.get(id);
    if (vectors === undefined) {
      const address = element(this.#loop.param(`${id}.values`), MASKED, width);
      vectors = Array.from({ length: width }, (_, i) =>
        this.#keep('v128', ['v128.load', address, i * VECTOR_BYTES]),
      );
      this.#loads.set(id, vectors);
    }
    const bits = mode.nullable ? this.#bitsAt(this.#loop.param(`${id}.validity`)) : null;
    return { shape, width, vectors, bits };
  }

  /** The bits of sixteen rows in a bitmap. */
  #bitsAt(bitmap: Code): Code {
    return ['i32.load16_u', ['i32.add', bitmap, ['i32.shr_u', MASKED, i32(3)]]];
  }

  #keep(type: 'i32' | 'v128', code: Code): Code {
    const kept = this.#loop.variable(type);
    this.statements.push(['local.set', kept[1] as string, code]);
    return kept;
  }
}

const SHAPES = {
  i8: 'i8x16',
  i16: 'i16x8',
  i32: 'i32x4',
  i64: 'i64x2',
  f32: 'f32x4',
  f64: 'f64x2',
};

/** The lanes of integers of so many bytes. */
function shapeOf(width: number): string {
  return `i${8 * width}x${VECTOR_BYTES / width}`;
}

/** How integers of so many bytes are compared with a constant; a truth value if it is always the same. */
function inLanes(
  op: LaneComparison,
  value: bigint,
  width: number,
): boolean | { readonly op: string; readonly value: bigint } {
  if (op === 'le') return inLanes('lt', value + 1n, width);
  if (op === 'ge') return inLanes('gt', value - 1n, width);
  const most = 2n ** BigInt(8 * width - 1) - 1n;
  const least = -most - 1n;
  if (op === 'lt' && value > most) return true;
  if (op === 'gt' && value < least) return true;
  if (value > most || value < least) return op === 'ne';
  return { op: op === 'eq' || op === 'ne' ? op : `${op}_s`, value };
}

function allOf(masks: readonly Mask[]): Mask {
  const bits = masks.reduce<Code | null>((all, mask) => both(all, mask.bits), null);
  const lanes = masks.flatMap((mask) => (mask.lanes === null ? [] : [mask.lanes]));
  return { lanes: joined('v128.and', lanes), bits };
}

function anyOf(masks: readonly Mask[]): Mask {
  if (masks.every(({ bits }) => bits === null)) {
    if (masks.some(({ lanes }) => lanes === null)) return ALL;
    return {
      lanes: joined(
        'v128.or',
        masks.map(({ lanes }) => lanes!),
      ),
      bits: null,
    };
  }
  const bits = masks.map(bitsOf);
  if (bits.includes(null)) return ALL;
  return { lanes: null, bits: bits.reduce((any, some) => ['i32.or', any!, some!]) };
}

/** Lanes of one width stay so; others meet as bytes. */
function joined(op: string, all: readonly Lanes[]): Lanes | null {
  const byWidth = new Map<number, Lanes>();
  const join = (a: Lanes, b: Lanes): Lanes => ({
    width: a.width,
    vectors: a.vectors.map((vector, i) => [op, vector, b.vectors[i]!]),
  });
  for (const lanes of all) {
    const before = byWidth.get(lanes.width);
    byWidth.set(lanes.width, before === undefined ? lanes : join(before, lanes));
  }
  const [first, ...rest] = byWidth.values();
  if (first === undefined || rest.length === 0) return first ?? null;
  return rest.reduce((before, lanes) => join(before, bytesOf(lanes)), bytesOf(first));
}

/** The same truth values as sixteen bytes. */
function bytesOf({ width, vectors }: Lanes): Lanes {
  if (width === 1) return { width, vectors };
  const pairs = Array.from({ length: width / 2 }, (_, i): Code => {
    const [a, b] = [vectors[2 * i]!, vectors[2 * i + 1]!];
    if (width === 8) return ['i8x16.shuffle', a, b, ...EVEN_WORDS];
    return [width === 4 ? 'i16x8.narrow_i32x4_s' : 'i8x16.narrow_i16x8_s', a, b];
  });
  return bytesOf({ width: width / 2, vectors: pairs });
}

/** A bit for each row; null: all are ones. */
function bitsOf({ lanes, bits }: Mask): Code | null {
  if (lanes === null) return bits;
  return both(bits, ['i8x16.bitmask', ...bytesOf(lanes).vectors]);
}

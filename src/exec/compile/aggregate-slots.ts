import { storageOf } from '../../columnar/values.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { inputRef } from '../../expr/tree.ts';
import { hasCarries } from '../../functions/builtin/aggregate/decimal-sum-state.ts';
import { loweredType } from '../../functions/lowered.ts';
import type { DataType } from '../../types/data-type.ts';
import { DECIMAL_PRECISION_INT64 } from '../../types/data-type.ts';
import { exprKey } from './expr-key.ts';

/** The high word of the least number with 39 digits: from here on a decimal sum may need a carry. */
export const LARGE_HIGH = (10n ** 38n) >> 64n;

/**
 * How the content of a slot is held; `i128` takes two words of 8 bytes, all others one. The low
 * word of a sum is signed: the sum is `low + high * 2^64`. `carried` is such a sum with a third
 * word, of how often 10^38 is to be added: the emitted loops leave that to exact arithmetic.
 */
export type SlotNumber = 'i32' | 'i64' | 'f32' | 'f64' | 'i128' | 'carried';

/** The words of a number in a record. */
const WORDS = { i32: 1, i64: 1, f32: 1, f64: 1, i128: 2, carried: 3 } as const;

/**
 * One number that is kept per group. `rows` counts the rows that the filter lets through, `nulls`
 * those in which an argument is NULL, so that columns without NULLs cost nothing to count.
 */
export interface Slot {
  readonly kind: 'rows' | 'nulls' | 'sum' | 'least' | 'greatest';
  readonly args: readonly Expr[];
  readonly filter: Expr | null;
  readonly number: SlotNumber;
  /** Bytes from the start of the group's record. */
  readonly offset: number;
}

/** Where the result of one call lies in the record of a group. */
export interface CallSlots {
  readonly call: AggregateCall;
  /** The sum or extreme; null for counts. */
  readonly value: Slot | null;
  /** The number of values: `plus` minus `minus`. */
  readonly plus: Slot;
  readonly minus: Slot | null;
  /** The carries of the states that were merged, beside those of the sum. */
  readonly carries: Slot | null;
}

/** The slots of a list of calls: calls share what they have in common. */
export class SlotTable {
  readonly #slots = new Map<string, Slot>();
  #bytes = 0;

  /** All slots, in the order of their offsets. */
  get slots(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  /** Bytes of the record of a group. */
  get stride(): number {
    return this.#bytes;
  }

  /** A text that is equal for tables with the same slots. */
  get key(): string {
    return [...this.#slots.keys()].join(' ');
  }

  /** The slots of a call over rows; null when its update is not emitted. */
  addUpdate(call: AggregateCall): CallSlots | null {
    const { args, filter } = call;
    const [arg] = args;
    const { compiled } = call.definition;
    if (compiled === null || (call.distinct && compiled !== 'min' && compiled !== 'max'))
      return null;
    if (!args.every((a) => loweredType(a.type) !== null || a.kind === 'InputRef')) return null;
    const number = arg === undefined ? 'i64' : slotNumber(compiled, arg.type);
    if (compiled !== 'count' && (arg === undefined || number === null)) return null;
    const plus = this.#add('rows', [], filter, 'i64');
    const nullable = args.filter((a) => a.type.nullable);
    const minus = nullable.length === 0 ? null : this.#add('nulls', nullable, filter, 'i64');
    const value = compiled === 'count' ? null : this.#add(kindOf(compiled), args, filter, number!);
    return { call, value, plus, minus, carries: null };
  }

  /** The slots of a call over its state columns, which begin at column `first`. */
  addMerge(call: AggregateCall, first: number, types: readonly DataType[]): CallSlots | null {
    const { compiled } = call.definition;
    const [arg] = call.args;
    if (compiled === null || call.distinct) return null;
    const state = types.map((type, i) => inputRef(first + i, type));
    if (compiled === 'count') {
      const plus = this.#add('sum', [state[0]!], null, 'i64');
      return { call, value: null, plus, minus: null, carries: null };
    }
    const number = arg === undefined ? null : slotNumber(compiled, arg.type);
    if (number === null) return null;
    const value = this.#add(kindOf(compiled), [state[0]!], null, number);
    if (compiled === 'min' || compiled === 'max') {
      const plus = this.#add('rows', [], null, 'i64');
      const minus = this.#add('nulls', [state[0]!], null, 'i64');
      return { call, value, plus, minus, carries: null };
    }
    const plus = this.#add('sum', [state[1]!], null, 'i64');
    const carried = state[2];
    const carries = carried === undefined ? null : this.#add('sum', [carried], null, 'i64');
    return { call, value, plus, minus: null, carries };
  }

  #add(kind: Slot['kind'], args: readonly Expr[], filter: Expr | null, number: SlotNumber): Slot {
    const of = args.map(exprKey).join();
    const key = `${kind} ${number}(${of})${filter === null ? '' : `if ${exprKey(filter)}`}`;
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot: Slot = { kind, args, filter, number, offset: this.#bytes };
    this.#bytes += WORDS[number] * 8;
    this.#slots.set(key, slot);
    return slot;
  }
}

function kindOf(compiled: 'sum' | 'sum0' | 'avg' | 'min' | 'max'): Slot['kind'] {
  if (compiled === 'min') return 'least';
  return compiled === 'max' ? 'greatest' : 'sum';
}

/** How the sum or extreme of values of a type is held; null when it is not emitted. */
function slotNumber(compiled: string, type: DataType): SlotNumber | null {
  const isExtreme = compiled === 'min' || compiled === 'max';
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return isExtreme ? 'i32' : 'i64';
    case 'BIGINT':
      return 'i64';
    case 'FLOAT':
      return compiled === 'avg' ? 'f64' : 'f32';
    case 'DOUBLE':
      return 'f64';
    case 'DECIMAL':
      if (isExtreme) return type.precision <= DECIMAL_PRECISION_INT64 ? 'i64' : 'i128';
      return hasCarries(type) ? 'carried' : 'i128';
    default: {
      if (!isExtreme || type.kind === 'NULL') return null;
      const local = loweredType(type);
      return storageOf(type) === null && type.kind !== 'BOOLEAN' ? null : local;
    }
  }
}

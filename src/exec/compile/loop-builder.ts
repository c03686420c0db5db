import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { both, i32, i64, loweredType, ONE, ZERO } from '../../functions/lowered.ts';
import type { Code, CodeBuilder, LoweredType, LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';
import type { ValueType } from '../wasm/assembler.ts';
import { type Local, ModuleBuilder } from '../wasm/module-builder.ts';
import { bitAt, element, loadElement } from './code.ts';
import { addHelper } from './helpers.ts';
import { everyRow, LOOP_LOCALS, maskedRows, POSITION, type RowMask, START } from './loop-body.ts';

/** What a loop reads a value per row from: a column of the batch, or a computed column. */
export interface LoopInput {
  /** `c3`: column 3; `t0`: the first temporary. */
  readonly id: string;
  readonly type: DataType;
  readonly expr: Expr;
}

/** How the buffers of one input lie in one batch. */
export interface InputMode {
  /**
   * `codes`: `values` is a table that is read at a code per row. `null`: every row is NULL;
   * `one`, `zero`: a truth value that is the same in every row.
   */
  readonly values: 'plain' | 'codes' | 'null' | 'one' | 'zero';
  /** Whether elements are indexed by the row in the batch, not by the position. */
  readonly byRow: boolean;
  /** Whether rows may be NULL. */
  readonly nullable: boolean;
  /** Whether entries of the table may be NULL. */
  readonly tableNulls: boolean;
  /** Whether NULL rows read an entry of their own instead of being NULL. */
  readonly nullSlot: boolean;
  /** So many bits hold the integers without their signs; 0 where that is not known. */
  readonly bits: number;
  /** Bytes of an element where there are fewer than its type has; 0 elsewhere. */
  readonly narrow: number;
}

/** What is fixed for one emitted form of a loop. */
export interface Variant {
  readonly exact: boolean;
  /** Whether the batch has a selection. */
  readonly selected: boolean;
  mode(input: LoopInput): InputMode;
}

/** A state of a builder to come back to. */
export interface Checkpoint {
  readonly statements: number;
  readonly loads: number;
  readonly flags: number;
  readonly inputs: number;
  readonly known: number;
  readonly params: number;
}

const BLOCK: Code = ['local.get', 'block'];
const BIT: Code = ['i32.and', POSITION, i32(31)];

/**
 * Builds one loop over the rows of a batch: `run(block, start, end)` goes from position `start`
 * to `end`, reads its parameters (addresses) from `block`, and returns where it stopped: at `end`,
 * or at a row that it cannot compute.
 */
export class LoopBuilder implements CodeBuilder {
  readonly exact: boolean;
  readonly #variant: Variant;
  readonly #locals: Local[] = [];
  readonly #params: string[] = [];
  readonly #helpers = new Set<string>();
  readonly #inputs: LoopInput[] = [];
  readonly #loads: Code[] = [];
  readonly #statements: Code[] = [];
  readonly #flags: Code[] = [];
  readonly #prologue: Code[] = [];
  readonly #effects: Code[] = [];
  readonly #flushes: Code[] = [];
  readonly #epilogue: Code[] = [];
  /** Values by key, per nested guard; and the keys in the order of their definition. */
  readonly #known: Map<string, LoweredValue>[] = [new Map()];
  readonly #order: { readonly scope: Map<string, LoweredValue>; readonly key: string }[] = [];
  #guard: Code | null = null;
  #mask: RowMask | null = null;
  #into = this.#statements;

  constructor(variant: Variant) {
    this.#variant = variant;
    this.exact = variant.exact;
  }

  /** The inputs that were loaded, in order. */
  get inputs(): readonly LoopInput[] {
    return this.#inputs;
  }

  /** The names of the words of the parameter block, in order. */
  get params(): readonly string[] {
    return this.#params;
  }

  /** Whether code is emitted for rows that do not all count. */
  get guarded(): boolean {
    return this.#guard !== null;
  }

  /** The position in the rows that count: from 0, without gaps. */
  get position(): Code {
    return POSITION;
  }

  /** The row in the columns of the batch. */
  get row(): Code {
    return this.#variant.selected ? ['local.get', 'row'] : POSITION;
  }

  local(type: LoweredType, code: Code): Code {
    if (code[0] === 'local.get' || code[0].endsWith('.const')) return code;
    const get = this.variable(type);
    this.#into.push(['local.set', get[1] as string, code]);
    return get;
  }

  /** A fresh local without a value. */
  variable(type: ValueType): Code {
    const name = `v${this.#locals.length}`;
    this.#locals.push({ name, type });
    return ['local.get', name];
  }

  helper(name: string, ...args: readonly Code[]): Code {
    this.#helpers.add(name);
    return ['call', name, ...args];
  }

  wideHelper(name: string, ...args: readonly Code[]): { low: Code; high: Code } {
    this.#helpers.add(name);
    const low = this.variable('i64');
    const high = this.variable('i64');
    this.#into.push(
      ['call', name, ...args],
      ['local.set', high[1] as string],
      ['local.set', low[1] as string],
    );
    return { low, high };
  }

  overflowIf(code: Code): void {
    const condition = both(this.#guard, code);
    if (condition !== null) this.#flags.push(this.local('i32', condition));
  }

  trapIf(code: Code): void {
    this.overflowIf(code);
  }

  /** Emits code whose traps count only for rows that fulfil `condition` (null: all). */
  guard<T>(condition: Code | null, emit: () => T): T {
    if (condition === null) return emit();
    const outer = this.#guard;
    const combined = both(outer, condition);
    this.#guard = combined === null ? null : this.local('i32', combined);
    this.#known.push(new Map());
    try {
      return emit();
    } finally {
      this.#known.pop();
      this.#guard = outer;
    }
  }

  /** The value that was computed for `key` where it may be used here. */
  recall(key: string): LoweredValue | undefined {
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const value = this.#known[i]!.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  remember(key: string, value: LoweredValue): void {
    this.#rememberIn(this.#known.at(-1)!, key, value);
  }

  #rememberIn(scope: Map<string, LoweredValue>, key: string, value: LoweredValue): void {
    scope.set(key, value);
    this.#order.push({ scope, key });
  }

  checkpoint(): Checkpoint {
    return {
      statements: this.#statements.length,
      loads: this.#loads.length,
      flags: this.#flags.length,
      inputs: this.#inputs.length,
      known: this.#order.length,
      params: this.#params.length,
    };
  }

  /** Forgets what was emitted since a checkpoint. */
  rollback(to: Checkpoint): void {
    this.#statements.length = to.statements;
    this.#loads.length = to.loads;
    this.#flags.length = to.flags;
    this.#inputs.length = to.inputs;
    this.#params.length = to.params;
    for (const { scope, key } of this.#order.splice(to.known)) scope.delete(key);
  }

  /** A word of the parameter block, loaded once before the loop. */
  param(name: string): Code {
    if (!this.#params.includes(name)) this.#params.push(name);
    return ['local.get', name];
  }

  /** Whether the loop can pass over rows by a mask: the rows are those of the batch. */
  get canMask(): boolean {
    return !this.#variant.selected && this.#mask === null;
  }

  /** Lets the loop go to the rows of a mask alone. */
  mask(mask: RowMask): void {
    assert(this.canMask, 'a loop has one mask');
    this.#mask = mask;
  }

  /** How the buffers of an input lie. */
  modeOf(input: LoopInput): InputMode {
    return this.#variant.mode(input);
  }

  /** Loads the value of an input of a type that can be lowered. */
  input(input: LoopInput): LoweredValue {
    const key = `input ${input.id}`;
    const known = this.#known[0]!.get(key);
    if (known !== undefined) return known;
    this.#inputs.push(input);
    const into = this.#into;
    const guard = this.#guard;
    this.#into = this.#loads;
    // Loads come before all statements, and so before the locals of guards.
    this.#guard = null;
    const value = this.#load(input);
    this.#into = into;
    this.#guard = guard;
    this.#rememberIn(this.#known[0]!, key, value);
    return value;
  }

  #load(input: LoopInput): LoweredValue {
    const { id, type } = input;
    const mode = this.modeOf(input);
    const local = loweredType(type);
    assert(local !== null, 'inputs of loops have fixed width');
    if (mode.values !== 'plain' && mode.values !== 'codes') {
      const valid = mode.values === 'null' ? ZERO : null;
      return { type, code: [`${local}.const`, mode.values === 'one' ? 1 : 0], high: null, valid };
    }
    let index = mode.byRow ? this.row : POSITION;
    let valid = mode.nullable
      ? this.local('i32', bitAt(this.param(`${id}.validity`), index))
      : null;
    if (mode.values === 'codes') {
      const code: Code = ['i32.load', element(this.param(`${id}.codes`), index, 4)];
      const slot = mode.nullSlot && valid !== null;
      index = this.local('i32', slot ? ['select', code, this.param(`${id}.null`), valid!] : code);
      if (slot) valid = null;
      if (mode.tableNulls) {
        const entry = this.local('i32', bitAt(this.param(`${id}.entries`), index));
        valid = both(valid, entry);
        if (valid !== null) valid = this.local('i32', valid);
      }
    }
    const base = this.param(`${id}.values`);
    const code = this.local(local, loadElement(type, base, index, mode.narrow));
    if (mode.bits > 0) return { type, code, high: null, valid, below: 2 ** mode.bits };
    if (type.kind !== 'DECIMAL' || type.precision <= 18) return { type, code, high: null, valid };
    const high = this.local('i64', ['i64.load', element(base, index, 16), 8]);
    if (this.exact) return { type, code, high, valid };
    const wide: Code = ['i64.ne', high, ['i64.shr_s', code, i64(63n)]];
    this.guard(valid, () => this.overflowIf(wide));
    return { type, code, high: null, valid };
  }

  /** Code that runs once before the loop, behind the parameters. */
  before(code: Code): void {
    this.#prologue.push(code);
  }

  /** Code that runs for every row that was computed. */
  effect(code: Code): void {
    this.#effects.push(code);
  }

  /** Code that runs once behind the loop, before that which was given earlier. */
  after(code: Code): void {
    this.#epilogue.push(code);
  }

  /** Writes one bit per position into the bitmap whose address is the parameter `name`. */
  bits(name: string, bit: Code): void {
    assert(this.#mask === null, 'bits are written for every row');
    const base = this.param(name);
    const word = (index: Code) => element(base, ['i32.shr_u', index, i32(5)], 4);
    const bits = this.variable('i32');
    const set = (code: Code): Code => ['local.set', bits[1] as string, code];
    const below: Code = ['i32.sub', ['i32.shl', ONE, ['i32.and', START, i32(31)]], ONE];
    this.before(set(['i32.and', ['i32.load', word(START)], below]));
    this.effect(set(['i32.or', bits, ['i32.shl', bit, BIT]]));
    this.#flushes.push(['i32.store', word(POSITION), bits], set(i32(0)));
    this.after(['if', BIT, ['then', ['i32.store', word(POSITION), bits]]]);
  }

  /** The finished module; exports `run`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const module = new ModuleBuilder();
    module.importSharedMemory('env', 'memory');
    for (const helper of this.#helpers) addHelper(module, helper);
    const body = this.#body();
    module.addFunction({
      name: 'run',
      exported: true,
      params: ['block', 'start', 'end'].map((name) => ({ name, type: 'i32' })),
      results: ['i32'],
      locals: [
        ...LOOP_LOCALS,
        ...(this.#variant.selected ? [{ name: 'row', type: 'i32' } as const] : []),
        ...this.#params.map((name) => ({ name, type: 'i32' }) as const),
        ...this.#locals,
      ],
      body,
    });
    return module.toBytes();
  }

  #body(): Code[] {
    const selection = this.#variant.selected ? [this.#loadRow()] : [];
    const stop = this.#flags.reduce<Code | null>(
      (a, b) => (a === null ? b : ['i32.or', a, b]),
      null,
    );
    const params = this.#params.map(
      (name, word): Code => ['local.set', name, ['i32.load', BLOCK, word * 4]],
    );
    const flush: Code[] =
      this.#flushes.length === 0
        ? []
        : [['if', ['i32.eq', BIT, i32(31)], ['then', ...this.#flushes]]];
    const row = [
      ...selection,
      ...this.#loads,
      ...this.#statements,
      ...(stop === null ? [] : [['br_if', 'done', stop] as const]),
      ...this.#effects,
      ...flush,
    ];
    return [
      ...params,
      ['local.set', 'i', START],
      ...this.#prologue,
      ...(this.#mask === null ? everyRow(row) : maskedRows(this.#mask, row)),
      ...this.#epilogue.toReversed(),
      POSITION,
    ];
  }

  #loadRow(): Code {
    return ['local.set', 'row', ['i32.load', element(this.param('selection'), POSITION, 4)]];
  }
}

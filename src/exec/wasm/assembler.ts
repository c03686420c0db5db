import { assert } from '../../common/assert.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MEMORY, PLAIN, PREFIXED, VECTOR } from './opcodes.ts';

/** A WebAssembly value type. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/**
 * An instruction with its immediates and operands as an S-expression. Beside the instructions by
 * their names in the text format:
 *
 * - `['local.get', name]`, `['local.set', name, value]` (without value: the top of the stack)
 * - `['i64.load', address, offset?]`, `['i64.store', address, value, offset?]`
 * - `['v128.load', address, offset?]`, `['i8x16.shuffle', a, b, ...lanes]`
 * - `['block', label, ...body]`, `['loop', label, ...body]`, `['br', label]`, `['br_if', label, condition]`
 * - `['if', condition, ['then', ...body], ['else', ...body]?]`, with a result: `['if', 'i32', …]`
 * - `['call', function, ...arguments]`, `['seq', ...instructions]`
 */
export type Instruction = readonly [
  op: string,
  ...operands: (Instruction | string | number | bigint)[],
];

type Operand = Instruction | string | number | bigint;

/** The byte of a value type in the binary format. */
export const TYPE_BYTES = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
} as const satisfies Record<ValueType, number>;
/** Instructions with one immediate, which is written as a name. */
const NAMING: Readonly<Record<string, number>> = {
  br: 0x0c,
  br_if: 0x0d,
  call: 0x10,
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
};
const EMPTY_BLOCK = 0x40;
const END = 0x0b;

/** The names that an instruction sequence may use. */
export interface Names {
  readonly locals: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, number>;
}

/** Encodes the body of one function. Unknown names and operators are bugs: assertions. */
export class Assembler {
  readonly #out: ByteWriter;
  readonly #names: Names;
  /** The labels of the open blocks, innermost last; null for blocks that cannot be named. */
  readonly #labels: (string | null)[] = [];

  constructor(out: ByteWriter, names: Names) {
    this.#out = out;
    this.#names = names;
  }

  /** Encodes one instruction behind its operands. */
  emit(code: Instruction): void {
    const [op, ...operands] = code;
    const plain = PLAIN.get(op);
    const memory = MEMORY.get(op);
    const prefixed = PREFIXED.get(op);
    const vector = VECTOR.get(op);
    if (plain !== undefined) {
      this.#body(operands);
      this.#out.byte(plain);
    } else if (memory !== undefined) {
      this.#memory(memory, operands);
    } else if (prefixed !== undefined) {
      this.#body(operands);
      this.#out.byte(0xfc);
      this.#out.bytes(prefixed);
    } else if (vector !== undefined) {
      this.#vector(op, vector, operands);
    } else if (op.endsWith('.const')) {
      this.#constant(op, operands[0]);
    } else {
      this.#structure(op, operands);
    }
  }

  #constant(op: string, value: Operand | undefined): void {
    assert(typeof value === 'number' || typeof value === 'bigint', 'a constant is a number');
    if (op === 'i32.const') {
      this.#out.byte(0x41);
      this.#out.s32(Number(value));
    } else if (op === 'i64.const') {
      this.#out.byte(0x42);
      this.#out.s64(BigInt(value));
    } else if (op === 'f32.const') {
      this.#out.byte(0x43);
      this.#out.f32(Number(value));
    } else {
      this.#out.byte(0x44);
      this.#out.f64(Number(value));
    }
  }

  #structure(op: string, operands: readonly Operand[]): void {
    const [first, ...rest] = operands;
    const opcode = NAMING[op];
    if (op === 'seq') this.#body(operands);
    else if (op === 'if') this.#if(operands);
    else if (op === 'block') this.#block(0x02, first as string, rest);
    else if (op === 'loop') this.#block(0x03, first as string, rest);
    else {
      assert(opcode !== undefined, `'${op}' is an instruction`);
      this.#body(rest);
      this.#out.byte(opcode);
      this.#out.u32(this.#index(op, first));
    }
  }

  #index(op: string, name: Operand | undefined): number {
    if (op.startsWith('local')) return this.#local(name);
    return op === 'call' ? this.#function(name) : this.#depth(name);
  }

  #memory(form: { opcode: number; align: number }, operands: readonly Operand[]): void {
    let offset = 0;
    for (const operand of operands) {
      if (typeof operand === 'number') offset = operand;
      else this.#operand(operand);
    }
    this.#out.byte(form.opcode);
    this.#out.u32(form.align);
    this.#out.u32(offset);
  }

  #vector(op: string, opcode: number, operands: readonly Operand[]): void {
    const immediates: number[] = [];
    for (const operand of operands) {
      if (typeof operand === 'number') immediates.push(operand);
      else this.#operand(operand);
    }
    this.#out.byte(0xfd);
    this.#out.u32(opcode);
    if (op === 'v128.load') {
      this.#out.u32(0);
      this.#out.u32(immediates[0] ?? 0);
    } else this.#out.bytes(immediates);
  }

  #block(opcode: number, label: string, body: readonly Operand[]): void {
    this.#out.byte(opcode);
    this.#out.byte(EMPTY_BLOCK);
    this.#labels.push(label);
    this.#body(body);
    this.#labels.pop();
    this.#out.byte(END);
  }

  #if(operands: readonly Operand[]): void {
    const typed = typeof operands[0] === 'string';
    const result = typed ? TYPE_BYTES[operands[0] as ValueType] : EMPTY_BLOCK;
    const [condition, then, otherwise] = typed ? operands.slice(1) : operands;
    this.#operand(condition);
    this.#out.byte(0x04);
    this.#out.byte(result);
    this.#labels.push(null);
    this.#body((then as Instruction).slice(1));
    if (otherwise !== undefined) {
      this.#out.byte(0x05);
      this.#body((otherwise as Instruction).slice(1));
    }
    this.#labels.pop();
    this.#out.byte(END);
  }

  #body(codes: readonly Operand[]): void {
    for (const code of codes) this.#operand(code);
  }

  #operand(operand: Operand | undefined): void {
    assert(Array.isArray(operand), 'an operand is an instruction');
    this.emit(operand as Instruction);
  }

  #local(name: Operand | undefined): number {
    const index = this.#names.locals.get(name as string);
    assert(index !== undefined, `local '${String(name)}' is declared`);
    return index;
  }

  #function(name: Operand | undefined): number {
    const index = this.#names.functions.get(name as string);
    assert(index !== undefined, `function '${String(name)}' is declared`);
    return index;
  }

  #depth(label: Operand | undefined): number {
    const index = this.#labels.lastIndexOf(label as string);
    assert(index >= 0, `label '${String(label)}' is open`);
    return this.#labels.length - 1 - index;
  }
}

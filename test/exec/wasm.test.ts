import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instruction, ValueType } from '../../src/exec/wasm/assembler.ts';
import { ByteWriter } from '../../src/exec/wasm/byte-writer.ts';
import { type FunctionSpec, ModuleBuilder } from '../../src/exec/wasm/module-builder.ts';
import { MEMORY, PLAIN, PREFIXED, VECTOR } from '../../src/exec/wasm/opcodes.ts';

type HostFunction = (...args: (number | bigint)[]) => unknown;

function functionOf(
  types: readonly ValueType[],
  result: ValueType | null,
  body: readonly Instruction[],
  more: Partial<FunctionSpec> = {},
): FunctionSpec {
  return {
    name: 'run',
    params: types.map((type, i) => ({ name: `p${i}`, type })),
    results: result === null ? [] : [result],
    locals: [],
    body,
    exported: true,
    ...more,
  };
}

function build(f: FunctionSpec, memory?: WebAssembly.Memory): HostFunction {
  const module = new ModuleBuilder();
  if (memory !== undefined) module.importSharedMemory('env', 'memory');
  module.addFunction(f);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), {
    env: { memory },
  });
  return instance.exports['run'] as HostFunction;
}

const P0: Instruction = ['local.get', 'p0'];
const P1: Instruction = ['local.get', 'p1'];

describe('encodings', () => {
  test('LEB128 round-trips through constants', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (a, b) => {
        expect(build(functionOf([], 'i32', [['i32.const', a]]))()).toBe(a);
        expect(build(functionOf([], 'i64', [['i64.const', b]]))()).toBe(b);
      }),
      { numRuns: 50 },
    );
  });

  test('floating-point constants keep their bits', () => {
    for (const value of [0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324]) {
      expect(build(functionOf([], 'f64', [['f64.const', value]]))()).toBe(value);
    }
    expect(build(functionOf([], 'f32', [['f32.const', 0.5]]))()).toBe(0.5);
  });

  test('unsigned LEB128 of large numbers', () => {
    const out = new ByteWriter();
    out.u32(0xffffffff);
    out.u32(300);
    expect([...out.toBytes()]).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f, 0xac, 0x02]);
  });
});

describe('instructions', () => {
  test('every plain instruction validates with operands of its types', () => {
    for (const op of PLAIN.keys()) {
      if (!op.includes('.')) continue;
      expect([op, validates(op)]).toEqual([op, true]);
    }
    for (const op of PREFIXED.keys()) {
      if (op.startsWith('memory')) continue;
      expect([op, validates(op)]).toEqual([op, true]);
    }
  });

  test('loads and stores of every width', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    for (const op of MEMORY.keys()) {
      const type = op.slice(0, 3) as ValueType;
      const f = op.includes('load')
        ? functionOf(['i32'], type, [[op, P0, 8]])
        : functionOf(['i32', type], null, [[op, P0, P1, 8]]);
      expect(() => build(f, memory)).not.toThrow();
    }
    const store = build(functionOf(['i32', 'i64'], null, [['i64.store', P0, P1, 16]]), memory);
    store(8, 0x0102030405060708n);
    expect(new BigInt64Array(memory.buffer)[3]).toBe(0x0102030405060708n);
    const load = build(functionOf(['i32'], 'i32', [['i32.load8_u', P0, 1]]), memory);
    expect(load(24)).toBe(7);
  });

  test('every vector instruction validates, and lanes are told apart', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    for (const op of VECTOR.keys()) expect([op, validatesVector(op)]).toEqual([op, true]);
    new Int16Array(memory.buffer).set([5, -1, 7, 0, 0, 0, 5, 0], 4);
    const lanes: Instruction = [
      'i16x8.eq',
      ['v128.load', P0, 8],
      ['i16x8.splat', ['i32.const', 5]],
    ];
    const bytes: Instruction = ['i8x16.narrow_i16x8_s', lanes, lanes];
    expect(build(functionOf(['i32'], 'i32', [['i8x16.bitmask', bytes]]), memory)(0)).toBe(0x4141);
    const swapped = Array.from({ length: 16 }, (_, i) => 31 - i);
    const shuffled: Instruction = ['i8x16.shuffle', bytes, ['v128.not', bytes], ...swapped];
    const bits = build(functionOf(['i32'], 'i32', [['i8x16.bitmask', shuffled]]), memory);
    expect(bits(0)).toBe(0x7d7d);
  });

  test('bulk memory', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const bytes = new Uint8Array(memory.buffer);
    build(
      functionOf([], null, [
        ['memory.fill', ['i32.const', 8], ['i32.const', 7], ['i32.const', 4]],
        ['memory.copy', ['i32.const', 100], ['i32.const', 8], ['i32.const', 3]],
      ]),
      memory,
    )();
    expect([...bytes.subarray(7, 13)]).toEqual([0, 7, 7, 7, 7, 0]);
    expect([...bytes.subarray(100, 104)]).toEqual([7, 7, 7, 0]);
  });
});

describe('structure', () => {
  test('loops, blocks and branches by label', () => {
    const sum = build(
      functionOf(
        ['i32'],
        'i64',
        [
          [
            'block',
            'done',
            [
              'loop',
              'next',
              ['br_if', 'done', ['i32.eqz', P0]],
              ['local.set', 'sum', ['i64.add', ['local.get', 'sum'], ['i64.extend_i32_s', P0]]],
              ['local.set', 'p0', ['i32.sub', P0, ['i32.const', 1]]],
              ['br', 'next'],
            ],
          ],
          ['local.get', 'sum'],
        ],
        { locals: [{ name: 'sum', type: 'i64' }] },
      ),
    );
    expect(sum(100)).toBe(5050n);
  });

  test('if with and without a result', () => {
    const max = build(
      functionOf(['i32', 'i32'], 'i32', [
        ['if', ['i32.eq', P0, P1], ['then', ['return', ['i32.const', -1]]]],
        ['if', 'i32', ['i32.gt_s', P0, P1], ['then', P0], ['else', P1]],
      ]),
    );
    expect([max(3, 5), max(5, 3), max(4, 4)]).toEqual([5, 5, -1]);
  });

  test('functions call each other and the host; several results', () => {
    const module = new ModuleBuilder();
    module.importFunction('env', 'log', { params: ['i32'], results: [] });
    module.addFunction({
      ...functionOf(['i32'], 'i32', [
        ['call', 'log', P0],
        ['call', 'pair', P0],
        ['local.set', 'b'],
        ['local.set', 'a'],
        ['i32.sub', ['local.get', 'a'], ['local.get', 'b']],
      ]),
      locals: [
        { name: 'a', type: 'i32' },
        { name: 'b', type: 'i32' },
      ],
    });
    module.addFunction({
      ...functionOf(['i32'], null, [['i32.mul', P0, ['i32.const', 10]], P0]),
      name: 'pair',
      results: ['i32', 'i32'],
      exported: false,
    });
    const seen: number[] = [];
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), {
      env: { log: (value: number) => seen.push(value) },
    });
    expect((instance.exports['run'] as HostFunction)(7)).toBe(63);
    expect(seen).toEqual([7]);
  });

  test('unknown names are bugs', () => {
    expect(() => build(functionOf([], null, [['i32.bogus']]))).toThrow(/i32.bogus/);
    expect(() => build(functionOf([], null, [['local.get', 'x']]))).toThrow(/'x' is declared/);
    expect(() => build(functionOf([], null, [['br', 'x']]))).toThrow(/'x' is open/);
    expect(() => build(functionOf([], null, [['call', 'x']]))).toThrow(/'x' is declared/);
  });
});

/** Whether an instruction validates with one or two operands of the type its name says. */
function validates(op: string): boolean {
  const [type = '', name = ''] = op.split('.');
  const from = /_(i32|i64|f32|f64)/.exec(name)?.[1] ?? type;
  const compares = /^(eqz?|ne|[lg][te](_[su])?)$/.test(name);
  const result = (compares ? 'i32' : type) as ValueType;
  return [1, 2].some((count) => {
    const module = new ModuleBuilder();
    const operands = Array.from({ length: count }, (_, i): Instruction => ['local.get', `p${i}`]);
    const types = operands.map(() => from as ValueType);
    module.addFunction(functionOf(types, result, [[op, ...operands]]));
    return WebAssembly.validate(module.toBytes());
  });
}

/** Whether an instruction on vectors validates with the operands that its name calls for. */
function validatesVector(op: string): boolean {
  const [shape = '', name = ''] = op.split('.');
  const [lane = ''] = shape.split('x');
  const scalar = (lane === 'i8' || lane === 'i16' ? 'i32' : lane) as ValueType;
  const single = { load: 'i32', splat: scalar, bitmask: 'v128', not: 'v128' } as const;
  const from: ValueType = name in single ? single[name as keyof typeof single] : 'v128';
  const operands: Instruction[] = name in single ? [P0] : [P0, P0];
  const lanes = name === 'shuffle' ? Array.from({ length: 16 }, (_, i) => i) : [];
  const result = name === 'bitmask' ? 'i32' : 'v128';
  const module = new ModuleBuilder();
  module.importSharedMemory('env', 'memory');
  module.addFunction(functionOf([from], result, [[op, ...operands, ...lanes]]));
  return WebAssembly.validate(module.toBytes());
}

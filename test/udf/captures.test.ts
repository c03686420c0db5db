import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../src/common/errors.ts';
import { TableEnvironment } from '../../src/table/environment.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import { readFunction } from '../../src/udf/captures.ts';
import { definitionOf } from '../../src/udf/definition.ts';
import { ScalarFunction } from '../../src/udf/kinds.ts';
import type { ScalarOptions } from '../../src/udf/options.ts';
import { ptf } from '../../src/udf/process-function.ts';
import { asyncUdf, udaf, udf, udtf } from '../../src/udf/udf.ts';
import { isUserFunction, type UserFunction } from '../../src/udf/user-function.ts';
import { twice } from './functions.ts';

const INT = DataTypes.INT();

function free(text: string): string[] {
  return [...(readFunction(text)?.free ?? ['(unreadable)'])].sort();
}

function refusal(target: object, options: Partial<ScalarOptions> = {}): ValidationError {
  try {
    // Functions are objects; what the test passes is one of those that `udf` takes.
    definitionOf('f', udf(target, { resultType: INT, ...options }));
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('free variables', () => {
  test.each([
    ['(x) => x + 1', []],
    ['(x) => x + y', ['y']],
    ['function f(x) { return x > 0 ? f(x - 1) : g; }', ['g']],
    ['({ a, b: [c = d, ...e] }, ...f) => a + c + e + f', ['d']],
    ['(x = y) => { var y = 1; return x }', []],
    ['(x) => { { let a = 1; } return a; }', ['a']],
    ['(x) => { if (x) { var a = 1; } return a; }', []],
    ['(x) => { return g(); function g() { return h; } }', ['h']],
    ['(x) => ({ y, [z]: 1, w: x.v })', ['y', 'z']],
    ['(x) => { try { x() } catch (e) { return e } finally { e }}', ['e']],
    ['(x) => { a: for (const i of x) { break a; } return i; }', ['i']],
    [
      '(x) => class A extends B { #p = x; [q]() { return new A(r) } static s = t; }',
      ['B', 'q', 'r', 't'],
    ],
    ['(x) => { y = x; y++ }', ['y']],
    ['(x) => typeof y', ['y']],
    [`(x) => \`\${x} \${y}\``, ['y']],
    ['(x) => y?.z(x)', ['y']],
    ['() => arguments', ['arguments']],
    ['function () { return arguments }', []],
    ['eval(x) { return this.a + b }', ['b']],
    ['async *rows(x) { yield y }', ['y']],
    ['() => import.meta.url', ['import.meta']],
    ['(x) => { for (let i = 0, j = k; i < j; i++) x += i; return i }', ['i', 'k']],
    ['(x) => { switch (x) { case y: let z; default: z } }', ['y']],
    ['(x) => x.y.z', []],
    ['(x) => { const { a: { b = c } = {} } = x; return b }', ['c']],
  ])('%s', (text, names) => {
    expect(free(text)).toEqual(names);
  });
});

describe('registration', () => {
  test('a captured variable is named, with both ways out', () => {
    const factor = 2;
    const error = refusal((x: number) => x * factor);
    expect(error).toMatchObject({ code: 'UDF_CAPTURES' });
    expect(error.message).toContain("'factor'");
    expect(error.message).toContain('captures: { factor }');
    expect(error.message).toContain('module: new URL(');
  });

  test('functions do not travel as captures, and neither does require', () => {
    const error = refusal((x: number) => twice(x));
    expect(error.hint).toContain('define functions inside');
    expect(error.hint).toContain('tEnv.addModule(path)');
    expect(refusal((x: number) => twice(x), { captures: { twice } }).hint).toContain(
      "Define it inside the function, or add the module that exports it by 'await tEnv.addModule",
    );
    expect(refusal(new Function('x', "return require('fs')")).hint).toContain(
      "process.getBuiltinModule('node:fs')",
    );
  });

  test('a relative import has no file that it could be relative to', () => {
    const text = "return import('./functions.ts')";
    const error = refusal(new Function('x', `if (x) { ${text} }`));
    expect(error.code).toBe('UDF_NOT_PORTABLE');
    expect(error.message).toContain("imports './functions.ts'");
    expect(error.hint).toContain('tEnv.addModule(path)');
    const inline = udf(new Function('x', text), { resultType: INT, execution: 'inline' });
    expect(definitionOf('f', inline).name).toBe('f');
    expect(
      definitionOf('f', udf(new Function("return import('node:fs')"), { resultType: INT })).name,
    ).toBe('f');
  });

  test('an imported function, a misspelt capture', () => {
    expect(refusal((x: number) => twice(x)).code).toBe('UDF_CAPTURES');
    const factor = 2;
    const error = refusal((x: number) => x * factor, { captures: { facto: 2 } });
    expect(error.hint).toContain("'facto'");
  });

  test('the global variables of a program are not those of its workers', () => {
    Object.assign(globalThis, { ownGlobal: 1 });
    const error = refusal(new Function('x', 'return x + ownGlobal'));
    expect(error.code).toBe('UDF_CAPTURES');
    Reflect.deleteProperty(globalThis, 'ownGlobal');
  });

  test('`udf` itself accepts what a module exports; registering checks', () => {
    const factor = 2;
    expect(isUserFunction(udf((x: number) => x * factor, { resultType: INT }))).toBe(true);
  });

  test('what cannot travel', () => {
    const bound = function (this: unknown): unknown {
      return this;
    }.bind(1);
    expect(refusal(bound).code).toBe('UDF_NOT_PORTABLE');
    expect(refusal({ value: 1 }).code).toBe('UDF_NOT_PORTABLE');
    const uncloneable = refusal((x: number) => x, { captures: { f: () => 1 } });
    expect(uncloneable.message).toContain("capture 'f' is a function");
  });

  test('instances: private fields and functions in fields', () => {
    class Private extends ScalarFunction {
      #n = 1;
      eval(): number {
        return this.#n;
      }
    }
    expect(refusal(new Private()).message).toContain('private');
    class Field extends ScalarFunction {
      readonly helper = () => 1;
      eval(): number {
        return this.helper();
      }
    }
    expect(refusal(new Field()).message).toContain("field 'helper'");
  });

  test('methods that are missing, and no name', () => {
    const env = TableEnvironment.create();
    const register = (fn: UserFunction) => () => env.createTemporarySystemFunction('f', fn);
    class Nothing {
      readonly n = 1;
    }
    // What is not TypeScript has no types that say it.
    const target = new Nothing() as never;
    const types = { resultType: INT, resultTypes: [INT] };
    const process = { arguments: { t: { table: 'set' } }, resultTypes: [INT] } as const;
    for (const fn of [
      ...[udf, asyncUdf, udtf].map((make) => (make as typeof udf)(target, types as never)),
      ptf(target, process),
      ptf((() => 1) as never, process),
    ]) {
      expect(register(fn)).toThrow("Function 'f' has no method 'eval', which its calls need.");
    }
    expect(register(udaf((() => 1) as never, { resultType: INT }))).toThrow("'createAccumulator'");
    expect(register(udaf(() => 1, { resultType: INT, funcType: 'arrow' }))).not.toThrow();
    const named = () =>
      env.createTemporarySystemFunction(
        '',
        udf(() => 1, { resultType: INT }),
      );
    expect(named).toThrow(/name of a function/);
  });

  test('the name is the one that the function is registered under', () => {
    const unknown = 1;
    expect(refusal((x: number) => x + unknown).sentence).toContain("Function 'f' uses");
  });

  test('a class without a method is refused, but for one that its constructor makes', () => {
    class Without {}
    class Field {
      eval = (x: number) => x;
    }
    class Partly {
      createAccumulator() {
        return {};
      }
      accumulate() {}
    }
    const env = TableEnvironment.create();
    const options = { inputTypes: [INT], resultType: INT };
    const register = (fn: UserFunction) => () => env.createTemporarySystemFunction('f', fn);
    expect(register(udf(Without as never, options))).toThrow("Function 'f' has no method 'eval'");
    expect(register(udf(Field as never, options))).not.toThrow();
    expect(register(udaf(Partly as never, options))).toThrow("has no method 'getValue'");
  });

  test('a module without the file or the export is refused', () => {
    const refused = (file: string, name?: string) => () => {
      const module = new URL(file, import.meta.url);
      const target = name === undefined ? { module } : { module, export: name };
      return definitionOf('f', udf(target, { resultType: INT }));
    };
    expect(refused('./function.ts')).toThrow("there is no such file. Did you mean 'functions.ts'?");
    expect(refused('./functions.ts')).toThrow("it has no export 'default', only: Counter, Modes,");
    expect(refused('./functions.ts', 'twise')).toThrow("Did you mean 'twice'?");
    expect(refused('./functions.ts', 'twice')).not.toThrow();
  });

  test('modules are files', () => {
    expect(refusal({ module: 'functions.ts' }).code).toBe('UDF_MODULE');
    expect(refusal({ module: 'https://example.com/f.js' }).code).toBe('UDF_MODULE');
  });

  test('options without a type', () => {
    const wrong = (options: object) => () => udf((x: number) => x, options as ScalarOptions);
    expect(wrong({})).toThrow(ValidationError);
    expect(wrong({ resultType: 'INT' })).toThrow(/resultType/);
    expect(wrong({ resultType: INT, inputTypes: [1] })).toThrow(/inputTypes/);
  });
});

test('proxies give an error with a code, or work where they are used as they are', async () => {
  await using env = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  const types = { inputTypes: [DataTypes.INT()], resultType: DataTypes.INT() };
  const fails = (): never => {
    throw new Error('not to be read');
  };
  const handler = { get: fails, has: fails, apply: fails, ownKeys: fails, getPrototypeOf: fails };
  const revocable = Proxy.revocable((n: number) => n, {});
  revocable.revoke();
  const unreadable: readonly object[] = [
    new Proxy((n: number) => n, handler),
    new Proxy({ eval: (n: number) => n }, handler),
    revocable.proxy,
  ];
  for (const target of unreadable) {
    expect(() => udf(target as never, types)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    expect(() => udf((n: number) => n, target as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    expect(() => env.createTemporarySystemFunction('p', target as never)).toThrow(
      expect.objectContaining({ code: 'NOT_A_FUNCTION' }),
    );
  }
  const made = udf((n: number) => n, types);
  for (const copy of [new Proxy(made, {}), { ...made }]) {
    expect(() => env.createTemporarySystemFunction('p', copy as never)).toThrow(
      expect.objectContaining({ code: 'NOT_A_FUNCTION' }),
    );
  }
  const negated = new Proxy((n: number) => n, { apply: (fn, _, [n]) => -fn(n) });
  expect(() => env.createTemporarySystemFunction('p', udf(negated, types))).toThrow(
    expect.objectContaining({
      code: 'UDF_NOT_PORTABLE',
      message: expect.stringContaining('it is a Proxy, whose handler would stay behind'),
    }),
  );
  env.createTemporarySystemFunction('p', udf(negated, { ...types, execution: 'inline' }));
  expect(await (await env.executeSql('SELECT p(5) AS n')).toArray()).toEqual([{ n: -5 }]);
});

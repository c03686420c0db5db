import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../src/common/errors.ts';
import type { CallShape } from '../../src/functions/definition.ts';
import { builtinDefinitions, builtinNames, lookupBuiltin } from '../../src/functions/registry.ts';
import { functionNotFound, resolveCall } from '../../src/functions/resolve.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { printType } from '../../src/types/print.ts';
import * as types from '../../src/types/types.ts';

/** The result type and the casts of a call, as text. */
function resolve(name: string, argTypes: readonly DataType[], literals: readonly unknown[] = []) {
  const definition = lookupBuiltin(name);
  if (definition === null) throw functionNotFound(name);
  const call: CallShape = { types: argTypes, literals: argTypes.map((_, i) => literals[i]) };
  const { casts, result } = resolveCall(definition, call);
  return { casts: casts.map((type) => printType(type)), result: printType(result) };
}

const notNull = (type: DataType): DataType => ({ ...type, nullable: false });

describe('registry', () => {
  test('finds functions by name and alias, whatever their case', () => {
    expect(lookupBuiltin('char_length')).toBe(lookupBuiltin('CHARACTER_LENGTH'));
    expect(lookupBuiltin('nope')).toBeNull();
  });

  test('lists every definition once', () => {
    const names = builtinDefinitions().map((definition) => definition.name);
    expect(new Set(names).size).toBe(names.length);
    expect(builtinNames()).toContain('upper');
    expect(builtinNames()).not.toContain('+');
  });

  test('every definition says what it does and which calls it takes', () => {
    for (const definition of builtinDefinitions()) {
      expect(definition.doc, definition.name).toMatch(/[.)]$/);
      expect(definition.input.describe(definition.name).length).toBeGreaterThan(0);
    }
  });
});

describe('resolveCall', () => {
  test('keeps arguments that fit and tells the result type', () => {
    expect(resolve('UPPER', [notNull(types.char(3))])).toEqual({
      casts: ['CHAR(3) NOT NULL'],
      result: 'CHAR(3) NOT NULL',
    });
    expect(resolve('CHAR_LENGTH', [types.STRING]).result).toBe('INT');
  });

  test('casts arguments to their common type', () => {
    expect(resolve('+', [notNull(types.INT), types.BIGINT])).toEqual({
      casts: ['BIGINT NOT NULL', 'BIGINT'],
      result: 'BIGINT',
    });
    expect(resolve('COALESCE', [types.NULL, notNull(types.INT)]).result).toBe('INT NOT NULL');
  });

  test.each([
    ['+', [types.decimal(10, 2), types.INT], 'DECIMAL(13, 2)'],
    ['*', [types.decimal(10, 2), types.decimal(5, 3)], 'DECIMAL(16, 5)'],
    ['/', [types.decimal(19, 0), types.INT], 'DECIMAL(30, 11)'],
    ['%', [types.decimal(19, 0), types.INT], 'INT'],
    ['+', [types.FLOAT, types.decimal(3, 1)], 'DOUBLE'],
    ['+', [types.DATE, types.intervalDayTime('HOUR')], 'TIMESTAMP(6)'],
  ] as const)('%s of %j', (name, args, result) => {
    expect(resolve(name, args).result).toBe(result);
  });

  test('a literal decides the type of ROUND', () => {
    const args = [types.decimal(7, 5), notNull(types.INT)];
    expect(resolve('ROUND', args, [undefined, 2]).result).toBe('DECIMAL(5, 2)');
    expect(resolve('ROUND', args).result).toBe('DECIMAL(7, 5)');
  });

  test('numbers are not compared with texts, texts are with dates', () => {
    expect(() => resolve('=', [types.INT, types.STRING])).toThrow(ValidationError);
    expect(resolve('=', [types.DATE, notNull(types.STRING)])).toEqual({
      casts: ['DATE', 'DATE'],
      result: 'BOOLEAN',
    });
  });

  test('a rejected call names the signatures that exist', () => {
    expect(() => resolve('CHAR_LENGTH', [types.INT])).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENTS',
        message:
          "Function 'CHAR_LENGTH' does not take (INT). Supported signatures are: CHAR_LENGTH(string <CHARACTER_STRING>).",
      }),
    );
  });

  test('an unknown function comes with the nearest name', () => {
    expect(() => resolve('UPER', [types.STRING])).toThrow(
      expect.objectContaining({ code: 'FUNCTION_NOT_FOUND', hint: "Did you mean 'upper'?" }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../src/common/errors.ts';
import { attachMethods, DataTypes as T } from '../../src/types/data-types.ts';
import { printType } from '../../src/types/print.ts';
import * as types from '../../src/types/types.ts';

describe('DataTypes', () => {
  test.each([
    [T.INT(), 'INT'],
    [T.INT().notNull(), 'INT NOT NULL'],
    [T.INT().notNull().asNullable(), 'INT'],
    [T.STRING(), 'STRING'],
    [T.VARCHAR(10), 'VARCHAR(10)'],
    [T.CHAR(3), 'CHAR(3)'],
    [T.BYTES(), 'BYTES'],
    [T.VARBINARY(2), 'VARBINARY(2)'],
    [T.BINARY(2), 'BINARY(2)'],
    [T.DECIMAL(15, 2).notNull(), 'DECIMAL(15, 2) NOT NULL'],
    [T.TIME(), 'TIME(0)'],
    [T.TIMESTAMP(), 'TIMESTAMP(6)'],
    [T.TIMESTAMP_LTZ(3), 'TIMESTAMP_LTZ(3)'],
    [T.INTERVAL(T.YEAR()), 'INTERVAL YEAR(2)'],
    [T.INTERVAL(T.YEAR(4), T.MONTH()), 'INTERVAL YEAR(4) TO MONTH'],
    [T.INTERVAL(T.MONTH()), 'INTERVAL MONTH'],
    [T.INTERVAL(T.DAY()), 'INTERVAL DAY(2)'],
    [T.INTERVAL(T.DAY(), T.SECOND()), 'INTERVAL DAY(2) TO SECOND(6)'],
    [T.INTERVAL(T.HOUR(), T.SECOND(3)), 'INTERVAL HOUR TO SECOND(3)'],
    [T.INTERVAL(T.HOUR(), T.MINUTE()), 'INTERVAL HOUR TO MINUTE'],
    [T.INTERVAL(T.SECOND(0)), 'INTERVAL SECOND(0)'],
    [T.ARRAY(T.INT().notNull()), 'ARRAY<INT NOT NULL>'],
    [T.MULTISET(T.STRING()), 'MULTISET<STRING>'],
    [T.MAP(T.BIGINT(), T.BOOLEAN()), 'MAP<BIGINT, BOOLEAN>'],
    [T.ROW(), 'ROW<>'],
    [
      T.ROW([T.FIELD('a', T.INT()), T.FIELD('b`c', T.STRING().notNull(), "it's")]),
      "ROW<`a` INT, `b``c` STRING NOT NULL 'it''s'>",
    ],
    [T.ROW({ x: T.DOUBLE() }), 'ROW<`x` DOUBLE>'],
  ])('%s', (type, text) => {
    expect(String(type)).toBe(text);
    expect(printType(structuredClone(type))).toBe(text);
  });

  test('the methods are not data', () => {
    expect(Object.keys(T.INT())).toEqual(['kind', 'nullable']);
    expect(structuredClone(T.ARRAY(T.INT()))).toStrictEqual(types.array(types.INT));
  });

  test('attachMethods reaches nested types', () => {
    const type = attachMethods(types.map(types.STRING, types.array(types.INT)));
    expect(String(type.value)).toBe('ARRAY<INT>');
    expect(attachMethods(type)).toBe(type);
  });

  test.each([
    () => T.DECIMAL(39, 0),
    () => T.DECIMAL(5, 6),
    () => T.CHAR(0),
    () => T.VARCHAR(1.5),
    () => T.TIMESTAMP(10),
    () => T.INTERVAL(T.MONTH(), T.DAY()),
    () => T.INTERVAL(T.SECOND(), T.DAY()),
    () => T.ROW([T.FIELD('a', T.INT()), T.FIELD('a', T.INT())]),
    () => T.ROW([T.FIELD(' ', T.INT())]),
    () => T.ARRAY('INT' as never),
  ])('INVALID_TYPE: %s', (make) => {
    expect(make).toThrow(ValidationError);
    expect(make).toThrow(/^Invalid type/);
  });
});

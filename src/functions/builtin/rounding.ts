import type { DataType } from '../../types/data-type.ts';
import { divideHalfUp, fitPrecision, pow10 } from '../../types/decimal.ts';
import { decimalRound } from '../../types/decimal-types.ts';
import { decimal } from '../../types/types.ts';
import { DATETIME_UNITS, type DatetimeUnit, localConversion, rounder } from '../datetime-fields.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, RowFunction } from '../definition.ts';
import { wrapInteger } from '../integers.ts';
import { arg, nullableIfArgs, optionalFrom, or, sequence, symbolArg } from '../type-strategies.ts';
import { lowerDigits, lowerWhole } from './lowering/rounding.ts';

/** FLOOR(number), FLOOR(time TO unit). */
export const FLOOR = wholeNumber('FLOOR', [], 'rounded down', [
  ['FLOOR(2.5)', '2'],
  ["FLOOR(TIME '12:44:31' TO MINUTE)", '12:44:00'],
]);

/** CEIL(number), CEIL(time TO unit). */
export const CEIL = wholeNumber('CEIL', ['CEILING'], 'rounded up', [
  ['CEIL(2.5)', '3'],
  ["CEIL(TIME '12:44:31' TO MINUTE)", '12:45:00'],
]);

function wholeNumber(
  name: 'FLOOR' | 'CEIL',
  aliases: readonly string[],
  words: string,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    aliases,
    doc: `A number ${words} to a whole one, or a point in time ${words} to a unit.`,
    input: or(
      sequence(arg('number', 'NUMERIC')),
      sequence(arg('time', 'DATETIME'), symbolArg('unit', DATETIME_UNITS)),
    ),
    output: nullableIfArgs((call) => {
      const type = call.types[0]!;
      return type.kind === 'DECIMAL' ? decimal(type.precision, 0) : type;
    }),
    specialize: (site) =>
      site.types.length === 2 ? roundTime(site, name) : roundWhole(site.types[0]!, name),
    lower: lowerWhole(name === 'FLOOR' ? 'floor' : 'ceil'),
    examples,
  });
}

function roundTime(site: CallSite, direction: 'FLOOR' | 'CEIL'): RowFunction {
  const type = site.types[0]!;
  const unit = site.literals[1] as DatetimeUnit;
  const { toLocal, fromLocal } = localConversion(type, site.context);
  const round = rounder(unit, direction);
  return (value: never) => fromLocal(round(toLocal(value)));
}

function roundWhole(type: DataType, direction: 'FLOOR' | 'CEIL'): RowFunction {
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return direction === 'FLOOR' ? Math.floor : Math.ceil;
    case 'DECIMAL': {
      const unit = pow10(type.scale);
      return (value: bigint) => {
        const cut = value / unit;
        const rest = value - cut * unit;
        if (direction === 'FLOOR') return rest < 0n ? cut - 1n : cut;
        return rest > 0n ? cut + 1n : cut;
      };
    }
    default:
      return (value: unknown) => value;
  }
}

/** ROUND(number [, digits]). */
export const ROUND = digits('ROUND', 'rounded half up', divideHalfUp, roundHalfUp, [
  ['ROUND(646.646, 2)', '646.65'],
  ['ROUND(125.315)', '125'],
  ['ROUND(-125.315, 2)', '-125.32'],
  ['ROUND(155, -1)', '160'],
]);

/** TRUNCATE(number [, digits]). */
export const TRUNCATE = digits('TRUNCATE', 'cut off', (a, b) => a / b, Math.trunc, [
  ['TRUNCATE(42.345, 2)', '42.34'],
  ['TRUNCATE(42.345)', '42'],
]);

function digits(
  name: 'ROUND' | 'TRUNCATE',
  words: string,
  divide: (value: bigint, by: bigint) => bigint,
  cut: (value: number) => number,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    doc: `A number ${words} after some digits of its fraction, before the point if negative.`,
    input: optionalFrom(1, arg('number', 'NUMERIC'), arg('digits', 'INTEGER_NUMERIC')),
    output: nullableIfArgs(roundType),
    specialize: (site) => roundDigits(site, divide, cut),
    lower: lowerDigits(name === 'ROUND' ? 'round' : 'truncate'),
    examples,
  });
}

function roundType(call: CallShape): DataType {
  const type = call.types[0]!;
  if (type.kind !== 'DECIMAL') return type;
  const count = call.types.length === 1 ? 0 : call.literals[1];
  if (count == null) return type;
  const { precision, scale } = decimalRound(type.precision, type.scale, Number(count));
  return decimal(precision, scale);
}

function roundDigits(
  site: CallSite,
  divide: (value: bigint, by: bigint) => bigint,
  cut: (value: number) => number,
): RowFunction {
  const type = site.types[0]!;
  const { result } = site;
  if (type.kind === 'DECIMAL' && result.kind === 'DECIMAL') {
    return (value: bigint, count: number | bigint = 0) => {
      const places = Math.max(-38, Math.min(Number(count), type.scale));
      const unit = pow10(type.scale - places);
      const rounded = divide(value, unit) * unit;
      return fitPrecision(rescaleDown(rounded, type.scale, result.scale), result.precision);
    };
  }
  switch (type.kind) {
    case 'DOUBLE':
      return (value: number, count: number | bigint = 0) => roundNumber(value, Number(count), cut);
    case 'FLOAT':
      return (value: number, count: number | bigint = 0) =>
        Math.fround(roundNumber(value, Number(count), cut));
    default:
      return (value: number | bigint, count: number | bigint = 0) => {
        const places = Math.max(-20, Number(count));
        if (places >= 0) return value;
        const unit = pow10(-places);
        const rounded = divide(BigInt(value), unit) * unit;
        return type.kind === 'BIGINT'
          ? BigInt.asIntN(64, rounded)
          : wrapInteger(Number(rounded), type);
      };
  }
}

/** Digits at a smaller scale whose last places are zeros, or at a greater one. */
function rescaleDown(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * pow10(to - from) : value / pow10(from - to);
}

/** Rounds the decimal text of a number, so that 1.005 has the digits it shows. */
function roundNumber(value: number, count: number, cut: (value: number) => number): number {
  if (!Number.isFinite(value)) return value;
  const places = Math.max(-320, Math.min(320, count));
  return shift(cut(shift(value, places)), -places);
}

function shift(value: number, places: number): number {
  const [digitsText, exponent = '0'] = String(value).split('e');
  return Number(`${digitsText}e${Number(exponent) + places}`);
}

function roundHalfUp(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

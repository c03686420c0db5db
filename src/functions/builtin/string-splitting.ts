import { validationError } from '../../common/errors.ts';
import { commonType } from '../../types/common-type.ts';
import type { DataType } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { INT, STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { formatPrintf } from '../printf.ts';
import {
  anyArg,
  arg,
  argument,
  explicit,
  forceNullable,
  inputOf,
  nullableIfArgs,
  sequence,
  varyingSequence,
} from '../type-strategies.ts';

/** SPLIT_INDEX(text, separator, index). */
export const SPLIT_INDEX = defineScalar({
  name: 'SPLIT_INDEX',
  doc: 'A part of a string between separators, counted from 0; NULL if there is none. The separator may be a character code.',
  input: sequence(
    arg('string', 'CHARACTER_STRING'),
    arg('separator', 'CHARACTER_STRING', 'INTEGER_NUMERIC'),
    arg('index', 'INTEGER_NUMERIC'),
  ),
  output: forceNullable(explicit(STRING)),
  eval: (value: string, separator: string | number | bigint, index: number | bigint) => {
    if (index < 0) return null;
    const text = typeof separator === 'string' ? separator : separatorOf(Number(separator));
    if (text === null) return null;
    if (value === '') return null;
    // Without a separator Java splits at white space.
    const parts = text === '' ? value.trim().split(/\s+/) : value.split(text);
    return parts[Number(index)] ?? null;
  },
  examples: [
    ["SPLIT_INDEX('a,b,c', ',', 1)", 'b'],
    ["SPLIT_INDEX('a,b,c', ',', 5)", 'NULL'],
  ],
});

function separatorOf(code: number): string | null {
  return code > 0 && code <= 255 ? String.fromCharCode(code) : null;
}

/** ELT(index, a, b, …). */
export const ELT = defineScalar({
  name: 'ELT',
  doc: 'The argument of an index, from 1; NULL if there is none.',
  input: inputOf(
    (call) => {
      const [index, ...values] = call.types;
      if (index === undefined || values.length === 0) return null;
      if (!['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'NULL'].includes(index.kind)) return null;
      const literal = call.literals[0];
      if ((typeof literal === 'number' || typeof literal === 'bigint') && literal < 0) {
        throw validationError('INVALID_FUNCTION_ARGUMENT', {
          function: 'ELT',
          reason: `the index must not be negative, but is ${literal}`,
        });
      }
      const common = commonType(values);
      if (common === null || !values.every(isTextOrNull)) {
        const bytes = values.every((type) => ['BINARY', 'VARBINARY', 'NULL'].includes(type.kind));
        if (common === null || !bytes) return null;
      }
      return [index.kind === 'NULL' ? INT : index, ...values.map(() => common)];
    },
    'index <INTEGER_NUMERIC>, expr <CHARACTER_STRING>...',
    'index <INTEGER_NUMERIC>, expr <BINARY_STRING>...',
  ),
  output: forceNullable(argument(1)),
  strict: false,
  eval: (index: number | bigint | null, ...values: readonly unknown[]) =>
    index === null ? null : (values[Number(index) - 1] ?? null),
  examples: [["ELT(2, 'scala', 'java')", 'java']],
});

function isTextOrNull(type: DataType): boolean {
  return isCharacter(type) || type.kind === 'NULL';
}

/** PRINTF(format, values…). */
export const PRINTF = defineScalar({
  name: 'PRINTF',
  doc: "Values in a format of Java's Formatter; NULL if the format is malformed.",
  input: varyingSequence(arg('format', 'CHARACTER_STRING'), anyArg('obj')),
  output: forceNullable(explicit(STRING)),
  strict: false,
  specialize: ({ types }) => {
    const valueTypes = types.slice(1);
    return (format: string | null, ...values: readonly unknown[]) =>
      format === null ? null : formatPrintf(format, values, valueTypes);
  },
  examples: [["PRINTF('%d %s', 1, 'a')", '1 a']],
});

/** HASH_CODE(value). */
export const HASH_CODE = defineScalar({
  name: 'HASH_CODE',
  doc: "Java's hash code of a string, number or truth value.",
  input: sequence(arg('value', 'CHARACTER_STRING', 'INTEGER_NUMERIC', 'BOOLEAN')),
  output: nullableIfArgs(explicit(INT)),
  eval: (value: string | number | bigint | boolean) => {
    if (typeof value === 'boolean') return value ? 1231 : 1237;
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
    let hash = 0;
    for (let i = 0; i < value.length; i++) hash = (Math.imul(hash, 31) + value.charCodeAt(i)) | 0;
    return hash;
  },
  examples: [["HASH_CODE('a')", '97']],
});

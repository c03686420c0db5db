import { isCharacter } from '../../types/families.ts';
import { STRING, varchar } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { trimCharacters } from '../text.ts';
import {
  arg,
  explicit,
  nullableIfArgs,
  optionalFrom,
  or,
  sequence,
  symbolArg,
} from '../type-strategies.ts';
import { trimKernel } from './kernels/text.ts';

const text = arg('string', 'CHARACTER_STRING');

/** TRIM([side] [characters] FROM text). */
export const TRIM = defineScalar({
  name: 'TRIM',
  tableApi: { method: null },
  doc: 'A string without given characters (blanks unless given) at its ends.',
  input: or(
    sequence(
      symbolArg('side', ['BOTH', 'LEADING', 'TRAILING']),
      arg('characters', 'CHARACTER_STRING'),
      text,
    ),
    sequence(text),
  ),
  output: nullableIfArgs((call) => {
    const type = call.types.at(-1)!;
    return isCharacter(type) ? varchar(type.length) : STRING;
  }),
  eval: (...args: readonly string[]) =>
    args.length === 1
      ? trimCharacters(args[0]!, ' ', 'BOTH')
      : trimCharacters(args[2]!, args[1]!, args[0] as 'BOTH'),
  kernel: trimKernel(({ types, literals: [side, characters] }) =>
    types.length === 1 ? { text: 0, characters: ' ', side: 'BOTH' } : { text: 2, characters, side },
  ),
  examples: [
    ["TRIM('  a ')", 'a'],
    ["TRIM(LEADING 'x' FROM 'xxax')", 'ax'],
  ],
});

/** LTRIM(text [, characters]). */
export const LTRIM = trim('LTRIM', 'LEADING', 'ax');
/** RTRIM(text [, characters]). */
export const RTRIM = trim('RTRIM', 'TRAILING', 'xa');
/** BTRIM(text [, characters]). */
export const BTRIM = trim('BTRIM', 'BOTH', 'a');

function trim(name: string, side: 'BOTH' | 'LEADING' | 'TRAILING', example: string) {
  const where = { BOTH: 'its ends', LEADING: 'its start', TRAILING: 'its end' }[side];
  return defineScalar({
    name,
    doc: `A string without given characters (blanks unless given) at ${where}.`,
    input: optionalFrom(1, text, arg('characters', 'CHARACTER_STRING')),
    output: nullableIfArgs(explicit(STRING)),
    eval: (value: string, characters = ' ') => trimCharacters(value, characters, side),
    kernel: trimKernel(({ types, literals }) => ({
      text: 0,
      characters: types.length === 1 ? ' ' : literals[1],
      side,
    })),
    examples: [[`${name}('xax', 'x')`, example]],
  });
}

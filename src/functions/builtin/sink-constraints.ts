import { runtimeError } from '../../common/errors.ts';
import { isCharacter } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { defineScalar } from '../define.ts';
import { countCharacters } from '../text.ts';
import { anyArg, arg, argument, notNull, sequence } from '../type-strategies.ts';

/** The value that a sink's column is given, the column's name, and what decides the check. */
const value = anyArg('value');
const column = arg('column', 'CHARACTER_STRING');

/** Refuses NULL for a column that is NOT NULL. */
export const CHECK_NOT_NULL = defineScalar({
  name: '$CHECK_NOT_NULL',
  doc: 'The value for a NOT NULL column of a sink; NULL is an error.',
  input: sequence(value, column),
  output: notNull(argument(0)),
  strict: false,
  eval: (item: unknown, name: string) => {
    if (item !== null) return item;
    throw runtimeError(
      'NOT_NULL_VIOLATION',
      { column: name },
      { hint: "Set 'table.exec.sink.not-null-enforcer' to DROP to leave such rows out." },
    );
  },
  // Whether the rows with NULLs are selected is not known here: they are looked at one by one.
  kernel: ([items]) => (items!.nullCount === 0 ? items! : null),
  examples: [],
});

/** Refuses texts and binary strings that do not fit their column, whose type the NULL literal has. */
export const CHECK_LENGTH = defineScalar({
  name: '$CHECK_LENGTH',
  doc: 'The value for a column of a sink with a length; longer ones, and shorter ones of CHAR and BINARY, are an error.',
  input: sequence(value, column, anyArg('type')),
  output: argument(0),
  strict: false,
  specialize: ({ types }) => {
    const type = types[2]!;
    const most = 'length' in type ? type.length : 0;
    const least = type.kind === 'CHAR' || type.kind === 'BINARY' ? most : 0;
    const lengthOf = isCharacter(type)
      ? (item: never) => countCharacters(item)
      : (item: Uint8Array) => item.length;
    return (item: never, name: string) => {
      if (item === null) return null;
      const length = lengthOf(item);
      if (length <= most && length >= least) return item;
      throw runtimeError(
        'LENGTH_VIOLATION',
        { column: name, type: printType(type), length },
        { hint: "Set 'table.exec.sink.type-length-enforcer' to TRIM_PAD or IGNORE." },
      );
    };
  },
  examples: [],
});

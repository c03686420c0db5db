import { runtimeError } from '../../common/errors.ts';
import { withNullable } from '../../types/data-type.ts';
import { INT } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { arg, explicit, sequence } from '../type-strategies.ts';

/** Refuses the operation of a change that is none of those that FROM_CHANGELOG was told. */
export const UNKNOWN_CHANGE = defineScalar({
  name: '$UNKNOWN_CHANGE',
  doc: 'The error of a change whose operation is not known.',
  input: sequence(arg('operation', 'CHARACTER_STRING')),
  output: explicit(withNullable(INT, false)),
  strict: false,
  eval: (operation: string | null) => {
    throw runtimeError(
      'CHANGE_OPERATION',
      { operation: operation === null ? 'NULL' : `'${operation}'` },
      { hint: "Name it in op_mapping, or leave such rows out: invalid_op_handling => 'SKIP'." },
    );
  },
  examples: [],
});

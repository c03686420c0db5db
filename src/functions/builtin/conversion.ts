import { withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { anyArg, arg, explicit, literalArg, or, sequence } from '../type-strategies.ts';

/** TYPEOF(value [, force serializable]). */
export const TYPEOF = defineScalar({
  name: 'TYPEOF',
  doc: 'The type of an expression as text.',
  input: or(
    sequence(anyArg('input')),
    sequence(anyArg('input'), literalArg(arg('forceSerializable', 'BOOLEAN'))),
  ),
  output: explicit(withNullable(STRING, false)),
  strict: false,
  specialize: ({ types }) => {
    const text = printType(types[0]!);
    return () => text;
  },
  examples: [["TYPEOF(CAST('x' AS STRING))", 'STRING NOT NULL']],
});

import { withNullable } from '../../types/data-type.ts';
import { STRING } from '../../types/types.ts';
import { CURRENT_DATABASE_KEY } from '../current-database-key.ts';
import { defineScalar } from '../define.ts';
import { explicit, NO_ARGS } from '../type-strategies.ts';

/** CURRENT_DATABASE(). */
export const CURRENT_DATABASE = defineScalar({
  name: 'CURRENT_DATABASE',
  doc: 'The name of the current database.',
  input: NO_ARGS,
  output: explicit(withNullable(STRING, false)),
  deterministic: false,
  specialize: ({ context }) => {
    const name = context.config.get(CURRENT_DATABASE_KEY) ?? '';
    return () => name;
  },
  examples: [],
});

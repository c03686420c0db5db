import type { ResetOption, SetOption } from '../../parser/ast/statements.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';

/** SET 'key' = 'value'; SET alone lists what is set. */
export function setOption(statement: SetOption, { session }: StatementCall): TableResult {
  const { key, value } = statement;
  if (key !== null && value !== null) {
    session.config.set(key, value);
    return session.ok();
  }
  const schema = schemaOf([field('key', STRING), field('value', STRING)]);
  const entries = session.config.entries().filter(([name]) => key === null || name === key);
  return session.known(schema, entries);
}

/** RESET 'key'; RESET alone resets every key. */
export function resetOption(statement: ResetOption, { session }: StatementCall): TableResult {
  session.config.reset(statement.key ?? undefined);
  return session.ok();
}

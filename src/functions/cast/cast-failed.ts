import { runtimeError, type TableRuntimeError } from '../../common/errors.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';

/** Characters of a value that a message shows at most. */
const SHOWN_MAX = 100;

/** The error of a value that cannot be cast: TableRuntimeError CAST_FAILED. */
export function castFailed(value: unknown, to: DataType): TableRuntimeError {
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return runtimeError('CAST_FAILED', { value: shown, type: printType(withNullable(to, true)) });
}

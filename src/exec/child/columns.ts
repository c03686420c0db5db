import type { DataType } from '../../types/data-type.ts';
import { field, type Schema, schemaOf } from '../../types/schema.ts';

/** The column that says to which group each row belongs. */
export const GROUPS: DataType = { kind: 'INT', nullable: false };
/** The column that says of each row whether it is added (TRUE) or taken out. */
export const SIGNS: DataType = { kind: 'BOOLEAN', nullable: false };

/** The schema of columns between a task and a child, where only types count. */
export function columnsSchema(types: readonly DataType[]): Schema {
  return schemaOf(types.map((type, i) => field(`c${i}`, type)));
}

import type { Arena } from '../../columnar/arena/arena.ts';
import { restoreColumn } from '../../columnar/descriptor.ts';
import type { NeededRows } from '../../connectors/connector.ts';
import { equalsOneOf } from '../../connectors/value-ranges.ts';
import { sameType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { Narrowing } from './narrowing.ts';

/** What tables of joins that are made say of the columns of a source. */
export function neededValues(
  needed: readonly Narrowing[],
  schema: Schema,
  tables: ReadonlyMap<number, SharedTable>,
  arena: Arena,
): NeededRows {
  return needed.flatMap(({ table, key, nth, column }) => {
    // A build side in files has no table.
    const { rows, index } = tables.get(table) ?? { rows: null, index: null };
    if (rows === null || index === null) return [];
    const { name, type } = schema.fields[column]!;
    if (!sameType(type, rows.schema.fields[key]!.type, false)) return [];
    const values = restoreColumn(arena, rows.columns[key]!);
    return equalsOneOf(name, values, index.ranges[nth] ?? null) ?? [];
  });
}

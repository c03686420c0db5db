import type { DataType } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { row } from '../../types/types.ts';
import { defineTable } from '../define.ts';
import { arg, sequence } from '../type-strategies.ts';

/** UNNEST(collection). */
export const UNNEST = defineTable({
  name: 'UNNEST',
  tableApi: { method: null },
  doc: 'One row for each element of an array, as often as it comes in a multiset, or for each entry of a map.',
  input: sequence(arg('collection', 'ARRAY', 'MULTISET', 'MAP')),
  output: (call) => row(fieldsOf(call.types[0]!)),
  specialize: ({ types }) => {
    const type = types[0]!;
    const isRow =
      (type.kind === 'ARRAY' || type.kind === 'MULTISET') && type.element.kind === 'ROW';
    const width = fieldsOf(type).length;
    const toRow = (element: unknown): readonly unknown[] => {
      if (!isRow) return [element];
      return element === null ? new Array<null>(width).fill(null) : (element as readonly unknown[]);
    };
    if (type.kind === 'ARRAY') {
      return (list: readonly unknown[] | null) => (list ?? []).map(toRow);
    }
    return (entries: ReadonlyMap<unknown, unknown> | null) => {
      if (entries === null) return [];
      if (type.kind === 'MAP') return entries;
      return [...entries].flatMap(([element, count]) =>
        new Array<readonly unknown[]>(Number(count)).fill(toRow(element)),
      );
    };
  },
  examples: [],
});

function fieldsOf(type: DataType) {
  if (type.kind === 'MAP') return [field('KEY', type.key), field('VALUE', type.value)];
  if (type.kind !== 'ARRAY' && type.kind !== 'MULTISET') return [];
  const { element } = type;
  if (element.kind !== 'ROW') return [field('EXPR$0', element)];
  // A NULL element gives a row of NULLs.
  return element.nullable
    ? element.fields.map((f) => ({ ...f, type: { ...f.type, nullable: true } }))
    : element.fields;
}

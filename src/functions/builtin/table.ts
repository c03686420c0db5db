import { type DataType, withNullable } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { array, row } from '../../types/types.ts';
import { defineScalar, defineTable } from '../define.ts';
import { arg, sequence, varyingSequence } from '../type-strategies.ts';

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

/** $ZIP(collection, …): what UNNEST of several collections goes through. */
export const ZIP = defineScalar({
  name: '$ZIP',
  doc: 'The elements of several collections side by side, as rows; NULLs where one has no more.',
  input: varyingSequence(arg('collection', 'ARRAY', 'MULTISET', 'MAP')),
  output: ({ types }) => withNullable(array(row(types.flatMap(zippedFields))), false),
  strict: false,
  specialize: (site) => {
    const sides = site.types.map((type) => {
      const expand = UNNEST.specialize({ ...site, types: [type] });
      return { expand, missing: new Array<null>(fieldsOf(type).length).fill(null) };
    });
    return (...collections: readonly never[]) => {
      const rows = sides.map(({ expand }, i) => [...expand(collections[i]!)]);
      const length = Math.max(...rows.map((side) => side.length));
      return Array.from({ length }, (_, at) =>
        sides.flatMap(({ missing }, i) => rows[i]![at] ?? missing),
      );
    };
  },
  examples: [],
});

/** The columns of a collection that has perhaps fewer elements than others. */
function zippedFields(type: DataType, index: number) {
  return fieldsOf(type).map((f) => ({
    ...f,
    name: f.name === 'EXPR$0' ? `EXPR$${index}` : f.name,
    type: withNullable(f.type, true),
  }));
}

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

import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { row } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import type { CallShape } from '../definition.ts';
import { inputOf } from '../type-strategies.ts';

/** The literal keys of the arguments from `from` on, key and value in turn; null if that is wrong. */
function keysFrom({ types, literals }: CallShape, from: number): readonly string[] | null {
  if (types.length < from || (types.length - from) % 2 !== 0) return null;
  const keys: string[] = [];
  for (let i = from; i < types.length; i += 2) {
    const key = literals[i];
    if (typeof key !== 'string' || keys.includes(key)) return null;
    keys.push(key);
  }
  return keys;
}

/** OBJECT_OF(class name, key, value, …). */
export const OBJECT_OF = defineScalar({
  name: 'OBJECT_OF',
  tableApi: { method: null, function: 'objectOf' },
  doc: 'An object of a class, by its fields: a row whose fields have the names of the keys.',
  input: inputOf(
    (call) => (typeof call.literals[0] === 'string' && keysFrom(call, 1) ? call.types : null),
    'className <CHAR literal>, [key <CHAR literal>, value <ANY>, ...]',
  ),
  output: (call) => ({
    ...row((keysFrom(call, 1) ?? []).map((key, i) => field(key, call.types[2 * i + 2]!))),
    nullable: false,
  }),
  strict: false,
  eval: (...args: readonly unknown[]) => args.filter((_, i) => i > 0 && i % 2 === 0),
  examples: [["OBJECT_OF('User', 'name', 'Bob', 'age', 42)", '(Bob, 42)']],
});

/** OBJECT_UPDATE(object, key, value, …). */
export const OBJECT_UPDATE = defineScalar({
  name: 'OBJECT_UPDATE',
  doc: 'An object (a row) in which fields have new values, by their names.',
  input: inputOf((call) => {
    const object = rowType(call);
    const keys = keysFrom(call, 1);
    const known = keys?.every((key) => object?.fields.some((f) => f.name === key)) === true;
    return object !== null && known && keys.length > 0 ? call.types : null;
  }, 'object <ROW>, key <CHAR literal>, value <ANY>, [key <CHAR literal>, value <ANY>, ...]'),
  output: (call) => {
    const object = rowType(call);
    if (object === null) return call.types[0]!;
    const changed = changedFields(call, object);
    const fields = object.fields.map((f, i) => {
      const at = changed.get(i);
      return at === undefined ? f : { ...f, type: call.types[at]! };
    });
    return { ...object, fields };
  },
  strict: false,
  specialize: (site) => {
    const object = rowType(site);
    const changed = object === null ? new Map<number, number>() : changedFields(site, object);
    return (value: readonly unknown[] | null, ...updates: readonly unknown[]) =>
      value?.map((old, i) => {
        const at = changed.get(i);
        return at === undefined ? old : updates[at - 1];
      }) ?? null;
  },
  examples: [
    ["OBJECT_UPDATE(OBJECT_OF('User', 'name', 'Bob', 'age', 42), 'age', 43)", '(Bob, 43)'],
  ],
});

function rowType({ types }: CallShape): TypeOfKind<'ROW'> | null {
  const [type]: readonly (DataType | undefined)[] = types;
  return type?.kind === 'ROW' ? type : null;
}

/** The arguments of the new values, by the fields that they are for. */
function changedFields(call: CallShape, object: TypeOfKind<'ROW'>): ReadonlyMap<number, number> {
  const keys = keysFrom(call, 1) ?? [];
  return new Map(
    keys.map((key, i) => [object.fields.findIndex((f) => f.name === key), 2 * i + 2] as const),
  );
}

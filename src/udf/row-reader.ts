import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { row } from '../types/types.ts';

/** Reads the rows that a function gives: a row of one column may be given as its value. */
export function rowReader(type: DataType): (given: unknown) => unknown {
  const [only, ...others] = type.kind === 'ROW' ? type.fields : [];
  if (only === undefined || others.length > 0) return (given) => given;
  return (given) => {
    const isRow =
      only.type.kind !== 'ARRAY' && Array.isArray(given)
        ? given.length === 1
        : typeof given === 'object' && given !== null && Object.hasOwn(given, only.name);
    return isRow ? given : [given];
  };
}

/** The columns that a function makes whose rows have this type: those of a ROW, else one. */
export function rowTypeOf(type: DataType, name = 'f0'): TypeOfKind<'ROW'> {
  return type.kind === 'ROW' ? type : row([{ name, type, comment: null }]);
}

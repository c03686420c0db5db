import { runtimeError } from '../common/errors.ts';
import { readBitmap } from '../types/bitmap-value.ts';
import type { DataType } from '../types/data-type.ts';
import { isBinary, isCharacter } from '../types/families.ts';
import { printType } from '../types/print.ts';
import { BYTES, STRING } from '../types/types.ts';
import { parseVariant, printVariant } from '../types/variant-value.ts';

/** The types that Arrow and files have no type for, and what their values are there. */
const STORAGE: Partial<Record<DataType['kind'], DataType>> = { VARIANT: STRING, BITMAP: BYTES };

/** What values of a type are in Arrow and in files: a VARIANT is JSON, a BITMAP its bytes. */
export function storageTypeOf(type: DataType): DataType {
  return STORAGE[type.kind] ?? type;
}

/** Whether values of a type are in Arrow and in files values of another one. */
export function isStoredIn(type: DataType, storage: DataType): boolean {
  if (type.kind === 'VARIANT') return isCharacter(storage);
  return type.kind === 'BITMAP' && isBinary(storage);
}

/** What a value that is not NULL is in Arrow and in files. */
export function toStored(type: DataType): (value: unknown) => unknown {
  return type.kind === 'VARIANT' ? printVariant : (value) => value;
}

/**
 * The value that a stored one stands for; undefined for texts that are no JSON and bytes that are
 * no bitmap.
 */
export function fromStored(type: DataType): (stored: unknown) => unknown {
  // What is stored is a text and bytes, as `storageTypeOf` says.
  if (type.kind === 'VARIANT') return (text) => parseVariant(text as string);
  if (type.kind === 'BITMAP') return (bytes) => readBitmap(bytes as Uint8Array) ?? undefined;
  return (value) => value;
}

/** `fromStored`. Errors: TableRuntimeError INVALID_VALUE for what it gives undefined for. */
export function fromStoredChecked(type: DataType): (stored: unknown) => unknown {
  const read = fromStored(type);
  return (stored) => {
    const value = read(stored);
    if (value !== undefined) return value;
    throw runtimeError('INVALID_VALUE', {
      value: typeof stored === 'string' ? `'${stored}'` : 'of these bytes',
      type: printType(type),
      where: '',
    });
  };
}

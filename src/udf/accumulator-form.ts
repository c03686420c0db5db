import { type ToExternal, toExternal } from '../columnar/rows.ts';
import { showValue } from '../columnar/show-value.ts';
import { type ToInternal, toInternal } from '../columnar/to-internal.ts';
import { validationError } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { hasExternalKind } from './external-kind.ts';
import { ListView, MapView } from './views.ts';

/** A field of an accumulator that is a ROW. */
interface Field {
  readonly name: string;
  readonly write: ToInternal;
}

/**
 * Accumulators as internal values of their declared type: how they travel between tasks. What
 * `createAccumulator` makes says what they are on the other side: a class with methods, views.
 */
export class AccumulatorForm {
  readonly #type: DataType;
  /** Null for another type than ROW. */
  readonly #fields: readonly Field[] | null;
  readonly #writeWhole: ToInternal;
  readonly #read: ToExternal;

  constructor(type: DataType) {
    this.#type = type;
    this.#fields =
      type.kind === 'ROW'
        ? type.fields.map((f) => ({ name: f.name, write: writer(f.type, ` (field '${f.name}')`) }))
        : null;
    this.#writeWhole = writer(type, '');
    this.#read = toExternal(type);
  }

  /**
   * Values must be of the kind that `read` gives: else another task would merge something other (a
   * bigint for the number of a BIGINT, null for undefined) than this one kept. Errors:
   * ValidationError INVALID_VALUE for what is not of the type.
   */
  write(accumulator: unknown): unknown {
    const fields = this.#fields;
    if (fields === null || !isObject(accumulator)) return this.#writeWhole(accumulator);
    const keys = Object.keys(accumulator);
    const isList = Array.isArray(accumulator);
    const fits = isList
      ? keys.length === fields.length
      : keys.every((key) => fields.some(({ name }) => name === key));
    // What the type does not have would be left behind.
    if (!fits) throw misfit(accumulator, this.#type, '');
    return fields.map(({ name, write }, i) => write(Reflect.get(accumulator, isList ? i : name)));
  }

  /** Whether `read` can fill what `createAccumulator` made. */
  canFill(fresh: unknown): boolean {
    if (this.#fields === null || !isObject(fresh)) return true;
    return this.#fields.every(({ name }, i) => {
      const key = Array.isArray(fresh) ? i : name;
      return Reflect.set(fresh, key, Reflect.get(fresh, key));
    });
  }

  /** The accumulator of an internal value; `fresh` is a new one, which is filled. */
  read(internal: unknown, fresh: unknown): unknown {
    const value = this.#read(internal);
    if (this.#fields === null || !isObject(fresh) || !isObject(value)) return filled(fresh, value);
    for (const [i, { name }] of this.#fields.entries()) {
      const key = Array.isArray(fresh) ? i : name;
      Reflect.set(fresh, key, filled(Reflect.get(fresh, key), Reflect.get(value, name)));
    }
    return fresh;
  }
}

function writer(type: DataType, where: string): ToInternal {
  const write = toInternal(type, '');
  const isKind = hasExternalKind(type);
  return (given) => {
    const value = plain(given);
    if (value === undefined || !isKind(value)) throw misfit(value, type, where);
    return write(value);
  };
}

function misfit(value: unknown, type: DataType, where: string): Error {
  return validationError('INVALID_VALUE', {
    value: showValue(value),
    type: printType(type),
    where,
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Views as what SQL has for them. */
function plain(value: unknown): unknown {
  if (value instanceof ListView) return value.get();
  return value instanceof MapView ? new Map(value.entries()) : value;
}

function filled(fresh: unknown, value: unknown): unknown {
  if (fresh instanceof ListView && Array.isArray(value)) {
    fresh.addAll(value);
    return fresh;
  }
  if (fresh instanceof MapView && value instanceof Map) {
    fresh.putAll(value);
    return fresh;
  }
  return value;
}

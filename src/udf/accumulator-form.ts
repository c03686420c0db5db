import { type ToExternal, toExternal } from '../columnar/rows.ts';
import { type ToInternal, toInternal } from '../columnar/to-internal.ts';
import type { DataType } from '../types/data-type.ts';
import { ListView, MapView } from './views.ts';

/**
 * Accumulators as internal values of their declared type: how they travel between tasks. What
 * `createAccumulator` makes says what they are on the other side: a class with methods, views.
 */
export class AccumulatorForm {
  readonly #fields: readonly string[] | null;
  readonly #write: ToInternal;
  readonly #read: ToExternal;

  constructor(type: DataType) {
    this.#fields = type.kind === 'ROW' ? type.fields.map(({ name }) => name) : null;
    this.#write = toInternal(type, '');
    this.#read = toExternal(type);
  }

  /** Errors: ValidationError INVALID_VALUE for what is not of the type. */
  write(accumulator: unknown): unknown {
    if (this.#fields === null || !isObject(accumulator)) return this.#write(plain(accumulator));
    if (Array.isArray(accumulator)) return this.#write(accumulator.map(plain));
    const entries = Object.entries(accumulator).map(([key, value]) => [key, plain(value)]);
    return this.#write(Object.fromEntries(entries));
  }

  /** The accumulator of an internal value; `fresh` is a new one, which is filled. */
  read(internal: unknown, fresh: unknown): unknown {
    const value = this.#read(internal);
    if (this.#fields === null || !isObject(fresh) || !isObject(value)) return filled(fresh, value);
    for (const [i, name] of this.#fields.entries()) {
      const key = Array.isArray(fresh) ? String(i) : name;
      Reflect.set(fresh, key, filled(Reflect.get(fresh, key), Reflect.get(value, name)));
    }
    return fresh;
  }
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

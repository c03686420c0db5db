import { showValue } from '../columnar/show-value.ts';
import { fromProperty, isRowObject, listOf, propertyOf } from '../columnar/to-internal.ts';
import { didYouMean } from '../common/diagnostics.ts';
import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { resultConverter } from './loops/results.ts';

/** The part of a result that its type cannot hold. */
export interface Misfit {
  /** `result.items[3].price` */
  readonly path: string;
  readonly type: DataType;
  readonly value: unknown;
  /** What is wrong with it, where that is not plain to see. */
  readonly hint: string | null;
}

/** Names that stand behind a dot. */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** A value inside another one. */
interface Part {
  /** How its place is written behind that of the whole: `.price`. */
  readonly place: string;
  readonly type: DataType;
  readonly value: unknown;
}

/**
 * The innermost part of a value that does not fit a type, of a value that does not; the elements of
 * a list count from `first`. Errors: what getters of the value throw.
 */
export function findMisfit(type: DataType, value: unknown, path: string, first = 0): Misfit {
  for (const part of partsOf(type, value, first)) {
    if (!fits(part)) return findMisfit(part.type, part.value, path + part.place);
  }
  return { path, type, value, hint: type.kind === 'ROW' ? rowHint(type, value) : null };
}

/** How an object or a list differs from a ROW as a whole. */
function rowHint({ fields }: TypeOfKind<'ROW'>, value: unknown): string | null {
  const names = fields.map(({ name }) => name);
  if (Array.isArray(value)) {
    const { length } = value;
    return length === names.length
      ? null
      : `A ROW of ${names.length} fields has no ${length} values.`;
  }
  if (typeof value !== 'object' || value === null) return null;
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  return unknown === undefined
    ? null
    : (didYouMean(unknown, names) ?? `It has no field '${unknown}', only: ${names.join(', ')}.`);
}

function fits({ type, value }: Part): boolean {
  try {
    resultConverter(type, '')(value);
    return true;
  } catch {
    return false;
  }
}

function* partsOf(type: DataType, value: unknown, first: number): Iterable<Part> {
  if (typeof value !== 'object' || value === null) return;
  switch (type.kind) {
    case 'ARRAY':
      yield* elementsOf(type.element, listOf(value) ?? [], first);
      return;
    case 'MULTISET':
      yield* elementsOf(
        type.element,
        value instanceof Map ? [...value.keys()] : (listOf(value) ?? []),
        first,
      );
      return;
    case 'MAP':
      for (const [key, item] of entriesOf(type.key, value)) {
        yield { place: ` key ${showValue(key)}`, type: type.key, value: key };
        yield { place: `[${showValue(key)}]`, type: type.value, value: item };
      }
      return;
    case 'ROW': {
      const { fields } = type;
      const names = fields.map(({ name }) => name);
      const isList = Array.isArray(value);
      if (isList ? value.length !== fields.length : !isRowObject(value, new Set(names))) return;
      for (const [i, { name, type: own }] of fields.entries()) {
        const place = NAME.test(name) ? `.${name}` : `[${showValue(name)}]`;
        yield { place, type: own, value: isList ? value[i] : propertyOf(value, name) };
      }
    }
  }
}

function* elementsOf(type: DataType, list: ArrayLike<unknown>, first: number): Iterable<Part> {
  for (let i = 0; i < list.length; i++) {
    yield { place: `[${first + i}]`, type, value: list[i] };
  }
}

function entriesOf(key: DataType, value: object): Iterable<readonly [unknown, unknown]> {
  if (value instanceof Map) return value;
  return Object.entries(value).map(([name, item]) => [fromProperty(name, key), item]);
}

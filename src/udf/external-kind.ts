import type { DataType } from '../types/data-type.ts';

/**
 * Whether a value that a type can hold is of the kind that functions get such values as: a bigint
 * for BIGINT, not a number, which could be kept there too.
 */
export function hasExternalKind(type: DataType): (value: unknown) => boolean {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
      return orNull((value) => typeof value === 'number');
    case 'BIGINT':
      return orNull((value) => typeof value === 'bigint');
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return orNull((value) => typeof value === 'object' && !(value instanceof Date));
    case 'ARRAY': {
      const element = hasExternalKind(type.element);
      // A typed array holds values of one kind.
      return orNull((value) => !Array.isArray(value) || value.every(element));
    }
    case 'MAP': {
      const [key, item] = [type.key, type.value].map(hasExternalKind) as [Test, Test];
      return orNull((value) => {
        return value instanceof Map && [...value].every(([k, v]) => key(k) && item(v));
      });
    }
    case 'ROW': {
      const fields = type.fields.map((f) => [f.name, hasExternalKind(f.type)] as const);
      return orNull((value) =>
        fields.every(([name, test], i) => {
          return test(Reflect.get(Object(value), Array.isArray(value) ? i : name));
        }),
      );
    }
    default:
      // Other types hold one kind alone, or whatever they are given.
      return (value) => value !== undefined;
  }
}

type Test = (value: unknown) => boolean;

function orNull(test: Test): Test {
  return (value) => value === null || test(value);
}

import type { Expr } from '../../parser/ast/expressions.ts';
import type {
  JsonBehavior,
  JsonExists,
  JsonNullHandling,
  JsonQuery,
  JsonValue,
} from '../../parser/ast/json.ts';
import { parseType } from '../../parser/parser.ts';
import type { DataType } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type {
  JsonExistsOnError,
  JsonOnNull,
  JsonQueryOnEmptyOrError,
  JsonQueryWrapper,
  JsonValueOnEmptyOrError,
} from './expression.ts';

type Returning = DataType | string | null;

/** JSON_EXISTS. */
export function jsonExists(input: Expr, path: Expr, onError: JsonExistsOnError | null): JsonExists {
  return { kind: 'JsonExists', input, path, onError: behavior(onError), span: null };
}

type ValueBehavior = readonly [action: JsonValueOnEmptyOrError | null, value: Expr];

/** JSON_VALUE. */
export function jsonValue(
  input: Expr,
  path: Expr,
  returning: Returning,
  onEmpty: ValueBehavior,
  onError: ValueBehavior,
): JsonValue {
  const [empty, error] = [onEmpty, onError].map(([action, value]) =>
    action === 'DEFAULT' ? { action, value } : behavior(action),
  );
  return {
    kind: 'JsonValue',
    input,
    path,
    returning: typeName(returning),
    onEmpty: empty ?? null,
    onError: error ?? null,
    span: null,
  };
}

/** JSON_QUERY. */
export function jsonQuery(
  input: Expr,
  path: Expr,
  options: {
    readonly returning: Returning;
    readonly wrapper: JsonQueryWrapper | null;
    readonly onEmpty: JsonQueryOnEmptyOrError | null;
    readonly onError: JsonQueryOnEmptyOrError | null;
  },
): JsonQuery {
  const { returning, wrapper, onEmpty, onError } = options;
  return {
    kind: 'JsonQuery',
    input,
    path,
    returning: typeName(returning),
    wrapper: wrapper === null ? null : WRAPPERS[wrapper],
    onEmpty: behavior(onEmpty),
    onError: behavior(onError),
    span: null,
  };
}

const WRAPPERS = {
  WITHOUT_ARRAY: 'WITHOUT',
  CONDITIONAL_ARRAY: 'CONDITIONAL',
  UNCONDITIONAL_ARRAY: 'UNCONDITIONAL',
} as const satisfies Record<JsonQueryWrapper, JsonQuery['wrapper']>;

/** What SQL calls the handling of NULL. */
export function nullHandling(onNull: JsonOnNull): JsonNullHandling {
  return onNull === 'ABSENT' ? 'ABSENT ON NULL' : 'NULL ON NULL';
}

function behavior(
  action: JsonExistsOnError | JsonValueOnEmptyOrError | JsonQueryOnEmptyOrError | null,
): JsonBehavior | null {
  if (action === null) return null;
  // EMPTY_ARRAY is written as two words.
  return { action: action.replace('_', ' ') as JsonBehavior['action'], value: null };
}

function typeName(type: Returning) {
  return type === null ? null : parseType(typeof type === 'string' ? type : printType(type));
}

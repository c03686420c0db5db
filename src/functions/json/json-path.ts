import { JsonNumber, type JsonValue } from '../../types/json-value.ts';

/** A compiled SQL/JSON path. */
export interface JsonPath {
  readonly mode: 'lax' | 'strict';
  /** Null when the path is malformed. */
  readonly steps: readonly Step[] | null;
}

type Step =
  | { readonly kind: 'keys'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null }
  | { readonly kind: 'all' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'filter'; readonly condition: Condition };

interface Condition {
  readonly path: readonly Step[];
  readonly operator: string | null;
  readonly operand: JsonValue;
}

/** Paths may come from data: no more than this many are kept. */
const CACHE_MAX = 256;
const cache = new Map<string, JsonPath>();

/** Compiles `lax $.a[0].b`; without a word the path is strict. */
export function jsonPath(text: string): JsonPath {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const match = /^\s*(?:(strict|lax)\s+)?(\$[\s\S]*?)\s*$/i.exec(text);
  const path: JsonPath = {
    mode: match?.[1]?.toLowerCase() === 'lax' ? 'lax' : 'strict',
    steps: match === null ? null : parseSteps(match[2]!.slice(1)),
  };
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(text, path);
  return path;
}

/**
 * What a path finds. A path of names and single indexes finds one value, or undefined; any other
 * one finds an array of values.
 */
export function readPath(root: JsonValue, steps: readonly Step[]): JsonValue | undefined {
  let values: JsonValue[] = [root];
  let definite = true;
  for (const step of steps) {
    values = values.flatMap((value) => [...takeStep(value, step, root)]);
    definite &&= isDefinite(step);
  }
  return definite ? values[0] : values;
}

function isDefinite(step: Step): boolean {
  if (step.kind === 'keys') return step.names.length === 1;
  return step.kind === 'indexes' && step.indexes.length === 1;
}

function* takeStep(value: JsonValue, step: Step, root: JsonValue): Iterable<JsonValue> {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : null;
  const entries = value instanceof Map ? (value as ReadonlyMap<string, JsonValue>) : null;
  switch (step.kind) {
    case 'keys':
      for (const name of step.names) {
        const item = entries?.get(name);
        if (item !== undefined) yield item;
      }
      break;
    case 'indexes':
      for (const index of step.indexes) {
        const item = list?.at(index);
        if (item !== undefined) yield item;
      }
      break;
    case 'slice':
      if (list !== null) yield* list.slice(step.from ?? 0, step.to ?? undefined);
      break;
    case 'all':
      yield* list ?? entries?.values() ?? [];
      break;
    case 'descendants':
      yield value;
      for (const child of list ?? entries?.values() ?? []) yield* takeStep(child, step, root);
      break;
    case 'filter':
      for (const child of list ?? (entries === null ? [] : [value])) {
        if (satisfies(child, step.condition)) yield child;
      }
  }
}

function satisfies(value: JsonValue, { path, operator, operand }: Condition): boolean {
  const found = readPath(value, path);
  if (operator === null) return found !== undefined;
  if (found === undefined) return false;
  const order = compareScalars(found, operand);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order !== null && order < 0;
    case '<=':
      return order !== null && order <= 0;
    case '>':
      return order !== null && order > 0;
    default:
      return order !== null && order >= 0;
  }
}

/** Null when the values are of different kinds. */
function compareScalars(a: JsonValue, b: JsonValue): number | null {
  if (a instanceof JsonNumber && b instanceof JsonNumber) return Number(a.text) - Number(b.text);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return a === b ? 0 : null;
}

const STEP =
  /\s*(?:(\.\.)|\.\s*(\*|[^\s.[\]()*'"?@$]+)|\[\s*(?:(\*)|((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)|(-?\d*):(-?\d*)|(-?\d+(?:\s*,\s*-?\d+)*)|\?\s*\(([^()]*)\))\s*\])/y;

function parseSteps(text: string): readonly Step[] | null {
  const steps: Step[] = [];
  // After `..` a name stands without another dot.
  const source = text.replace(/\.\.(?=[^[.\s])/g, '...');
  STEP.lastIndex = 0;
  while (STEP.lastIndex < source.length) {
    const match = STEP.exec(source);
    if (match === null) return null;
    const end = STEP.lastIndex;
    const step = stepOf(match);
    if (step === null) return null;
    steps.push(step);
    STEP.lastIndex = end;
  }
  return steps.at(-1)?.kind === 'descendants' ? null : steps;
}

function stepOf(match: RegExpExecArray): Step | null {
  const [, descend, name, all, names, from, to, indexes, condition] = match;
  if (descend !== undefined) return { kind: 'descendants' };
  if (name !== undefined) return name === '*' ? { kind: 'all' } : { kind: 'keys', names: [name] };
  if (all !== undefined) return { kind: 'all' };
  if (names !== undefined) {
    const quoted = names.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
    return { kind: 'keys', names: quoted.map((q) => q.slice(1, -1).replace(/\\(.)/g, '$1')) };
  }
  if (indexes !== undefined) return { kind: 'indexes', indexes: indexes.split(',').map(Number) };
  if (condition !== undefined) return filterOf(condition);
  const bound = (text: string | undefined) => (text ? Number(text) : null);
  return { kind: 'slice', from: bound(from), to: bound(to) };
}

function filterOf(text: string): Step | null {
  const match = /^\s*@(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(text);
  const path = match === null ? null : parseSteps(match[1]!);
  if (match === null || path === null) return null;
  const [, , operator, literal] = match;
  const operand = operandOf(literal);
  if (operand === undefined) return null;
  return { kind: 'filter', condition: { path, operator: operator ?? null, operand } };
}

function operandOf(text: string | undefined): JsonValue | undefined {
  if (text === undefined || text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^'.*'$|^".*"$/.test(text)) return text.slice(1, -1);
  return /^-?\d+(\.\d+)?$/.test(text) ? new JsonNumber(text) : undefined;
}

import type { Expr } from '../../expr/expr.ts';
import type { FunctionDefinition } from '../../functions/definition.ts';

const definitionIds = new WeakMap<FunctionDefinition, number>();
let lastDefinitionId = 0;

/** A number that identifies a definition on this thread. */
export function definitionId(definition: FunctionDefinition): number {
  const known = definitionIds.get(definition);
  if (known !== undefined) return known;
  lastDefinitionId++;
  definitionIds.set(definition, lastDefinitionId);
  return lastDefinitionId;
}

const keys = new WeakMap<Expr, string>();

/** A text that is equal exactly for expressions of equal structure, on this thread. */
export function exprKey(expr: Expr): string {
  const known = keys.get(expr);
  if (known !== undefined) return known;
  const key = structureOf(expr);
  keys.set(expr, key);
  return key;
}

function structureOf(expr: Expr): string {
  const type = JSON.stringify(expr.type);
  switch (expr.kind) {
    case 'Literal':
      return `L${type}${valueKey(expr.value)}`;
    case 'InputRef':
      return `#${expr.index}${type}`;
    case 'Parameter':
      return `?${expr.index}${type}`;
    case 'Call':
      return `F${definitionId(expr.definition)}${type}(${expr.args.map(exprKey).join()})`;
    case 'Cast':
      return `${expr.safe ? 'T' : 'C'}${type}(${exprKey(expr.input)})`;
    case 'Case': {
      const branches = expr.branches.map((b) => `${exprKey(b.when)}:${exprKey(b.then)}`);
      return `W${type}(${branches.join()};${exprKey(expr.otherwise)})`;
    }
  }
}

function valueKey(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Map)
    return `M[${[...value].map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`)}]`;
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`;
  return JSON.stringify(value) ?? 'undefined';
}

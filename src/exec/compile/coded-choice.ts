import type { Expr } from '../../expr/expr.ts';
import { literal } from '../../expr/tree.ts';
import { keepsValues } from '../../types/casts.ts';
import type { DataType } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { INT } from '../../types/types.ts';

/** A choice among constant strings as a choice among their positions in a list. */
export interface CodedChoice {
  /** An INT: the position, or NULL. */
  readonly codes: Expr;
  readonly values: readonly string[];
}

/**
 * CASE and IF whose results are constant strings, so that numbers are computed per row and the
 * strings become a dictionary. Null for other expressions.
 */
export function encodeChoice(expr: Expr): CodedChoice | null {
  if (!isCharacter(expr.type)) return null;
  const values: string[] = [];
  const codes = encode(expr, values, expr.type);
  return codes === null || values.length === 0 ? null : { codes, values };
}

function encode(expr: Expr, values: string[], type: DataType): Expr | null {
  switch (expr.kind) {
    case 'Case': {
      const otherwise = encodeResult(expr.otherwise, values, type);
      if (otherwise === null) return null;
      const branches: { readonly when: Expr; readonly then: Expr }[] = [];
      for (const branch of expr.branches) {
        const then = encodeResult(branch.then, values, type);
        if (then === null) return null;
        branches.push({ when: branch.when, then });
      }
      return { kind: 'Case', type: INT, branches, otherwise };
    }
    case 'Call': {
      if (expr.definition.name !== 'IF' || expr.definition.body.kind !== 'builtin') return null;
      const [condition, ...results] = expr.args;
      const [a, b] = results.map((result) => encodeResult(result, values, type));
      if (condition === undefined || !a || !b) return null;
      return { ...expr, type: INT, args: [condition, a, b] };
    }
    case 'Cast':
      return keepsValues(expr.input.type, expr.type) ? encode(expr.input, values, type) : null;
    default:
      return null;
  }
}

/** One result of a choice: a constant, or another choice. */
function encodeResult(expr: Expr, values: string[], type: DataType): Expr | null {
  if (expr.kind === 'Cast' && keepsValues(expr.input.type, expr.type)) {
    return encodeResult(expr.input, values, type);
  }
  if (expr.kind !== 'Literal') return encode(expr, values, type);
  if (expr.value === null) return literal(INT, null);
  if (typeof expr.value !== 'string') return null;
  const known = values.indexOf(expr.value);
  return literal(INT, known >= 0 ? known : values.push(expr.value) - 1);
}

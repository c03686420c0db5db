import { toInternal } from '../../columnar/to-internal.ts';
import type { Expr, TemporalLiteral } from '../../parser/ast/expressions.ts';
import type { DataType } from '../../types/data-type.ts';
import { BIGINT } from '../../types/types.ts';
import { inferType } from '../infer-type.ts';
import { type Attachments, attach, NOTHING } from './attachments.ts';
import { castOf, numberLiteral, textLiteral, unary } from './syntax.ts';

/** The syntax of an expression with what it holds besides. */
export interface HeldSyntax {
  readonly node: Expr;
  readonly held: Attachments;
}

/**
 * The constant of a JavaScript value, of the given type or of the one that the value has.
 *
 * Errors: INVALID_VALUE for what no SQL type holds, or not the given one.
 */
export function literalSyntax(value: unknown, type: DataType | null = null): HeldSyntax {
  const node = simpleLiteral(value);
  if (node !== null)
    return { node: type === null ? node : castOf(node, type, false), held: NOTHING };
  const own = type ?? inferType([value], 'a literal');
  const internal = toInternal(own, 'a literal')(value);
  const { name, held } = attach({
    kind: 'value',
    type: { ...own, nullable: false },
    value: internal,
  });
  return { node: { kind: 'NamedParameter', name, span: null }, held };
}

/** What SQL has a literal for; null for all other values. */
function simpleLiteral(value: unknown): Expr | null {
  switch (typeof value) {
    case 'undefined':
      return { kind: 'NullLiteral', span: null };
    case 'string':
      return textLiteral(value);
    case 'boolean':
      return { kind: 'BooleanLiteral', value, span: null };
    case 'bigint':
      return castOf(signed(String(value)), BIGINT, false);
    case 'number': {
      if (!Number.isFinite(value)) return null;
      const isInt = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
      return signed(isInt && !Object.is(value, -0) ? String(value) : value.toExponential());
    }
    default:
      return value === null ? { kind: 'NullLiteral', span: null } : objectLiteral(value);
  }
}

function objectLiteral(value: unknown): Expr | null {
  if (value instanceof Uint8Array) return { kind: 'BinaryLiteral', value, span: null };
  switch (Object.prototype.toString.call(value)) {
    case '[object Temporal.PlainDate]':
      return temporalLiteral('DATE', String(value));
    case '[object Temporal.PlainTime]':
      return temporalLiteral('TIME', String(value));
    case '[object Temporal.PlainDateTime]':
      return temporalLiteral('TIMESTAMP', String(value).replace('T', ' '));
    default:
      return null;
  }
}

function temporalLiteral(type: TemporalLiteral['type'], text: string): Expr {
  return { kind: 'TemporalLiteral', type, text, span: null };
}

function signed(text: string): Expr {
  return text.startsWith('-') ? unary('-', numberLiteral(text.slice(1))) : numberLiteral(text);
}

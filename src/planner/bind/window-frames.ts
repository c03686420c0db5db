import { type Span, validationError } from '../../common/errors.ts';
import type { FrameBound, Literal, SortKey, WindowFrame } from '../../expr/expr.ts';
import { simplify } from '../../expr/simplify.ts';
import type * as ast from '../../parser/ast/queries.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { isDatetime, isNumeric } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { BIGINT } from '../../types/types.ts';
import type { Binder } from './binder.ts';

const UNBOUNDED: FrameBound = { bound: 'unbounded' };
const CURRENT: FrameBound = { bound: 'current' };

/** All rows of the partition: the frame where OVER has no ORDER BY. */
export const WHOLE_PARTITION: WindowFrame = { unit: 'RANGE', start: UNBOUNDED, end: UNBOUNDED };
/** All rows up to the peers of the row: the frame where OVER has an ORDER BY. */
const UP_TO_PEERS: WindowFrame = { unit: 'RANGE', start: UNBOUNDED, end: CURRENT };

/** The ends of frames in their order. */
const PLACES: readonly ast.FrameBound['type'][] = [
  'UNBOUNDED PRECEDING',
  'PRECEDING',
  'CURRENT ROW',
  'FOLLOWING',
  'UNBOUNDED FOLLOWING',
];

/** The frame of a window, by default that of SQL. Errors: WINDOW_FRAME. */
export function bindFrame(
  binder: Binder,
  spec: ast.WindowSpec,
  order: readonly SortKey[],
): WindowFrame {
  const { frame } = spec;
  if (frame === null) return order.length === 0 ? WHOLE_PARTITION : UP_TO_PEERS;
  const start = PLACES.indexOf(frame.start.type);
  const end = frame.end === null ? PLACES.indexOf('CURRENT ROW') : PLACES.indexOf(frame.end.type);
  if (start > end || start === PLACES.length - 1 || end === 0) {
    throw invalid('its end lies before its start', frame.span);
  }
  const bound = (syntax: ast.FrameBound) => bindBound(binder, frame.unit, syntax, order);
  return {
    unit: frame.unit,
    start: bound(frame.start),
    end: frame.end === null ? CURRENT : bound(frame.end),
  };
}

function bindBound(
  binder: Binder,
  unit: WindowFrame['unit'],
  syntax: ast.FrameBound,
  order: readonly SortKey[],
): FrameBound {
  if (syntax.type === 'CURRENT ROW') return CURRENT;
  if (syntax.offset === null) return UNBOUNDED;
  const { span } = syntax.offset;
  const offset = simplify(binder.bind(syntax.offset), binder.env.context.statement);
  if (offset.kind !== 'Literal' || offset.value === null) {
    throw invalid('an offset must be a constant other than NULL', span);
  }
  const following = syntax.type === 'FOLLOWING';
  if (unit === 'ROWS') return { bound: 'offset', offset: rowOffset(offset, span), following };
  const [key] = order;
  if (key === undefined || order.length > 1) {
    throw invalid('RANGE with an offset needs exactly one ORDER BY key', span);
  }
  if (!isDistance(key.expr.type, offset.type)) {
    const [of, given] = [key.expr.type, offset.type].map((t) => printType(withNullable(t, true)));
    throw invalid(`an offset of type ${given} is no distance between values of type ${of}`, span);
  }
  return { bound: 'offset', offset, following };
}

function rowOffset(offset: Literal, span: Span | null): Literal {
  switch (offset.type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT': {
      const value = BigInt(offset.value as number | bigint);
      return { kind: 'Literal', type: withNullable(BIGINT, false), value };
    }
    default:
      throw invalid('the offset of ROWS must be a whole number', span);
  }
}

/** Whether a value of type `offset` can be added to an order key. */
function isDistance(key: DataType, offset: DataType): boolean {
  if (isNumeric(key)) return isNumeric(offset);
  if (isDatetime(key)) {
    if (offset.kind === 'INTERVAL_YEAR_MONTH') return key.kind !== 'TIME';
    return offset.kind === 'INTERVAL_DAY_TIME';
  }
  return key.kind === offset.kind && key.kind.startsWith('INTERVAL');
}

function invalid(reason: string, span: Span | null) {
  return validationError('WINDOW_FRAME', { reason }, { span });
}

import { assert } from '../../common/assert.ts';
import type { Expr, Literal, WindowCall } from '../../expr/expr.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { BIGINT, intervalDayTime, timestamp, timestampLtz } from '../../types/types.ts';
import {
  allColumns,
  columnNames,
  filter,
  inputRef,
  project,
  unnest,
  window,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { callBuiltin, caseOf, coerce } from './coerce.ts';
import { WHOLE_PARTITION } from './window-frames.ts';

/** How times are put into windows. The intervals are day-time literals. */
export type WindowKind =
  | { readonly kind: 'TUMBLE'; readonly size: Literal; readonly offset: Literal }
  | {
      readonly kind: 'HOP' | 'CUMULATE';
      readonly step: Literal;
      readonly size: Literal;
      readonly offset: Literal;
    }
  | {
      readonly kind: 'SESSION';
      readonly gap: Literal;
      /** Columns of the input. */
      readonly partition: readonly number[];
    };

/** The columns that a window function adds, in this order. */
export const WINDOW_COLUMNS = ['window_start', 'window_end', 'window_time'] as const;

/**
 * The rows of a plan with the windows that their times are in: one row for each window, the columns
 * of the input, then start, end and time (the last millisecond) of the window. Rows whose time is
 * NULL are in no window.
 */
export function addWindows(
  input: LogicalPlan,
  time: Expr,
  kind: WindowKind,
  names: readonly string[] = WINDOW_COLUMNS,
): LogicalPlan {
  const timed = time.type.nullable ? filter(input, callBuiltin('IS NOT NULL', [time])) : input;
  const { plan, start, end } = windowBounds(timed, time, kind);
  const last = callBuiltin('-', [end, milliseconds(1n)]);
  const millis = withNullable(timestamp(3), false);
  const isInstant = time.type.kind === 'TIMESTAMP_LTZ';
  const bounds = [
    coerce(start, millis),
    coerce(end, millis),
    coerce(last, isInstant ? withNullable(timestampLtz(3), false) : millis),
  ];
  const width = input.schema.fields.length;
  return project(
    plan,
    [...allColumns(plan.schema).slice(0, width), ...bounds],
    [...columnNames(input.schema), ...names],
  );
}

interface Bounds {
  /** The columns of the input, and others behind them. */
  readonly plan: LogicalPlan;
  readonly start: Expr;
  readonly end: Expr;
}

function windowBounds(input: LogicalPlan, time: Expr, kind: WindowKind): Bounds {
  switch (kind.kind) {
    case 'TUMBLE': {
      const { size, offset } = kind;
      const start = callBuiltin('$TUMBLE', [time, size, offset]);
      const plan = project(
        input,
        [...allColumns(input.schema), start],
        [...columnNames(input.schema), '$start'],
      );
      const at = inputRef(plan.schema, input.schema.fields.length);
      return { plan, start: at, end: callBuiltin('+', [at, size]) };
    }
    case 'HOP': {
      const { step, size, offset } = kind;
      const plan = eachOf(input, callBuiltin('$HOP', [time, step, size, offset]));
      const start = inputRef(plan.schema, plan.schema.fields.length - 1);
      return { plan, start, end: callBuiltin('+', [start, size]) };
    }
    case 'CUMULATE': {
      const { step, size, offset } = kind;
      const plan = eachOf(input, callBuiltin('$CUMULATE', [time, step, size, offset]));
      const end = inputRef(plan.schema, plan.schema.fields.length - 1);
      return { plan, start: callBuiltin('$TUMBLE', [time, size, offset]), end };
    }
    case 'SESSION':
      return sessions(input, time, kind.partition, kind.gap);
  }
}

/** A row for each element of an array, which is the last column. */
function eachOf(input: LogicalPlan, elements: Expr): LogicalPlan {
  assert(elements.type.kind === 'ARRAY', 'windows come as an array');
  const width = input.schema.fields.length;
  const plan = project(
    input,
    [...allColumns(input.schema), elements],
    [...columnNames(input.schema), '$windows'],
  );
  const element = { fields: [field('$window', elements.type.element)] };
  return unnest(plan, width, element, false, false);
}

/** A session ends where no row follows within the gap; sessions that touch are one. */
function sessions(
  input: LogicalPlan,
  time: Expr,
  partition: readonly number[],
  gap: Literal,
): Bounds {
  const width = input.schema.fields.length;
  const timed = project(
    input,
    [...allColumns(input.schema), time],
    [...columnNames(input.schema), '$time'],
  );
  const order = [{ column: width, descending: false, nullsFirst: true }];
  const at = (plan: LogicalPlan) => inputRef(plan.schema, width);
  const before = windowCall('LAG', [at(timed)], withNullable(time.type, true));
  const lagged = window(timed, partition, order, [before], ['$before']);
  const silence = callBuiltin('+', [inputRef(lagged.schema, width + 1), gap]);
  const isNew = callBuiltin('>', [at(lagged), silence]);
  const one = (value: bigint): Expr => ({ kind: 'Literal', type: COUNT, value });
  const marked = project(
    lagged,
    [...allColumns(lagged.schema), caseOf([isNew], [one(1n)], one(0n), null)],
    [...columnNames(lagged.schema), '$new'],
  );
  const count: WindowCall = {
    ...windowCall('SUM', [inputRef(marked.schema, width + 2)], BIGINT),
    frame: { unit: 'ROWS', start: { bound: 'unbounded' }, end: { bound: 'current' } },
  };
  const numbered = window(marked, partition, order, [count], ['$session']);
  const ends = ['MIN', 'MAX'].map((name) =>
    windowCall(name, [at(numbered)], withNullable(time.type, true)),
  );
  const plan = window(numbered, [...partition, width + 3], [], ends, ['$first', '$last']);
  const last = inputRef(plan.schema, width + 5);
  const local = withNullable(timestamp(3), true);
  return {
    plan,
    start: inputRef(plan.schema, width + 4),
    end: callBuiltin('+', [coerce(last, local), gap]),
  };
}

const COUNT = withNullable(BIGINT, false);

function windowCall(name: string, args: readonly Expr[], type: DataType): WindowCall {
  const definition = lookupBuiltin(name);
  assert(definition?.kind === 'window' || definition?.kind === 'aggregate', `the function ${name}`);
  return { definition, type, args, distinct: false, filter: null, frame: WHOLE_PARTITION };
}

/** An interval literal. */
export function milliseconds(value: bigint): Literal {
  return { kind: 'Literal', type: withNullable(intervalDayTime('SECOND', 2, 3), false), value };
}

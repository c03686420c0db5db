import { invalidArgument } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { Call, Expr } from '../parser/ast/expressions.ts';
import type { FrameBound, NamedWindow, WindowFrame } from '../parser/ast/queries.ts';
import { type Attachments, merge } from './expressions/attachments.ts';
import { BuiltExpression, columnName, requireName } from './expressions/built-expression.ts';
import { deferredKind } from './expressions/deferred.ts';
import type { AnyExpression } from './expressions/expression.ts';
import { callOf } from './expressions/syntax.ts';

/** What a group window does: a call of SQL over a time, or a number of rows in the order of a time. */
export type GroupWindowRule =
  | { readonly kind: 'time'; readonly call: Call }
  | { readonly kind: 'rows'; readonly time: Expr; readonly size: number; readonly slide: number };

/** The columns that a window reads: for the compiler alone. */
declare const READS: unique symbol;

/** A group window under its name, for `table.window`. `C`: the columns that its time is of. */
export class GroupWindow<out W extends string = string, out C extends string = string> {
  declare readonly [READS]: C;
  readonly name: W;
  /** @internal */
  readonly rule: GroupWindowRule;
  /** @internal */
  readonly held: Attachments;

  /** Made by `Tumble`, `Slide` and `Session`. @internal */
  constructor(name: W, rule: GroupWindowRule, held: Attachments) {
    this.name = name;
    this.rule = rule;
    this.held = held;
  }
}

/** A window over a time that needs a name. */
export class UnnamedGroupWindow<C extends string> {
  readonly #name: WindowName;
  readonly #args: readonly AnyExpression[];

  /** @internal */
  constructor(name: WindowName, args: readonly AnyExpression[]) {
    this.#name = name;
    this.#args = args;
  }

  /** Names the window: `groupBy` and the properties of the window use the name. */
  as<const W extends string>(name: W): GroupWindow<W, C> {
    requireName(name);
    const args = this.#args.map((arg) => BuiltExpression.parts(arg, 'An argument of a window'));
    const nodes = args.map(({ node }) => node);
    const held = merge(args.map((arg) => arg.held));
    return new GroupWindow(name, ruleOf(this.#name, nodes), held);
  }
}

type WindowName = 'TUMBLE' | 'HOP' | 'SESSION';

/**
 * The rule of a window of a time and intervals: as in SQL, the slide before the size. Errors:
 * WINDOW_TABLE, INVALID_ARGUMENT.
 */
function ruleOf(name: WindowName, args: readonly Expr[]): GroupWindowRule {
  const intervals = args.slice(1);
  const ofRows = intervals.filter((interval) => deferredKind(interval) === 'rows');
  if (ofRows.length === 0) return { kind: 'time', call: callOf([name], args) };
  if (name === 'SESSION') throw wrongWindow('Session', 'its gap is a time, not a number of rows');
  if (ofRows.length < intervals.length) {
    throw wrongWindow('Slide', 'its size and its slide are both times, or both numbers of rows');
  }
  const counts = intervals.map(rowCount);
  return { kind: 'rows', time: args[0]!, size: counts.at(-1)!, slide: counts[0]! };
}

function wrongWindow(window: string, reason: string): Error {
  return validationError('WINDOW_TABLE', { function: window, reason });
}

/** Errors: INVALID_ARGUMENT for what is no number of rows from 1 on. */
function rowCount(interval: Expr): number {
  const [count] = (interval as Call).args as readonly Expr[];
  const rows = count?.kind === 'NumberLiteral' ? Number(count.text) : Number.NaN;
  if (Number.isSafeInteger(rows) && rows >= 1) return rows;
  throw invalidArgument('The rows of a window', 'a whole number from 1 on', rows);
}

/** A window that needs the time of its rows. */
export class UntimedGroupWindow {
  readonly #name: WindowName;
  readonly #intervals: readonly AnyExpression[];

  /** @internal */
  constructor(name: WindowName, intervals: readonly AnyExpression[]) {
    this.#name = name;
    this.#intervals = intervals;
  }

  /** The time of a row: what it falls into a window by, or what rows are counted in the order of. */
  on<C extends string>(time: AnyExpression<unknown, C>): UnnamedGroupWindow<C> {
    return new UnnamedGroupWindow(this.#name, [time, ...this.#intervals]);
  }
}

/**
 * Windows of a fixed size, one behind the other.
 *
 * @example
 * ```ts
 * import { col, DataTypes, lit, Schema, TableEnvironment, Tumble } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const schema = Schema.newBuilder()
 *   .column('ts', DataTypes.TIMESTAMP(3))
 *   .column('x', DataTypes.INT())
 *   .watermark('ts', 'ts')
 *   .build();
 * const rows = [['2024-01-01T00:01:00', 1], ['2024-01-01T00:04:00', 2], ['2024-01-01T00:06:00', 3]];
 * const sums = tEnv.fromValues(rows, schema)
 *   .window(Tumble.over(lit(5).minutes()).on(col('ts')).as('w'))
 *   .groupBy(col('w'))
 *   .select(col('w').start().as('start'), col('x').sum().as('s'))
 *   .orderBy(col('start'))
 *   .select(col('s'));
 * console.log(await sums.toArray()); // [ { s: 3 }, { s: 3 } ]
 * await tEnv.close();
 * ```
 */
export const Tumble = {
  /** Windows of this size: an interval of time, or `rowInterval(n)`. */
  over: (size: AnyExpression) => new UntimedGroupWindow('TUMBLE', [size]),
} as const;

/** Windows of a fixed size that begin every so often. */
export const Slide = {
  /** Windows of this size: an interval of time, or `rowInterval(n)`. */
  over: (size: AnyExpression) => ({
    /** A window begins whenever so much time, or so many rows, have passed. */
    every: (slide: AnyExpression) => new UntimedGroupWindow('HOP', [slide, size]),
  }),
} as const;

/** Windows that end when nothing comes for a while. */
export const Session = {
  /** How long nothing must come. */
  withGap: (gap: AnyExpression) => new UntimedGroupWindow('SESSION', [gap]),
} as const;

// ── OVER windows ─────────────────────────────────────────────────────────────────────────────

/** An end of the frame of an OVER window that no interval says. */
export class FrameEnd {
  /** @internal */
  readonly unit: WindowFrame['unit'];
  /** @internal */
  readonly unbounded: boolean;

  /** @internal */
  constructor(unit: WindowFrame['unit'], unbounded: boolean) {
    this.unit = unit;
    this.unbounded = unbounded;
  }
}

/** All rows before, or behind, by number. */
export const UNBOUNDED_ROW: FrameEnd = new FrameEnd('ROWS', true);
/** All rows before, or behind, by their order. */
export const UNBOUNDED_RANGE: FrameEnd = new FrameEnd('RANGE', true);
/** The row itself. */
export const CURRENT_ROW: FrameEnd = new FrameEnd('ROWS', false);
/** The row and those of the same order. */
export const CURRENT_RANGE: FrameEnd = new FrameEnd('RANGE', false);

/** An OVER window under its name, for `table.overWindow`. `C`: the columns that it reads. */
export class OverWindow<out C extends string = string> {
  declare readonly [READS]: C;
  /** @internal */
  readonly window: NamedWindow;
  /** @internal */
  readonly held: Attachments;

  /** Made by `Over`. @internal */
  constructor(window: NamedWindow, held: Attachments) {
    this.window = window;
    this.held = held;
  }
}

/** What an OVER window is made of before it has a name. */
interface OverParts {
  readonly partition: readonly AnyExpression[];
  readonly order: readonly AnyExpression[];
  readonly preceding: FrameEnd | AnyExpression | null;
  readonly following: FrameEnd | AnyExpression | null;
}

const NO_PARTS: OverParts = { partition: [], order: [], preceding: null, following: null };

/** An OVER window that needs a name. */
export class UnnamedOverWindow<C extends string> {
  readonly #parts: OverParts;

  /** @internal */
  constructor(parts: OverParts) {
    this.#parts = parts;
  }

  /** The order of the rows in a partition. */
  orderBy<D extends string>(
    ...order: readonly AnyExpression<unknown, D>[]
  ): UnnamedOverWindow<C | D> {
    return new UnnamedOverWindow({ ...this.#parts, order });
  }

  /** Where the frame of a row begins: all before it unless said. */
  preceding(preceding: FrameEnd | AnyExpression): UnnamedOverWindow<C> {
    return new UnnamedOverWindow({ ...this.#parts, preceding });
  }

  /** Where the frame of a row ends: with the row unless said. */
  following(following: FrameEnd | AnyExpression): UnnamedOverWindow<C> {
    return new UnnamedOverWindow({ ...this.#parts, following });
  }

  /** Names the window: `expression.over(…)` uses the name. */
  as(name: string | AnyExpression): OverWindow<C> {
    const text = typeof name === 'string' ? name : columnName(name, 'The name of a window');
    requireName(text);
    const { partition, order } = this.#parts;
    const keys = partition.map((key) => BuiltExpression.parts(key, 'A key of partitionBy'));
    const items = order.map((key) => BuiltExpression.parts(key, 'A key of orderBy'));
    const frame = frameOf(this.#parts);
    const window: NamedWindow['window'] = {
      kind: 'WindowSpec',
      base: null,
      partitionBy: keys.map(({ node }) => node),
      orderBy: items.map(({ node: expr, descending }) => ({
        kind: 'OrderItem',
        expr,
        descending,
        nulls: null,
        span: null,
      })),
      frame: frame?.frame ?? null,
      span: null,
    };
    const held = merge([...[...keys, ...items].map((part) => part.held), ...(frame?.held ?? [])]);
    return new OverWindow({ kind: 'NamedWindow', name: text, window, span: null }, held);
  }
}

/**
 * Starts an OVER window.
 *
 * @example
 * ```ts
 * import { col, Over, TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const running = tEnv.fromValues([{ day: 1, x: 2 }, { day: 2, x: 3 }])
 *   .overWindow(Over.orderBy(col('day')).as('w'))
 *   .select(col('day'), col('x').sum().over('w').as('total'));
 * console.log(await running.toArray()); // [ { day: 1, total: 2 }, { day: 2, total: 5 } ]
 * await tEnv.close();
 * ```
 */
export const Over = {
  /** Each group of rows of the same values is a partition. */
  partitionBy: <C extends string>(...partition: readonly AnyExpression<unknown, C>[]) =>
    new UnnamedOverWindow<C>({ ...NO_PARTS, partition }),
  /** All rows are one partition. */
  orderBy: <C extends string>(...order: readonly AnyExpression<unknown, C>[]) =>
    new UnnamedOverWindow<C>({ ...NO_PARTS, order }),
} as const;

interface BoundEnd {
  readonly unit: WindowFrame['unit'];
  readonly bound: FrameBound;
  readonly held: Attachments | null;
}

/** The frame; null for the usual one, which functions that have no frame allow too. */
function frameOf({ preceding, following }: OverParts) {
  const usualStart = preceding === null || preceding === UNBOUNDED_RANGE;
  if (usualStart && (following === null || following === CURRENT_RANGE)) return null;
  const first = frameEnd(preceding ?? UNBOUNDED_RANGE, 'PRECEDING');
  const last = frameEnd(
    following ?? (first.unit === 'ROWS' ? CURRENT_ROW : CURRENT_RANGE),
    'FOLLOWING',
  );
  if (first.unit !== last.unit) {
    throw invalidArgument('The ends of a frame', 'both rows, or both ranges', first.unit);
  }
  const frame: WindowFrame = {
    kind: 'WindowFrame',
    unit: first.unit,
    start: first.bound,
    end: last.bound,
    span: null,
  };
  return { frame, held: [first.held, last.held].filter((held) => held !== null) };
}

function frameEnd(end: FrameEnd | AnyExpression, side: 'PRECEDING' | 'FOLLOWING'): BoundEnd {
  if (end instanceof FrameEnd) {
    const type = end.unbounded ? (`UNBOUNDED ${side}` as const) : 'CURRENT ROW';
    return { unit: end.unit, bound: bound(type, null), held: null };
  }
  const { node, held } = BuiltExpression.parts(end, 'The end of a frame');
  const rows = deferredKind(node) === 'rows';
  const offset = rows ? ((node as Call).args[0] as Expr) : node;
  return { unit: rows ? 'ROWS' : 'RANGE', bound: bound(side, offset), held };
}

function bound(type: FrameBound['type'], offset: Expr | null): FrameBound {
  return { kind: 'FrameBound', type, offset, span: null };
}

import { invalidArgument } from '../common/arguments.ts';
import { notImplemented } from '../common/errors.ts';
import type { Call, Expr } from '../parser/ast/expressions.ts';
import type { FrameBound, NamedWindow, WindowFrame } from '../parser/ast/queries.ts';
import { type Attachments, merge } from './expressions/attachments.ts';
import { BuiltExpression, columnName, requireName } from './expressions/built-expression.ts';
import { deferredKind } from './expressions/deferred.ts';
import type { AnyExpression } from './expressions/expression.ts';
import { callOf } from './expressions/syntax.ts';

/** A group window under its name, for `table.window`. */
export class GroupWindow<out W extends string = string> {
  readonly name: W;
  /** The call in SQL: `TUMBLE(ts, INTERVAL '5' MINUTE)`. @internal */
  readonly call: Call;
  /** @internal */
  readonly held: Attachments;

  /** Made by `Tumble`, `Slide` and `Session`. @internal */
  constructor(name: W, call: Call, held: Attachments) {
    this.name = name;
    this.call = call;
    this.held = held;
  }
}

/** A window over a time that needs a name. */
export class UnnamedGroupWindow {
  readonly #name: string;
  readonly #args: readonly AnyExpression[];

  /** @internal */
  constructor(name: string, args: readonly AnyExpression[]) {
    this.#name = name;
    this.#args = args;
  }

  /** Names the window: `groupBy` and the properties of the window use the name. */
  as<const W extends string>(name: W): GroupWindow<W> {
    requireName(name);
    const args = this.#args.map((arg) => BuiltExpression.parts(arg, 'An argument of a window'));
    if (args.some(({ node }) => deferredKind(node) === 'rows')) {
      throw notImplemented('A group window over a number of rows');
    }
    const call = callOf(
      [this.#name],
      args.map(({ node }) => node),
    );
    return new GroupWindow(name, call, merge(args.map(({ held }) => held)));
  }
}

/** A window that needs the time of its rows. */
export class UntimedGroupWindow {
  readonly #name: string;
  readonly #intervals: readonly AnyExpression[];

  /** @internal */
  constructor(name: string, intervals: readonly AnyExpression[]) {
    this.#name = name;
    this.#intervals = intervals;
  }

  /** The time of a row. */
  on(time: AnyExpression): UnnamedGroupWindow {
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
  /** Windows of this size. */
  over: (size: AnyExpression) => new UntimedGroupWindow('TUMBLE', [size]),
} as const;

/** Windows of a fixed size that begin every so often. */
export const Slide = {
  /** Windows of this size. */
  over: (size: AnyExpression) => ({
    /** A window begins whenever this has passed. */
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

/** An OVER window under its name, for `table.overWindow`. */
export class OverWindow {
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
export class UnnamedOverWindow {
  readonly #parts: OverParts;

  /** @internal */
  constructor(parts: OverParts) {
    this.#parts = parts;
  }

  /** The order of the rows in a partition. */
  orderBy(...order: readonly AnyExpression[]): UnnamedOverWindow {
    return new UnnamedOverWindow({ ...this.#parts, order });
  }

  /** Where the frame of a row begins: all before it unless said. */
  preceding(preceding: FrameEnd | AnyExpression): UnnamedOverWindow {
    return new UnnamedOverWindow({ ...this.#parts, preceding });
  }

  /** Where the frame of a row ends: with the row unless said. */
  following(following: FrameEnd | AnyExpression): UnnamedOverWindow {
    return new UnnamedOverWindow({ ...this.#parts, following });
  }

  /** Names the window: `expression.over(…)` uses the name. */
  as(name: string | AnyExpression): OverWindow {
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
  partitionBy: (...partition: readonly AnyExpression[]) =>
    new UnnamedOverWindow({ ...NO_PARTS, partition }),
  /** All rows are one partition. */
  orderBy: (...order: readonly AnyExpression[]) => new UnnamedOverWindow({ ...NO_PARTS, order }),
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

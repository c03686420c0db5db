import { Region } from '../../columnar/arena/region.ts';
import { fromIpcStream, toIpcStream } from '../../columnar/arrow/ipc.ts';
import { type ArrowModule, loadArrow } from '../../columnar/arrow/types.ts';
import { batchOf } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import { notImplemented, ResourceError, TableError, udfError } from '../../common/errors.ts';
import { describeThrown } from '../../common/thrown.ts';
import type { Expr } from '../../expr/expr.ts';
import type { UdfReference } from '../../functions/definition.ts';
import { plainContext } from '../../functions/statement-context.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import type { TaskContext } from '../operator.ts';
import { decodeError } from '../pool/errors.ts';
import type { ChildLink } from './child-link.ts';
import { columnsSchema } from './columns.ts';
import { decodeFrame, encodeFrame, FrameKind } from './frames.ts';
import type { Answer, ArgumentForm, ChildKind, Opened, Reply, Request } from './protocol.ts';
import { replyOf } from './verify-reply.ts';

/** What is asked of functions of which nothing more is wanted. */
const ENDS: ReadonlySet<Request['op']> = new Set(['stop', 'close']);

/** The calling thread cannot wait for a process, and what runs inline runs there. */
const BESIDE_INLINE =
  'Call one of them in a statement of its own (CREATE TABLE … AS keeps its results), or leave out one of the options execution and isolation.';

/** A request without the number of the function. */
type Asked<R = Request> = R extends Request ? Omit<R, 'fn'> : never;

/** The reply to a request, and its rows. */
export interface Replied {
  readonly reply: Reply;
  readonly rows: Uint8Array;
}

/** A function that is open in a child: what a task asks of it. */
export class IsolatedFunction {
  readonly call: ScalarCall;
  readonly #ctx: TaskContext;
  readonly #link: ChildLink;
  readonly #kind: ChildKind;
  readonly #fn: number;
  readonly #arrow: ArrowModule;
  #calls = 0;

  private constructor(call: ScalarCall, ctx: TaskContext, link: ChildLink, arrow: ArrowModule) {
    this.call = call;
    this.#ctx = ctx;
    this.#link = link;
    this.#kind = childKind(call);
    this.#fn = link.nextFunction();
    this.#arrow = arrow;
  }

  /**
   * Opens a function in a child of this task. Errors: UdfError; NotImplementedError on the calling
   * thread, which cannot wait.
   */
  static async open(
    opened: Opened,
    args: readonly (Expr | null)[],
    ctx: TaskContext,
  ): Promise<{ readonly fn: IsolatedFunction; readonly abilities: Reply['abilities'] }> {
    const { children, cacheFolder, task, tasks } = ctx.userCode;
    if (children === null) {
      const feature = 'A function in a process of its own beside one that runs inline';
      throw notImplemented(feature, { hint: BESIDE_INLINE });
    }
    const fn = new IsolatedFunction(opened.call, ctx, children, await loadArrow());
    const literals = args.map((arg) => (arg?.kind === 'Literal' ? arg : null));
    const { reply } = fn.#ask({
      op: 'open',
      opened,
      site: { cacheFolder, task, tasks, statement: plainContext(ctx.statement), args: literals },
    });
    return { fn, abilities: reply.abilities };
  }

  /** How often the function was called, as its child says. */
  get calls(): number {
    return this.#calls;
  }

  /** Asks with rows that lie in columns. Errors: UdfError, CancelledError, ResourceError. */
  ask(request: Exclude<Asked, { op: 'open' }>, columns: readonly Column[]): Replied {
    using scratch = new Region(this.#ctx.region.arena);
    const schema = columnsSchema(columns.map(({ type }) => type));
    const rows =
      columns.length === 0 ? null : toIpcStream(this.#arrow, batchOf(schema, columns), scratch);
    return this.#ask(request, rows);
  }

  /**
   * The column of `length` results that an answer has, in memory of `region`; null: of any number.
   * Errors: UdfError.
   */
  column(bytes: Uint8Array, length: number | null, region: Region): Column {
    const schema = columnsSchema([this.call.result]);
    const batch = this.#checked(() => fromIpcStream(this.#arrow, bytes, schema, region));
    const [column] = batch.columns;
    if (column === undefined || column.length !== (length ?? column.length))
      throw this.broken(`${column?.length} results for ${length} rows`);
    return column;
  }

  /** Ends the call that was left, if its child is still there. Errors: UdfError UDF_FAILED. */
  stop(): void {
    if (!this.#link.isLost(this.#kind)) this.#ask({ op: 'stop' });
  }

  /** Closes the function, if its child is still there. Errors: UdfError UDF_FAILED. */
  close(): void {
    if (this.#link.isLost(this.#kind)) return;
    const { reply } = this.#ask({ op: 'close' }, null, false);
    this.#ctx.userCode.metrics.add(reply.metrics);
    if (reply.error !== null) throw this.#thrown(reply.error);
  }

  #ask(request: Asked, rows: Uint8Array | null = null, check = true): Replied {
    const frame = this.#frame({ ...request, fn: this.#fn } as Request, rows);
    const { words, index } = this.#ctx.progress;
    const answer = this.#link.exchange(this.#kind, frame, {
      tick: () => {
        words[index]!++;
      },
      // The end of a query does not keep functions from ending.
      checkCancelled: ENDS.has(request.op) ? () => {} : this.#ctx.checkCancelled,
    });
    if (answer.kind === 'died') throw this.#died(answer);
    const replied = this.#checked(() => {
      const { header, rows: results } = decodeFrame(answer.frame);
      return { reply: replyOf(header), rows: results };
    });
    const { calls, error } = replied.reply;
    this.#calls += calls;
    if (check && error !== null) throw this.#thrown(error);
    return replied;
  }

  #frame(request: Request, rows: Uint8Array | null): Uint8Array<ArrayBuffer> {
    try {
      return encodeFrame(FrameKind.request, request, rows);
    } catch (cause) {
      const { name } = this.call;
      const reason = describeThrown(cause);
      throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name, cause });
    }
  }

  #thrown(error: NonNullable<Reply['error']>): TableError {
    const thrown = this.#checked(() => decodeError(error));
    return thrown instanceof TableError ? thrown : this.broken(thrown.message, thrown);
  }

  /** Reads what a child sent, which may be anything if its code is not to be trusted. */
  #checked<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof ResourceError) throw cause;
      throw this.broken(describeThrown(cause), cause);
    }
  }

  /** Ends the child, which sent what it must not. The error for it. */
  broken(what: string, cause?: unknown): TableError {
    this.#link.end(this.#kind);
    const { name } = this.call;
    const reason = `what it sent cannot be used: ${what}`;
    return udfError('UDF_PROCESS_DIED', { name, reason }, { functionName: name, cause });
  }

  #died({ reason, hint, timeoutMs }: Extract<Answer, { kind: 'died' }>): TableError {
    const { name } = this.call;
    const details = { functionName: name, hint };
    if (timeoutMs !== null) return udfError('UDF_TIMEOUT', { name, timeoutMs }, details);
    return udfError('UDF_PROCESS_DIED', { name, reason }, details);
  }
}

/** The form of arguments in a request, and the columns among them. */
export function formsOf(args: readonly CallArgument[]): {
  readonly forms: readonly ArgumentForm[];
  readonly columns: readonly Column[];
} {
  const columns: Column[] = [];
  const forms = args.map((arg): ArgumentForm => {
    if (arg.kind === 'constant') return arg;
    columns.push(arg.column);
    return { kind: 'column', type: arg.column.type };
  });
  return { forms, columns };
}

function childKind({ body }: ScalarCall): ChildKind {
  const { isolation, reference } = body;
  assert(isolation !== null, 'the function has a process of its own');
  const modules = isolation.permissions === null ? [] : modulesOf(reference);
  return { isolation, modules };
}

function modulesOf(reference: UdfReference): readonly string[] {
  switch (reference.kind) {
    case 'module':
      return [reference.url];
    case 'source':
      return [...new Set(Object.values(reference.shared))].sort();
    case 'inline':
      return [];
  }
}

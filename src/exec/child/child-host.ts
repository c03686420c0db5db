import { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import { fromIpcStream, toIpcStream } from '../../columnar/arrow/ipc.ts';
import { loadArrow } from '../../columnar/arrow/types.ts';
import { batchOf } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { FunctionContext } from '../../udf/function-context.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import { TaskMetrics } from '../../udf/metrics.ts';
import type { Pulse } from '../../udf/pulse.ts';
import { functionContext } from '../operators/function-context.ts';
import { encodeError } from '../pool/errors.ts';
import { StrayErrors } from '../pool/stray-errors.ts';
import { columnsSchema, GROUPS, SIGNS } from './columns.ts';
import { HostedAggregate, HostedScalar } from './hosted.ts';
import { HostedProcess } from './hosted-process.ts';
import type { ArgumentForm, Opened, Reply, Request } from './protocol.ts';

/** Address space for the rows of a request and its results; only what is used takes memory. */
const ARENA_BYTES = 2 ** 30;

const NOTHING: Reply = {
  error: null,
  abilities: null,
  hasMore: false,
  calls: 0,
  metrics: [],
};

/** A reply, and the rows that go with it. */
interface Answer {
  readonly reply: Reply;
  readonly rows: Uint8Array | null;
}

/** A function of any kind that is open in this process. */
type HostedFunction = HostedScalar | HostedAggregate | HostedProcess;

/** A function that is open here. */
interface Open {
  readonly hosted: HostedFunction;
  readonly metrics: TaskMetrics;
  readonly strays: StrayErrors;
}

/** Opens functions in this process and calls them as requests say. */
export class ChildHost {
  readonly #arena = Arena.create(ARENA_BYTES);
  readonly #functions = new Map<number, Open>();
  readonly #pulse: Pulse;

  /** `pulse` is that of all functions. */
  constructor(pulse: Pulse) {
    this.#pulse = pulse;
  }

  /** Serves a request. Never rejects: errors are part of the reply. */
  async handle(request: Request, rows: Uint8Array): Promise<Answer> {
    using region = new Region(this.#arena);
    try {
      if (request.op === 'open') return await this.#open(request);
      const open = this.#functions.get(request.fn);
      assert(open !== undefined, 'requests are for open functions');
      if (request.op === 'close') return await this.#close(request.fn, open);
      const { hosted, strays } = open;
      const before = hosted.calls;
      const results = await strays.run(() => this.#run(hosted, request, rows, region));
      await strays.settle();
      const hasMore = 'hasMore' in hosted && hosted.hasMore;
      const reply = { ...NOTHING, hasMore, calls: hosted.calls - before };
      return { reply, rows: results === null ? null : await bytesOf(results, region) };
    } catch (error) {
      return { reply: { ...NOTHING, error: encodeError(error) }, rows: null };
    }
  }

  async #open(request: Extract<Request, { op: 'open' }>): Promise<Answer> {
    const { fn, opened } = request;
    const { name } = opened.call;
    const { statement, args, ...user } = request.site;
    const metrics = new TaskMetrics();
    const userCode = { ...user, metrics, children: null };
    const context = functionContext({ statement, userCode }, name, args);
    const strays = new StrayErrors([name]);
    try {
      const hosted = await strays.run(() => this.#host(opened, context));
      await strays.settle();
      this.#functions.set(fn, { hosted, metrics, strays });
      return { reply: { ...NOTHING, abilities: hosted.abilities }, rows: null };
    } catch (error) {
      strays.stop();
      throw error;
    }
  }

  #host(opened: Opened, context: FunctionContext): Promise<HostedFunction> {
    if (opened.kind === 'scalar') return HostedScalar.open(opened, context, this.#pulse);
    const memory = new Region(this.#arena);
    return opened.kind === 'process'
      ? HostedProcess.open(opened.call, context, memory, this.#pulse)
      : HostedAggregate.open(opened, context, memory, this.#pulse);
  }

  async #close(fn: number, { hosted, metrics, strays }: Open): Promise<Answer> {
    this.#functions.delete(fn);
    let error: Reply['error'] = null;
    try {
      await strays.run(() => hosted.close());
      await strays.settle();
    } catch (cause) {
      error = encodeError(cause);
    }
    strays.stop();
    return { reply: { ...NOTHING, error, metrics: metrics.snapshot() }, rows: null };
  }

  /** The results of a request; null for one that has none. */
  async #run(
    hosted: HostedFunction,
    request: Exclude<Request, { op: 'open' | 'close' }>,
    bytes: Uint8Array,
    region: Region,
  ): Promise<Column | null> {
    if (request.op === 'call') {
      assert(hosted instanceof HostedScalar, 'scalar functions are called');
      const columns = await columnsOf(bytes, typesOf(request.args), region);
      return hosted.call(argumentsOf(request.args, columns), request.length, region);
    }
    if (request.op === 'stop') {
      assert(hosted instanceof HostedScalar, 'calls of table functions are left');
      hosted.stop();
      return null;
    }
    if (request.op === 'process' || request.op === 'more') {
      assert(hosted instanceof HostedProcess, 'process table functions make rows');
      if (request.op === 'process') {
        hosted.begin(request, await columnsOf(bytes, request.types, hosted.next()));
      }
      return hosted.take(request.rowsMax, region);
    }
    assert(hosted instanceof HostedAggregate, 'aggregate functions collect rows');
    switch (request.op) {
      case 'update': {
        const { args, length, groups, set } = request;
        const types = [...typesOf(args), ...(request.grouped ? [GROUPS] : [])];
        const columns = await columnsOf(bytes, types, region);
        const ids = request.grouped ? columns.at(-1) : undefined;
        hosted.update(set, argumentsOf(args, columns), length, ids ?? null, groups);
        return null;
      }
      case 'results':
        return hosted.results(request.set, request.groups, region);
      case 'reset':
        hosted.reset(request.set);
        return null;
      case 'change':
      case 'value': {
        const types = [...request.types, SIGNS];
        if (request.length > 0) hosted.change(request, await columnsOf(bytes, types, region));
        return request.op === 'value' ? hosted.value(request, region) : null;
      }
      case 'release':
        hosted.release(request.accumulators);
        return null;
    }
  }
}

function typesOf(args: readonly ArgumentForm[]): readonly DataType[] {
  return args.flatMap((arg) => (arg.kind === 'column' ? [arg.type] : []));
}

function argumentsOf(args: readonly ArgumentForm[], columns: readonly Column[]): CallArgument[] {
  let next = 0;
  return args.map((arg) => {
    return arg.kind === 'constant' ? arg : { kind: 'column', column: columns[next++]! };
  });
}

async function columnsOf(
  bytes: Uint8Array,
  types: readonly DataType[],
  region: Region,
): Promise<readonly Column[]> {
  if (types.length === 0) return [];
  return fromIpcStream(await loadArrow(), bytes, columnsSchema(types), region).columns;
}

async function bytesOf(column: Column, region: Region): Promise<Uint8Array> {
  const batch = batchOf(columnsSchema([column.type]), [column]);
  return toIpcStream(await loadArrow(), batch, region);
}

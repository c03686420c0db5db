import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import type { DataType } from '../types/data-type.ts';
import type { Lowering } from './lowering.ts';
import type { ProcessSpec } from './process.ts';

/** What the type strategies of a function see of one call. */
export interface CallShape {
  readonly types: readonly DataType[];
  /** The internal value of each argument that is a literal, else undefined. */
  readonly literals: readonly unknown[];
}

/** Decides which arguments a call accepts. */
export interface InputTypeStrategy {
  /** What the arguments are cast to; null rejects the call. */
  infer(call: CallShape): readonly DataType[] | null;
  /** The accepted signatures as users read them, e.g. `SUBSTRING(string <CHAR>, start <INT>)`. */
  describe(name: string): readonly string[];
  /** The names by which `f(a => 1)` may give the arguments, one list a signature; absent if none. */
  readonly names?: readonly (readonly string[])[];
}

/** Decides the result type of an accepted call, from the arguments after their casts. */
export type TypeStrategy = (call: CallShape) => DataType;

/** What is constant for a statement: captured at the call. */
export interface StatementContext {
  /** IANA name of `table.local-time-zone`. */
  readonly timeZone: string;
  /** The statement's current time, in epoch nanoseconds. */
  readonly now: bigint;
  /** Configuration values that functions read, by key. */
  readonly config: ReadonlyMap<string, string>;
}

/** One call of a function, after binding: what `specialize` builds a row function from. */
export interface CallSite extends CallShape {
  readonly result: DataType;
  readonly context: StatementContext;
}

/** One row: internal values in, internal value out. */
export type RowFunction = (...args: readonly never[]) => unknown;

/**
 * Columns in, column out, in memory of `region`. `rows` is the length, also without arguments.
 * Null declines: the call is then evaluated row by row.
 */
export type Kernel = (args: readonly Column[], rows: number, site: KernelSite) => Column | null;

/** Where a kernel runs: its call, and the region it allocates from. */
export interface KernelSite extends CallSite {
  readonly region: Region;
}

/** SQL calls and their results as SQL text; documentation and test in one. */
export type Examples = readonly (readonly [call: string, result: string])[];

/** How a definition's code is found: ours by name, a user's by reference. */
export type FunctionBody = { readonly kind: 'builtin' } | UdfBody;

/** A user-defined function: what a worker needs to load it, as plain data. */
export interface UdfBody {
  readonly kind: 'udf';
  /** Identifies the registration inside its environment. */
  readonly id: number;
  readonly reference: UdfReference;
  readonly funcType: 'general' | 'arrow';
  readonly deterministic: boolean;
  /** Positions of arguments without NULL: rows in which one is NULL are not passed to it. */
  readonly required: readonly number[];
  /** Runs on the calling thread instead of the workers. */
  readonly inline: boolean;
  /** The function itself where `inline`; never posted. */
  readonly target: unknown;
  /** Whether it gives many rows: its result is then the ARRAY of them. */
  readonly rows: boolean;
  /** The type of an aggregate's accumulators, where tasks hand them over to be merged; else null. */
  readonly accumulator: DataType | null;
  /** How calls are made that wait for the outside world; null for synchronous functions. */
  readonly async: AsyncCalls | null;
  /** Runs in a process of its own; null for the threads of the program. */
  readonly isolation: Isolation | null;
  /** Whether calls of an aggregate begin with the order in which it takes its rows. */
  readonly ordered: boolean;
}

/** The process of a function. */
export interface Isolation {
  /** What it may do; null: what the program may do. */
  readonly permissions: Permissions | null;
}

/** What the code of a function may do beside computing. */
export interface Permissions {
  /** Paths that may be read; `*` for all. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly net: boolean;
  readonly child: boolean;
}

/** How an async function is called. */
export interface AsyncCalls {
  /** Calls under way at once, in each worker. */
  readonly concurrency: number;
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
  /** How often a call is made before its failure counts, and the pause between in milliseconds. */
  readonly attempts: number;
  /** Milliseconds after which no further attempt begins. */
  readonly totalMs: number;
  readonly delayMs: number;
  /** What each further pause is multiplied by, and the longest pause. */
  readonly backoff: number;
  readonly maxDelayMs: number;
  /** Whether the rows of a batch wait for one another. */
  readonly ordered: boolean;
}

/** A module's export, or the source text of an inline function with its captured values. */
export type UdfReference =
  | { readonly kind: 'inline' }
  | { readonly kind: 'module'; readonly url: string; readonly export: string }
  | {
      readonly kind: 'source';
      readonly text: string;
      readonly captures: Readonly<Record<string, unknown>>;
      /** The URL of the module of each variable that an added module exports. */
      readonly shared: Readonly<Record<string, string>>;
      /**
       * `function`: the text is a function; `object`: an object of methods, which gets `fields`;
       * `class`: an instance of the class is made with `fields`.
       */
      readonly form: 'function' | 'object' | 'class';
      readonly fields: Readonly<Record<string, unknown>>;
      /** Where the function was made, `file:///…:12:3`: for the lines in errors; null if unknown. */
      readonly madeAt: string | null;
    };

/** What a function is called in the Table API; null where it has no such form. */
export interface TableApiNames {
  /** The method on its first argument, which takes the other arguments. */
  readonly method: string | null;
  /** The function that takes all arguments. */
  readonly function: string | null;
}

/** A function of one row. Operators (`+`, `LIKE`) are functions too. */
export interface ScalarFunctionDefinition {
  readonly kind: 'scalar';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tableApi: TableApiNames;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  readonly output: TypeStrategy;
  /** Same arguments, same result: may be folded, cached and moved. */
  readonly deterministic: boolean;
  /** Never called with a NULL argument: the result is then NULL. */
  readonly strict: boolean;
  /** The complete reference for one call: the interpreter runs it and every faster form is tested against it. */
  readonly specialize: (site: CallSite) => RowFunction;
  readonly kernel: Kernel | null;
  /** Emits the code for one row; null when WebAssembly cannot express it. */
  readonly lower: Lowering | null;
  readonly examples: Examples;
  readonly body: FunctionBody;
}

/** What decides the partial state of an aggregate call. */
export interface AggregateShape extends CallShape {
  readonly result: DataType;
  /** Whether rows will be taken back out: some functions then keep more. False unless given. */
  readonly retracts?: boolean;
}

/** One call of an aggregate function, after binding. */
export interface AggregateSite extends CallSite {
  /** Whether `retract` will be called. False unless given; must agree with the state's shape. */
  readonly retracts?: boolean;
}

/** The accumulator of one group on rows: the reference of an aggregate function. */
export interface RowAccumulator {
  add(args: readonly unknown[]): void;
  /** Takes a row back out; absent if the function cannot. */
  retract?(args: readonly unknown[]): void;
  /** Takes in the state of another accumulator of the same call. */
  merge(state: readonly unknown[]): void;
  /** The state as internal values of the definition's `state` types: for partial aggregation. */
  state(): readonly unknown[];
  value(): unknown;
  /** Gives up what it keeps outside of this thread: nothing more is asked of it. */
  release?(): void;
}

/** A function of many rows. */
export interface AggregateFunctionDefinition {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tableApi: TableApiNames;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  readonly output: TypeStrategy;
  readonly deterministic: boolean;
  /** Rows in which an argument is NULL are passed over. */
  readonly skipsNulls: boolean;
  /** The types of the partial state, one column each. */
  readonly state: (call: AggregateShape) => readonly DataType[];
  readonly createAccumulator: (site: AggregateSite) => RowAccumulator;
  /** The form that the compiler knows, for numbers; null when only the accumulator on rows exists. */
  readonly compiled: CompiledAggregate | null;
  readonly examples: Examples;
  readonly body: FunctionBody;
}

/** The aggregate updates that are emitted as WebAssembly over a group-id vector. */
export type CompiledAggregate = 'count' | 'sum' | 'sum0' | 'avg' | 'min' | 'max';

/** A function that makes rows of one row: UNNEST, and user-defined table functions. */
export interface TableFunctionDefinition {
  readonly kind: 'table';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tableApi: TableApiNames;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  /** A ROW: the columns that the function makes. */
  readonly output: TypeStrategy;
  readonly deterministic: boolean;
  readonly specialize: (
    site: CallSite,
  ) => (...args: readonly never[]) => Iterable<readonly unknown[]>;
  readonly examples: Examples;
  readonly body: FunctionBody;
}

/** The rows of one partition in their order, as a window function sees them. */
export interface WindowPartition {
  readonly rows: number;
  /** The first row whose order keys are those of `row`. */
  peersFrom(row: number): number;
  /** The row behind the last one whose order keys are those of `row`. */
  peersTo(row: number): number;
  /** The value of an argument in a row. */
  arg(index: number, row: number): unknown;
}

/** All rows of all partitions. A position is the place of a row in the order of its partition. */
export interface WindowRows {
  readonly partitions: WindowPartitions;
  readonly region: Region;
}

/** The order of rows within partitions. */
export interface WindowPartitions {
  /** The row at each position. */
  readonly order: Int32Array;
  /** The first position of each partition, then the number of rows. */
  readonly starts: Int32Array;
  /** For each position the first one of the rows with the same order keys. */
  readonly peersFrom: Int32Array;
}

/**
 * The values at all positions at once, in memory of the rows' region. `args` are columns by row;
 * null for literals. Null declines: the partitions are then evaluated row by row.
 */
export type WindowKernel = (
  rows: WindowRows,
  args: readonly (Column | null)[],
  site: CallSite,
) => Column | null;

/** A function of a row's place in its partition (ROW_NUMBER, LAG); stands before OVER only. */
export interface WindowFunctionDefinition {
  readonly kind: 'window';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tableApi: TableApiNames;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  readonly output: TypeStrategy;
  readonly deterministic: boolean;
  /** Whether OVER must have an ORDER BY. */
  readonly needsOrder: boolean;
  /** The values of all rows of a partition, in their order. */
  readonly specialize: (site: CallSite) => (partition: WindowPartition) => Iterable<unknown>;
  readonly kernel: WindowKernel | null;
  readonly examples: Examples;
  readonly body: FunctionBody;
}

/** A function of tables that keeps state between rows: a user-defined process table function. */
export interface ProcessFunctionDefinition {
  readonly kind: 'process';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly tableApi: TableApiNames;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  /** A ROW: the columns that the function makes. */
  readonly output: TypeStrategy;
  readonly deterministic: boolean;
  readonly process: ProcessSpec;
  readonly examples: Examples;
  readonly body: FunctionBody;
}

/** Whatever can be called by name. */
export type FunctionDefinition =
  | ScalarFunctionDefinition
  | AggregateFunctionDefinition
  | WindowFunctionDefinition
  | TableFunctionDefinition
  | ProcessFunctionDefinition;

import type {
  AggregateFunctionDefinition,
  CallSite,
  CompiledAggregate,
  Examples,
  InputTypeStrategy,
  Kernel,
  RowFunction,
  ScalarFunctionDefinition,
  TableApiNames,
  TableFunctionDefinition,
  TypeStrategy,
  WindowFunctionDefinition,
  WindowKernel,
} from './definition.ts';
import type { Lowering } from './lowering.ts';

interface FunctionOptions {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What the Table API calls it, where that is not the name in camel case. */
  readonly tableApi?: Partial<TableApiNames>;
  readonly doc: string;
  readonly input: InputTypeStrategy;
  readonly output: TypeStrategy;
  /** True unless given. */
  readonly deterministic?: boolean;
  readonly examples: Examples;
}

/** What a scalar function declares; exactly one of `eval` and `specialize`. */
export interface ScalarOptions extends FunctionOptions {
  /** True unless given: a NULL argument makes a NULL result, without a call. */
  readonly strict?: boolean;
  /** The function of one row, when it needs nothing but its arguments. */
  readonly eval?: RowFunction;
  /** Builds the function of one row from the types, literals and context of the call. */
  readonly specialize?: (site: CallSite) => RowFunction;
  readonly kernel?: Kernel;
  readonly lower?: Lowering;
}

/** What an aggregate function declares. */
export interface AggregateOptions extends FunctionOptions {
  /** True unless given: rows in which an argument is NULL are passed over. */
  readonly skipsNulls?: boolean;
  readonly state: AggregateFunctionDefinition['state'];
  readonly createAccumulator: AggregateFunctionDefinition['createAccumulator'];
  readonly compiled?: CompiledAggregate;
}

/** What a table function declares. */
export interface TableOptions extends FunctionOptions {
  readonly specialize: TableFunctionDefinition['specialize'];
}

/** What a window function declares. */
export interface WindowOptions extends FunctionOptions {
  /** True unless given: OVER must have an ORDER BY. */
  readonly needsOrder?: boolean;
  readonly specialize: WindowFunctionDefinition['specialize'];
  readonly kernel?: WindowKernel;
}

/** Declares a built-in scalar function or operator. */
export function defineScalar(options: ScalarOptions): ScalarFunctionDefinition {
  const { eval: evaluate, specialize } = options;
  const specialized = specialize ?? (evaluate === undefined ? null : () => evaluate);
  if (specialized === null) throw new Error(`${options.name} has neither eval nor specialize`);
  return {
    ...common(options),
    kind: 'scalar',
    strict: options.strict ?? true,
    specialize: specialized,
    kernel: options.kernel ?? null,
    lower: options.lower ?? null,
  };
}

/** Declares a built-in aggregate function. */
export function defineAggregate(options: AggregateOptions): AggregateFunctionDefinition {
  return {
    ...common(options),
    kind: 'aggregate',
    skipsNulls: options.skipsNulls ?? true,
    state: options.state,
    createAccumulator: options.createAccumulator,
    compiled: options.compiled ?? null,
  };
}

/** Declares a built-in table function. */
export function defineTable(options: TableOptions): TableFunctionDefinition {
  return { ...common(options), kind: 'table', specialize: options.specialize };
}

/** Declares a built-in window function. */
export function defineWindow(options: WindowOptions): WindowFunctionDefinition {
  return {
    ...common(options),
    kind: 'window',
    needsOrder: options.needsOrder ?? true,
    specialize: options.specialize,
    kernel: options.kernel ?? null,
  };
}

function common(options: FunctionOptions) {
  return {
    name: options.name,
    aliases: options.aliases ?? [],
    tableApi: { ...tableApiNames(options), ...options.tableApi },
    doc: options.doc,
    input: options.input,
    output: options.output,
    deterministic: options.deterministic ?? true,
    examples: options.examples,
    body: { kind: 'builtin' },
  } as const;
}

/** A function without arguments is called as one, all others as methods of their first argument. */
function tableApiNames({ name, input }: FunctionOptions): TableApiNames {
  const derived = camelCase(name);
  const [signature] = input.describe(name);
  const isConstant = signature === `${name}()`;
  return { method: isConstant ? null : derived, function: isConstant ? derived : null };
}

/** `REGEXP_REPLACE` and `IS NOT NULL` as `regexpReplace` and `isNotNull`; null for symbols. */
export function camelCase(name: string): string | null {
  if (!/^[A-Z]/.test(name)) return null;
  return name
    .toLowerCase()
    .replaceAll(/[ _]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

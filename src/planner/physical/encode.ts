import { assert } from '../../common/assert.ts';
import { validationError } from '../../common/errors.ts';
import type { DynamicTableSink, ScanTableSource, SourceSpec } from '../../connectors/connector.ts';
import type {
  AggregateFunctionDefinition,
  FunctionBody,
  FunctionDefinition,
  InputTypeStrategy,
  ProcessFunctionDefinition,
  ScalarFunctionDefinition,
} from '../../functions/definition.ts';
import type { ProcessSpec } from '../../functions/process.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { DataType } from '../../types/data-type.ts';
import type { ScanOrigin, SinkOrigin } from '../logical/nodes.ts';
import type { PhysicalPlan } from './nodes.ts';

/**
 * Plans as plain data, for messages to workers and for files: a structured clone keeps everything
 * but functions and classes. Built-in functions go by name, a user's by the reference in their
 * body, sources and sinks by their specs (`posted`) or by the tables they are of (`stored`). All
 * else in a plan is plain already, and goes as it is.
 */
export interface EncodedPlan {
  readonly kind: PhysicalPlan['kind'];
  readonly inputs: readonly EncodedPlan[];
}

/** Where the data goes: to a worker of this environment, or to one that has the same tables. */
export type EncodedForm = 'posted' | 'stored';

/** Finds what a stored plan names; workers, which only run operators, need nothing of it. */
export interface DecodeContext {
  source(origin: ScanOrigin): ScanTableSource;
  sink(origin: SinkOrigin): DynamicTableSink;
  /** The user's function that is registered now under the name of a stored one. */
  function(name: string, stored: FunctionBody): FunctionBody;
}

type Plain = Readonly<Record<string, unknown>> & { readonly kind?: unknown };

/** What stands for a function definition. */
type EncodedFunction =
  | { readonly encoded: 'builtin'; readonly name: string }
  | {
      readonly encoded: 'udf';
      readonly kind: 'scalar' | 'aggregate';
      readonly name: string;
      readonly deterministic: boolean;
      readonly nulls: boolean;
      readonly body: FunctionBody;
    }
  | {
      readonly encoded: 'udf';
      readonly kind: 'process';
      readonly name: string;
      readonly deterministic: boolean;
      readonly process: ProcessSpec;
      readonly body: FunctionBody;
    };

/** Parts of a plan that are plain data all through, or no data of ours: left alone. */
const OPAQUE: ReadonlySet<string> = new Set(['schema', 'type', 'value', 'keys', 'rows']);

/** The plan as plain data. Its scans and sinks must have specs, or origins to be stored. */
export function encodePlan(plan: PhysicalPlan, form: EncodedForm = 'posted'): EncodedPlan {
  // The walk keeps the shape of nodes; what it replaces is put back by `decodePlan`.
  return encode(plan, { form, shared: new Set() }) as EncodedPlan;
}

/** The plan that `encodePlan` took apart. */
export function decodePlan(plan: EncodedPlan, context: DecodeContext | null = null): PhysicalPlan {
  return decode(plan, { context, shared: new Map() }) as PhysicalPlan;
}

interface Encoding {
  readonly form: EncodedForm;
  /** Ids of kept rows whose plan has been written: their other readers name the id alone. */
  readonly shared: Set<unknown>;
}

interface Decoding {
  readonly context: DecodeContext | null;
  readonly shared: Map<unknown, Plain>;
}

function encode(value: unknown, encoding: Encoding): unknown {
  if (Array.isArray(value)) return value.map((item) => encode(item, encoding));
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  if (isDefinition(value)) return encodeFunction(value);
  const { form, shared } = encoding;
  const node = value as Plain;
  if (node.kind === 'Shared' && form === 'stored') {
    if (shared.has(node['id'])) return { kind: node.kind, id: node['id'] };
    shared.add(node['id']);
  }
  return mapFields(node, (key, field) => {
    if (OPAQUE.has(key)) return field;
    if (isConnected(node, key)) return form === 'posted' ? specOf(field) : null;
    if (isOrigin(node, key) && form === 'posted') return null;
    return encode(field, encoding);
  });
}

function decode(value: unknown, decoding: Decoding): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, decoding));
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  const { context, shared } = decoding;
  if ('encoded' in value) return decodeFunction(value as EncodedFunction, context);
  const node = value as Plain;
  if (node.kind === 'Shared' && shared.has(node['id'])) return shared.get(node['id']);
  const decoded = mapFields(node, (key, field) =>
    OPAQUE.has(key) ? field : decode(field, decoding),
  );
  if (node.kind === 'Shared') shared.set(node['id'], decoded);
  if (context === null) return decoded;
  if (node.kind === 'TableSourceScan') {
    return { ...decoded, source: context.source(decoded['origin'] as ScanOrigin) };
  }
  if (node.kind === 'TableSink') {
    return { ...decoded, sink: context.sink(decoded['origin'] as SinkOrigin) };
  }
  return decoded;
}

function isConnected({ kind }: Plain, key: string): boolean {
  return (
    (kind === 'TableSourceScan' && key === 'source') || (kind === 'TableSink' && key === 'sink')
  );
}

function isOrigin({ kind }: Plain, key: string): boolean {
  return key === 'origin' && (kind === 'TableSourceScan' || kind === 'TableSink');
}

function mapFields(node: Plain, f: (key: string, field: unknown) => unknown): Plain {
  return Object.fromEntries(Object.entries(node).map(([key, field]) => [key, f(key, field)]));
}

function specOf(connected: unknown): SourceSpec {
  const { spec } = connected as ScanTableSource | DynamicTableSink;
  assert(spec !== null, 'what is bound to the calling thread stays there');
  return spec;
}

function isDefinition(value: object): value is FunctionDefinition {
  const isCalled = 'specialize' in value !== 'createAccumulator' in value;
  return 'body' in value && (isCalled || 'process' in value);
}

function encodeFunction(definition: FunctionDefinition): EncodedFunction {
  const { name, body, kind, deterministic } = definition;
  if (body.kind === 'builtin') return { encoded: 'builtin', name };
  const posted = { ...body, target: null };
  if (kind === 'process') {
    const { process } = definition;
    return { encoded: 'udf', kind, name, deterministic, process, body: posted };
  }
  assert(kind === 'scalar' || kind === 'aggregate', 'a function of values or of groups');
  const nulls = kind === 'scalar' ? definition.strict : definition.skipsNulls;
  // The function itself stays here: workers load theirs by the reference.
  return { encoded: 'udf', kind, name, deterministic, nulls, body: posted };
}

function decodeFunction(
  encoded: EncodedFunction,
  context: DecodeContext | null,
): FunctionDefinition {
  if (encoded.encoded === 'builtin') {
    const definition = lookupBuiltin(encoded.name);
    if (definition === null) throw validationError('FUNCTION_NOT_FOUND', { name: encoded.name });
    return definition;
  }
  const { name, deterministic } = encoded;
  const body = context === null ? encoded.body : context.function(name, encoded.body);
  const common = { name, body, deterministic, input: BOUND, output: bound, ...UNDOCUMENTED };
  if (encoded.kind === 'process') {
    return {
      ...common,
      kind: 'process',
      process: encoded.process,
    } satisfies ProcessFunctionDefinition;
  }
  const { nulls } = encoded;
  if (encoded.kind === 'aggregate') {
    return {
      ...common,
      kind: 'aggregate',
      skipsNulls: nulls,
      state: bound,
      createAccumulator: bound,
      compiled: null,
    } satisfies AggregateFunctionDefinition;
  }
  return {
    ...common,
    kind: 'scalar',
    strict: nulls,
    specialize: bound,
    kernel: null,
    lower: null,
  } satisfies ScalarFunctionDefinition;
}

const UNDOCUMENTED = {
  aliases: [],
  tableApi: { method: null, function: null },
  doc: '',
  examples: [],
} as const;

/** Types are decided before a plan travels, and user code is run by its body alone. */
const BOUND: InputTypeStrategy = { infer: bound, describe: () => [] };

function bound(): never & readonly DataType[] {
  assert(false, 'a user-defined function was bound before its plan was posted');
}

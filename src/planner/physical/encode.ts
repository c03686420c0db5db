import { assert } from '../../common/assert.ts';
import type { DynamicTableSink, ScanTableSource, SourceSpec } from '../../connectors/connector.ts';
import type {
  AggregateFunctionDefinition,
  FunctionBody,
  FunctionDefinition,
  InputTypeStrategy,
  ScalarFunctionDefinition,
} from '../../functions/definition.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { PhysicalPlan } from './nodes.ts';

/**
 * Plans as plain data, for messages to workers: a structured clone keeps everything but functions
 * and classes. Built-in functions go by name, a user's by the reference in their body, sources and
 * sinks by their specs. All else in a plan is plain already, and goes as it is.
 */
export interface EncodedPlan {
  readonly kind: PhysicalPlan['kind'];
  readonly inputs: readonly EncodedPlan[];
}

/** Makes sources and sinks again; workers that only run operators need neither. */
export interface DecodeContext {
  source(spec: SourceSpec, schema: Schema): ScanTableSource;
  sink(spec: SourceSpec): DynamicTableSink;
}

type Plain = Readonly<Record<string, unknown>> & {
  readonly kind?: unknown;
  readonly schema?: unknown;
};

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
    };

/** Parts of a plan that are plain data all through, or no data of ours: left alone. */
const OPAQUE: ReadonlySet<string> = new Set(['schema', 'type', 'value', 'keys', 'rows']);

/** The plan as plain data. Its scans and sinks must have specs. */
export function encodePlan(plan: PhysicalPlan): EncodedPlan {
  // The walk keeps the shape of nodes; what it replaces is put back by `decodePlan`.
  return encode(plan) as EncodedPlan;
}

/** The plan that `encodePlan` took apart. */
export function decodePlan(plan: EncodedPlan, context: DecodeContext | null = null): PhysicalPlan {
  return decode(plan, context) as PhysicalPlan;
}

function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== 'object' || value === null) return value;
  if (isDefinition(value)) return encodeFunction(value);
  const node = value as Plain;
  return mapFields(node, (key, field) => {
    if (OPAQUE.has(key)) return field;
    if (node.kind === 'TableSourceScan' && key === 'source') return specOf(field);
    if (node.kind === 'TableSink' && key === 'sink') return specOf(field);
    return encode(field);
  });
}

function decode(value: unknown, context: DecodeContext | null): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, context));
  if (typeof value !== 'object' || value === null) return value;
  if ('encoded' in value) return decodeFunction(value as EncodedFunction);
  const node = value as Plain;
  return mapFields(node, (key, field) => {
    if (OPAQUE.has(key)) return field;
    if (node.kind === 'TableSourceScan' && key === 'source') {
      assert(context !== null, 'a context for the sources of a plan');
      return context.source(field as SourceSpec, node.schema as Schema);
    }
    if (node.kind === 'TableSink' && key === 'sink') {
      assert(context !== null, 'a context for the sinks of a plan');
      return context.sink(field as SourceSpec);
    }
    return decode(field, context);
  });
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
  return 'body' in value && 'specialize' in value !== 'createAccumulator' in value;
}

function encodeFunction(definition: FunctionDefinition): EncodedFunction {
  const { name, body, kind, deterministic } = definition;
  if (body.kind === 'builtin') return { encoded: 'builtin', name };
  assert(kind === 'scalar' || kind === 'aggregate', 'a function of values or of groups');
  const nulls = kind === 'scalar' ? definition.strict : definition.skipsNulls;
  // The function itself stays here: workers load theirs by the reference.
  return { encoded: 'udf', kind, name, deterministic, nulls, body: { ...body, target: null } };
}

function decodeFunction(encoded: EncodedFunction): FunctionDefinition {
  if (encoded.encoded === 'builtin') {
    const definition = lookupBuiltin(encoded.name);
    assert(definition !== null, `the built-in function ${encoded.name}`);
    return definition;
  }
  const { name, body, deterministic, nulls } = encoded;
  const common = { name, body, deterministic, input: BOUND, output: bound, ...UNDOCUMENTED };
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

const UNDOCUMENTED = { aliases: [], doc: '', examples: [] } as const;

/** Types are decided before a plan travels, and user code is run by its body alone. */
const BOUND: InputTypeStrategy = { infer: bound, describe: () => [] };

function bound(): never & readonly DataType[] {
  assert(false, 'a user-defined function was bound before its plan was posted');
}

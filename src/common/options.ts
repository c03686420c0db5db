import {
  type ConfigOption,
  type OptionDeclarations,
  option,
  parseOption,
  type ValuesOf,
} from './config-option.ts';

const EXECUTION = {
  'execution.runtime-mode': option.enum(['batch', 'streaming'], {
    doc: 'Batch: bounded input, one final result. Streaming: a changelog. Deviation: batch is the default.',
    default: 'batch',
  }),
  'parallelism.default': option.int({
    doc: 'Threads that one statement uses at most; the available cores if not given.',
    default: null,
  }),
  'table.exec.resource.default-parallelism': option.int({
    doc: "Threads that one statement uses at most; -1: 'parallelism.default'.",
    default: -1,
  }),
  'table.exec.compile': option.enum(['auto', 'off'], {
    doc: 'Compile expressions to WebAssembly where that is possible; off: interpret them all.',
    default: 'auto',
  }),
  'table.exec.interpreted-rows': option.int({
    doc: 'Rows that expressions are interpreted for before they are compiled: for fewer it would take longer. Only on the calling thread. 0: for tests.',
    default: 512,
  }),
  'table.exec.batch-rows': option.count({
    doc: 'Rows of the batches that operators make. Smaller ones are for tests. Loops that filter and aggregate a table in memory take 65536 at a time, unless this is less than its default.',
    default: 16_384,
  }),
  'table.exec.inline-rows': option.int({
    doc: 'Statements that never handle this many rows at a time run as one task on the calling thread: sharing the work would cost more than it saves. Filters and aggregates of few groups over numbers of tables in memory do so up to about ten times as many rows. 0: all is shared, for tests.',
    default: 100_000,
  }),
  'table.exec.memory.limit': option.size({
    doc: 'Memory of the environment for tables and queries; a quarter of the machine, at most 4 GiB, if not given.',
    default: null,
  }),
  'table.exec.spill.directory': option.string({
    doc: "Where statements keep rows that 'table.exec.memory.limit' does not hold, until they end; the system's folder for temporary files if not given.",
    default: null,
  }),
  'table.exec.udf.timeout': option.duration({
    doc: 'Time without progress after which a user-defined function ends its query.',
    default: 30_000,
  }),
  'table.exec.udf.rows-per-call.max': option.int({
    doc: 'Rows that a generator may give for one call of a table function: more are taken for rows without end, which a reader that keeps them all has no memory for.',
    default: 2 ** 24,
  }),
  'table.exec.worker-path': option.string({
    doc: "The module that workers start from, in place of the export 'millrace/worker' of the package.",
    default: null,
  }),
  'table.exec.child-path': option.string({
    doc: "The module that the processes of functions with `isolation: 'process'` start from, in place of the export 'millrace/child' of the package.",
    default: null,
  }),
} as const satisfies OptionDeclarations;

const TABLE = {
  'pipeline.global-job-parameters': option.string({
    doc: "What the user's functions read by getJobParameter: `key:value` pairs, separated by commas.",
    default: null,
  }),
  'table.local-time-zone': option.string({
    doc: "The session's time zone, an IANA name or an offset; 'default': the system's.",
    default: 'default',
  }),
  'table.dynamic-table-options.enabled': option.boolean({
    doc: 'Allow OPTIONS hints.',
    default: true,
  }),
  'table.file-scan.enabled': option.boolean({
    doc: 'Read a backticked path in a FROM clause that names no table as a file.',
    default: true,
  }),
  'table.display.max-column-width': option.int({
    doc: 'Characters of a column that print() shows.',
    default: 30,
  }),
  'table.result.type-mapping.bigint': option.enum(['bigint', 'number-if-safe', 'string'], {
    doc: 'What BIGINT values of results are in JavaScript.',
    default: 'bigint',
  }),
  'table.result.type-mapping.decimal': option.enum(['Decimal', 'number', 'string'], {
    doc: 'What DECIMAL values of results are in JavaScript.',
    default: 'Decimal',
  }),
  'table.result.type-mapping.timestamp': option.enum(['temporal', 'date', 'string'], {
    doc: 'What date and time values of results are in JavaScript.',
    default: 'temporal',
  }),
  'table.builtin-catalog-name': option.string({
    doc: 'The name of the first catalog.',
    default: 'default_catalog',
  }),
  'table.builtin-database-name': option.string({
    doc: 'The name of the first database.',
    default: 'default_database',
  }),
  'table.plan.force-recompile': option.boolean({
    doc: 'COMPILE PLAN replaces a file that exists.',
    default: false,
  }),
  'table.exec.sink.not-null-enforcer': option.enum(['ERROR', 'DROP'], {
    doc: 'What happens to a NULL for a NOT NULL column of a sink.',
    default: 'ERROR',
  }),
  'table.exec.sink.type-length-enforcer': option.enum(['IGNORE', 'TRIM_PAD', 'ERROR'], {
    doc: 'What happens to texts and binary strings that do not fit the length of a sink column.',
    default: 'IGNORE',
  }),
  'table.exec.legacy-cast-behaviour': option.enum(['DISABLED', 'ENABLED'], {
    doc: 'ENABLED: a failing CAST gives NULL instead of an error.',
    default: 'DISABLED',
  }),
} as const satisfies OptionDeclarations;

const STREAMING = {
  'table.exec.state.ttl': option.duration({
    doc: 'Time after which idle state may be forgotten; 0: never.',
    default: 0,
  }),
  'table.exec.mini-batch.enabled': option.boolean({
    doc: 'Collect input rows before a streaming operator handles them.',
    default: false,
  }),
  'table.exec.mini-batch.allow-latency': option.duration({
    doc: 'How long rows are collected at most.',
    default: 0,
  }),
  'table.exec.mini-batch.size': option.int({
    doc: 'How many rows are collected at most.',
    default: -1,
  }),
  'table.exec.source.idle-timeout': option.duration({
    doc: 'Time after which a source without rows no longer holds the watermark back; 0: never.',
    default: 0,
  }),
  'table.exec.source.cdc-events-duplicate': option.boolean({
    doc: 'Changes may be delivered twice: normalize them by the primary key.',
    default: false,
  }),
  'table.exec.sink.upsert-materialize': option.enum(['AUTO', 'NONE', 'FORCE'], {
    doc: 'Whether changes are ordered again before an upsert sink.',
    default: 'AUTO',
  }),
  'table.optimizer.non-deterministic-update.strategy': option.enum(['IGNORE', 'TRY_RESOLVE'], {
    doc: 'What is done about non-deterministic columns in a stream of updates.',
    default: 'IGNORE',
  }),
  'pipeline.name': option.string({ doc: 'The name of a job.', default: null }),
  'pipeline.auto-watermark-interval': option.duration({
    doc: 'How often sources send watermarks.',
    default: 200,
  }),
  'execution.checkpointing.interval': option.duration({
    doc: 'How often a job is checkpointed; never if not given.',
    default: null,
  }),
  'execution.checkpointing.dir': option.string({
    doc: 'The folder of the checkpoints.',
    default: null,
  }),
  'execution.checkpointing.savepoint-dir': option.string({
    doc: 'The folder of the savepoints.',
    default: null,
  }),
  'execution.checkpointing.num-retained': option.int({
    doc: 'How many checkpoints are kept.',
    default: 1,
  }),
  'execution.checkpointing.timeout': option.duration({
    doc: 'Time after which a checkpoint is given up.',
    default: 600_000,
  }),
  'execution.state-recovery.path': option.string({
    doc: 'The checkpoint or savepoint that jobs start from.',
    default: null,
  }),
  'table.dml-sync': option.boolean({
    doc: 'Statements that write resolve after the commit; if not given, true in batch mode and false in streaming mode.',
    default: null,
  }),
} as const satisfies OptionDeclarations;

const OPTIMIZER = {
  'table.optimizer.agg-phase-strategy': option.enum(['AUTO', 'TWO_PHASE', 'ONE_PHASE'], {
    doc: 'Whether aggregation is split in a local and a final step.',
    default: 'AUTO',
  }),
  'table.optimizer.distinct-agg.split.enabled': option.boolean({
    doc: 'Split distinct aggregates in two steps to spread skewed keys.',
    default: false,
  }),
  'table.optimizer.join-reorder-enabled': option.boolean({
    doc: 'Choose the order of joins by estimated sizes.',
    default: false,
  }),
  'table.optimizer.join.broadcast-threshold': option.size({
    doc: 'Size up to which the smaller side of a join is given to every task.',
    default: 1_048_576,
  }),
} as const satisfies OptionDeclarations;

const ASYNC = {
  'table.exec.async-scalar.max-concurrent-operations': option.int({
    doc: 'Calls of an async function that may be under way in a task.',
    default: 10,
  }),
  'table.exec.async-scalar.timeout': option.duration({
    doc: 'Time that one call of an async function may take, with its retries.',
    default: 180_000,
  }),
  'table.exec.async-scalar.max-attempts': option.int({
    doc: 'How often a call of an async function is tried.',
    default: 3,
  }),
  'table.exec.async-scalar.retry-delay': option.duration({
    doc: 'Wait before a call of an async function is tried again.',
    default: 100,
  }),
} as const satisfies OptionDeclarations;

const OTHERS = {
  'table.exec.sort.default-limit': option.int({
    doc: 'Rows of an ORDER BY without LIMIT; -1: all.',
    default: -1,
  }),
  'table.column-expansion-strategy': option.string({
    doc: 'Which columns SELECT * leaves out, separated by semicolons.',
    default: null,
  }),
  'table.rtas-ctas.atomicity-enabled': option.boolean({
    doc: 'CREATE TABLE AS removes its table when the query fails.',
    default: false,
  }),
  'table.sql-dialect': option.enum(['default'], { doc: 'The SQL dialect.', default: 'default' }),
  'sql-client.execution.result-mode': option.enum(['TABLE', 'CHANGELOG', 'TABLEAU'], {
    doc: 'How the command line shows results.',
    default: 'TABLEAU',
  }),
  'sql-client.execution.max-table-result.rows': option.int({
    doc: 'Rows of a result that the command line keeps.',
    default: 1_000_000,
  }),
  'sql-client.verbose': option.boolean({
    doc: 'The command line shows the stacks of errors.',
    default: false,
  }),
} as const satisfies OptionDeclarations;

/** Options whose values are checked and kept, and that nothing reads, with the reason. */
export const INERT_OPTIONS = [
  {
    reason: 'For streaming jobs, which this version runs as one final result.',
    options: STREAMING,
  },
  { reason: 'The optimizer decides these by its estimates.', options: OPTIMIZER },
  { reason: 'Given for each function here: the options of `asyncUdf`.', options: ASYNC },
  { reason: 'What they change is not built.', options: OTHERS },
] as const;

/** Every key of the configuration (SET, `config`), with its type, default and documentation. */
export const CONFIG_OPTIONS = {
  ...EXECUTION,
  ...TABLE,
  ...STREAMING,
  ...OPTIMIZER,
  ...ASYNC,
  ...OTHERS,
} as const;

/** A key of the configuration. */
export type ConfigKey = keyof typeof CONFIG_OPTIONS;

/** The typed value of a configuration key. */
export type ConfigValue<K extends ConfigKey> = ValuesOf<typeof CONFIG_OPTIONS>[K];

/** Whether `key` is a key of the configuration. */
export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(CONFIG_OPTIONS, key);
}

/**
 * The value of a key in a configuration of texts, or its default. Errors: ValidationError
 * INVALID_OPTION.
 */
export function configValue<K extends ConfigKey>(
  config: ReadonlyMap<string, string>,
  key: K,
): ConfigValue<K> {
  const text = config.get(key);
  const declared: ConfigOption<unknown> = CONFIG_OPTIONS[key];
  // Which declaration a key has is known to `ConfigValue`, but not to the index access.
  return (
    text === undefined ? declared.default : parseOption(key, declared, text)
  ) as ConfigValue<K>;
}

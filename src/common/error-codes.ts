/**
 * Every message a user can see, by code. Sections follow the folders; add to the section of the
 * folder that raises the error.
 */
export const MESSAGES = {
  // anywhere
  NOT_IMPLEMENTED: (p: { feature: string }) => `${p.feature} is not implemented yet.`,
  NOT_SUPPORTED: (p: { feature: string; reason: string }) =>
    `${p.feature} is not supported: ${p.reason}.`,
  CANCELLED: (_: Record<never, never>) => 'The query was cancelled.',
  MEMORY_LIMIT: (p: { wanted: string; limit: string }) =>
    `No memory left for ${p.wanted}: 'table.exec.memory.limit' is ${p.limit}.`,

  INVALID_OPTION: (p: { key: string; value: string; expected: string }) =>
    `Invalid value '${p.value}' of option '${p.key}': expected ${p.expected}.`,
  UNKNOWN_OPTION: (p: { key: string; owner: string; supported: readonly string[] }) =>
    `Unsupported option '${p.key}' of ${p.owner}. Supported options: ${p.supported.join(', ')}.`,
  MISSING_OPTION: (p: { key: string; owner: string }) =>
    `The option '${p.key}' of ${p.owner} is required.`,

  // types
  INVALID_TYPE: (p: { text: string; reason: string }) => `Invalid type '${p.text}': ${p.reason}.`,
  INVALID_TIME_ZONE: (p: { name: string }) =>
    `Unknown time zone '${p.name}': an IANA name such as 'Europe/Berlin' or an offset such as '+08:00' is expected.`,

  // columnar
  INVALID_VALUE: (p: { value: string; type: string; where: string }) =>
    `The value ${p.value} does not fit ${p.type}${p.where}.`,
  INVALID_ARROW: (p: { reason: string }) => `The bytes are not Arrow IPC: ${p.reason}.`,

  // functions
  FUNCTION_NOT_FOUND: (p: { name: string }) => `Function '${p.name}' not found.`,
  INVALID_ARGUMENTS: (p: {
    function: string;
    types: readonly string[];
    signatures: readonly string[];
  }) =>
    `Function '${p.function}' does not take (${p.types.join(', ')}). Supported signatures are: ${p.signatures.slice(0, 10).join('; ')}.`,
  MORE_THAN_ONE_ROW: (_: Record<never, never>) =>
    'A subquery that is used as a value returned more than one row.',
  INVALID_PATTERN: (p: { pattern: string; reason: string }) =>
    `Invalid pattern '${p.pattern}': ${p.reason}.`,
  INVALID_FUNCTION_ARGUMENT: (p: { function: string; reason: string }) =>
    `Invalid argument of '${p.function}': ${p.reason}.`,
  CAST_NOT_SUPPORTED: (p: { from: string; to: string }) =>
    `There is no cast from ${p.from} to ${p.to}.`,

  // formats
  UNKNOWN_FORMAT: (p: { name: string; known: readonly string[] }) =>
    `There is no format '${p.name}'. Known formats: ${p.known.join(', ')}.`,

  // parser

  // catalog
  CATALOG_NOT_FOUND: (p: { catalog: string }) => `Catalog '${p.catalog}' does not exist.`,
  CATALOG_EXISTS: (p: { catalog: string }) => `Catalog '${p.catalog}' exists already.`,
  CATALOG_IN_USE: (p: { catalog: string }) =>
    `Catalog '${p.catalog}' is the current one and cannot be dropped.`,
  DATABASE_NOT_FOUND: (p: { database: string }) => `Database '${p.database}' does not exist.`,
  DATABASE_EXISTS: (p: { database: string }) => `Database '${p.database}' exists already.`,
  DATABASE_NOT_EMPTY: (p: { database: string }) =>
    `Database '${p.database}' is not empty; CASCADE drops what is in it.`,
  INVALID_PATH: (p: { path: string }) =>
    `'${p.path}' is not a path of one to three names: [catalog.][database.]name.`,
  TABLE_NOT_FOUND: (p: { table: string }) => `Table or view '${p.table}' does not exist.`,
  TABLE_EXISTS: (p: { table: string }) => `Table or view '${p.table}' exists already.`,

  // connectors
  SOURCE_CONSUMED: (_: Record<never, never>) =>
    'The iterable behind this table was read already: it can be read once.',
  UNKNOWN_CONNECTOR: (p: { name: string; known: readonly string[] }) =>
    `There is no connector '${p.name}'. Known connectors: ${p.known.join(', ')}.`,
  CONNECTOR_ABILITY: (p: { name: string; ability: string }) =>
    `Tables of the connector '${p.name}' cannot be ${p.ability}.`,
  COLUMNS_REQUIRED: (p: { name: string }) =>
    `A table of the connector '${p.name}' must declare its columns.`,

  // planner
  COLUMN_NOT_FOUND: (p: { column: string; scope: string }) =>
    `Column '${p.column}' not found in ${p.scope}.`,

  // udf

  // exec
  WORKER_LOST: (p: { reason: string }) =>
    `A worker thread ended while it ran the query: ${p.reason}.`,
  UDF_TIMEOUT: (p: { name: string; timeoutMs: number }) =>
    `Function '${p.name}' made no progress for ${p.timeoutMs} ms ('table.exec.udf.timeout') and was stopped.`,
  UDF_WORKER_DIED: (p: { name: string; reason: string }) =>
    `Function '${p.name}' ended its worker thread: ${p.reason}.`,
  DIVISION_BY_ZERO: (_: Record<never, never>) => 'Division by zero.',
  CAST_FAILED: (p: { value: string; type: string }) => `Cannot cast ${p.value} to ${p.type}.`,

  // table
  ENVIRONMENT_CLOSED: (_: Record<never, never>) => 'The TableEnvironment is closed.',
} as const;

/** The code of a message. */
export type ErrorCode = keyof typeof MESSAGES;

/** The parameters that the message of a code takes. */
export type MessageParams<C extends ErrorCode> = Parameters<(typeof MESSAGES)[C]>[0];

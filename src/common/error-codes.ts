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
  SPILL_FAILED: (p: { path: string; reason: string }) =>
    `Rows that memory does not hold cannot be moved to '${p.path}': ${p.reason}.`,

  INVALID_OPTION: (p: { key: string; value: string; expected: string }) =>
    `Invalid value '${p.value}' of option '${p.key}': expected ${p.expected}.`,
  UNKNOWN_OPTION: (p: { key: string; owner: string; supported: readonly string[] }) =>
    `Unsupported option '${p.key}' of ${p.owner}. Supported options: ${p.supported.join(', ')}.`,
  UNKNOWN_CONFIG: (p: { key: string }) => `There is no configuration option '${p.key}'.`,
  MISSING_OPTION: (p: { key: string; owner: string }) =>
    `The option '${p.key}' of ${p.owner} is required.`,

  INVALID_ARGUMENT: (p: { argument: string; expected: string; got: string }) =>
    `${p.argument} must be ${p.expected}, not ${p.got}.`,

  FOLDER_LOCKED: (p: { path: string; holder: string }) =>
    `The folder '${p.path}' is locked by ${p.holder}.`,

  // types
  INVALID_TYPE: (p: { text: string; reason: string }) => `Invalid type '${p.text}': ${p.reason}.`,
  INVALID_DECIMAL: (p: { value: string }) => `${p.value} is no decimal number.`,
  INVALID_TIME_ZONE: (p: { name: string }) =>
    `Unknown time zone '${p.name}': an IANA name such as 'Europe/Berlin' or an offset such as '+08:00' is expected.`,

  // columnar
  INVALID_VALUE: (p: { value: string; type: string; where: string }) =>
    `The value ${p.value} does not fit ${p.type}${p.where}.`,
  INVALID_TYPE_MAPPING: (p: { key: string; value: string; allowed: readonly string[] }) =>
    `Invalid type mapping '${p.key}': '${p.value}'. Allowed are: ${p.allowed.join(', ')}.`,
  VALUE_OUT_OF_RANGE: (p: { value: string; type: string }) =>
    `The ${p.type} ${p.value} is outside the range of JavaScript's dates.`,

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
  UNSAFE_PATTERN: (p: { pattern: string }) =>
    `The pattern '${p.pattern}' may take a time without bounds: it can match in many ways, and it uses what cannot be matched in linear time (back-references, look-around, && in classes). Remove one of them.`,
  INVALID_FUNCTION_ARGUMENT: (p: { function: string; reason: string }) =>
    `Invalid argument of '${p.function}': ${p.reason}.`,
  CAST_NOT_SUPPORTED: (p: { from: string; to: string }) =>
    `There is no cast from ${p.from} to ${p.to}.`,

  // formats
  UNKNOWN_FORMAT: (p: { name: string; known: readonly string[] }) =>
    `There is no format '${p.name}'. Known formats: ${p.known.join(', ')}.`,
  FILE_ERROR: (p: { path: string; reason: string }) =>
    `The file '${p.path}' cannot be used: ${p.reason}.`,
  DECOMPRESSION_LIMIT: (p: { path: string; limit: string }) =>
    `'${p.path}' decompresses to more than ${p.limit}.`,
  BAD_FIELD: (p: { path: string; line: number; column: string; value: string; type: string }) =>
    `'${p.path}', line ${p.line}, column '${p.column}': ${p.value} is not a value of type ${p.type}.`,
  BAD_ROW: (p: { path: string; line: number; reason: string }) =>
    `'${p.path}', line ${p.line}: ${p.reason}.`,
  JSON_NULL_KEY: (_: Record<never, never>) => 'A map with the key NULL cannot be written as JSON.',
  BAD_FILE: (p: { path: string; format: string; reason: string }) =>
    `'${p.path}' is no valid ${p.format} file: ${p.reason}.`,

  // parser
  UNEXPECTED_TOKEN: (p: { found: string; expected: readonly string[] }) =>
    p.expected.length === 0
      ? `Unexpected ${p.found}.`
      : `Unexpected ${p.found}; expected ${p.expected.join(', ')}.`,
  UNEXPECTED_CHARACTER: (p: { character: string }) => `Unexpected character ${p.character}.`,
  UNTERMINATED: (p: { what: string }) => `The ${p.what} that begins here has no end.`,
  MALFORMED_LITERAL: (p: { literal: string; reason: string }) =>
    `Malformed literal ${p.literal}: ${p.reason}.`,
  INVALID_STATEMENT: (p: { reason: string }) => `${p.reason}.`,
  EXPRESSION_DEPTH_LIMIT: (p: { limit: number }) =>
    `The expression is too deep: at most ${p.limit} operators other than AND and OR may follow one another.`,
  NESTING_LIMIT: (p: { parentheses: number; calls: number; queries: number }) =>
    `The text nests too deep: at most ${p.parentheses} parentheses, ${p.calls} calls or ${p.queries} queries may stand inside one another.`,

  // catalog
  CATALOG_NOT_FOUND: (p: { catalog: string }) => `Catalog '${p.catalog}' does not exist.`,
  CATALOG_CONFLICT: (p: { object: string }) =>
    `Another process changed '${p.object}' at the same time.`,
  CATALOG_DAMAGED: (p: { path: string; reason: string }) =>
    `The file '${p.path}' of a catalog is damaged: ${p.reason}.`,
  CATALOG_NOT_PREPARED: (p: { object: string }) =>
    `The catalog has not been asked for '${p.object}' yet, and this call cannot wait.`,
  NOT_A_CATALOG: (p: { path: string; reason: string }) =>
    `The folder '${p.path}' is no catalog: ${p.reason}.`,
  NOT_STORABLE: (p: { name: string; reason: string }) =>
    `'${p.name}' cannot be kept in a catalog of files: ${p.reason}.`,
  READ_ONLY_CATALOG: (p: { catalog: string }) => `Catalog '${p.catalog}' cannot be changed.`,
  CATALOG_EXISTS: (p: { catalog: string }) => `Catalog '${p.catalog}' exists already.`,
  CATALOG_IN_USE: (p: { catalog: string }) =>
    `Catalog '${p.catalog}' is the current one and cannot be dropped.`,
  DATABASE_NOT_FOUND: (p: { database: string }) => `Database '${p.database}' does not exist.`,
  DATABASE_EXISTS: (p: { database: string }) => `Database '${p.database}' exists already.`,
  DATABASE_NOT_EMPTY: (p: { database: string }) =>
    `Database '${p.database}' is not empty; CASCADE drops what is in it.`,
  DATABASE_IN_USE: (p: { database: string }) =>
    `Database '${p.database}' is the current one and cannot be dropped.`,
  CONNECTION_NOT_FOUND: (p: { connection: string }) =>
    `Connection '${p.connection}' does not exist.`,
  CONNECTION_EXISTS: (p: { connection: string }) => `Connection '${p.connection}' exists already.`,
  MODEL_NOT_FOUND: (p: { model: string }) => `Model '${p.model}' does not exist.`,
  MODEL_EXISTS: (p: { model: string }) => `Model '${p.model}' exists already.`,
  MODULE_NOT_FOUND: (p: { module: string }) => `There is no module '${p.module}'.`,
  MODULE_EXISTS: (p: { module: string }) => `A module '${p.module}' is loaded already.`,
  MODULE_TWICE: (p: { module: string }) => `Module '${p.module}' appears more than once.`,
  INVALID_PATH: (p: { path: string }) =>
    `'${p.path}' is not a path of one to three names: [catalog.][database.]name.`,
  TABLE_NOT_FOUND: (p: { table: string }) => `Table or view '${p.table}' does not exist.`,
  TABLE_CHANGED: (p: { table: string }) =>
    `Table '${p.table}' no longer has the columns that this Table was made from.`,
  TABLE_EXISTS: (p: { table: string }) => `Table or view '${p.table}' exists already.`,

  // connectors
  CHANGE_OPERATION: (p: { operation: string }) =>
    `The operation ${p.operation} of a change is not one that FROM_CHANGELOG knows.`,
  LENGTH_VIOLATION: (p: { column: string; type: string; length: number }) =>
    `Column '${p.column}' is ${p.type}, but a value of length ${p.length} was written to it.`,
  NOT_NULL_VIOLATION: (p: { column: string }) =>
    `Column '${p.column}' is NOT NULL, but a NULL value was written to it.`,
  PRIMARY_KEY_VIOLATION: (p: { key: string; values: string }) =>
    `The primary key (${p.key}) would hold (${p.values}) twice.`,
  SOURCE_CONSUMED: (_: Record<never, never>) =>
    'The iterable behind this table was read already: it can be read once.',
  SOURCE_FAILED: (p: { reason: string }) =>
    `The iterable behind a table could not be read: ${p.reason}.`,
  UNKNOWN_CONNECTOR: (p: { name: string; known: readonly string[] }) =>
    `There is no connector '${p.name}'. Known connectors: ${p.known.join(', ')}.`,
  CONNECTOR_ABILITY: (p: { name: string; ability: string }) =>
    `Tables of the connector '${p.name}' cannot be ${p.ability}.`,
  PATH_OUTSIDE_ROOT: (p: { path: string; root: string }) =>
    `The path '${p.path}' leads out of the folder '${p.root}'.`,
  INVALID_METADATA: (p: { key: string; type: string; known: readonly string[] }) =>
    `There is no metadata '${p.key}' of type ${p.type}. Known metadata: ${p.known.join(', ')}.`,
  NO_FILES: (p: { path: string }) =>
    `There is no data at '${p.path}': no files, or only empty ones.`,
  MIXED_FORMATS: (p: { path: string; formats: readonly string[] }) =>
    `The files of '${p.path}' are of several formats: ${p.formats.join(', ')}.`,
  FILE_EXISTS: (p: { path: string }) => `The file '${p.path}' exists and cannot be appended to.`,
  COLUMNS_REQUIRED: (p: { name: string }) =>
    `A table of the connector '${p.name}' must declare its columns.`,

  // planner
  NOT_WRITABLE: (p: { name: string }) => `'${p.name}' is a view: it cannot be written.`,
  INSERT_COLUMNS: (p: { table: string; query: string; sink: string }) =>
    `The query and the columns of '${p.table}' differ in number. Query schema: ${p.query}. Sink schema: ${p.sink}.`,
  INSERT_TYPES: (p: { table: string; column: string; query: string; sink: string }) =>
    `Column '${p.column}' of '${p.table}' cannot hold the query's values. Query schema: ${p.query}. Sink schema: ${p.sink}.`,
  INSERT_NOT_NULL: (p: { table: string; column: string }) =>
    `Column '${p.column}' of '${p.table}' is NOT NULL: INSERT must give it a value.`,
  COLUMN_NOT_FOUND: (p: { column: string; scope: string }) =>
    `Column '${p.column}' not found in ${p.scope}.`,
  COLUMN_AMBIGUOUS: (p: { column: string }) =>
    `Column '${p.column}' is ambiguous: several tables have it.`,
  UNKNOWN_QUALIFIER: (p: { name: string }) => `There is no table or row '${p.name}' in FROM.`,
  FIELD_NOT_FOUND: (p: { field: string; fields: readonly string[] }) =>
    `The row has no field '${p.field}'; it has ${p.fields.map((f) => `'${f}'`).join(', ')}.`,
  NOT_A_ROW: (p: { field: string; type: string }) =>
    `'${p.field}' cannot be a field: the value before it is ${p.type}, not a ROW.`,
  INVALID_LITERAL: (p: { text: string; type: string }) =>
    `'${p.text}' is not a valid ${p.type} literal.`,
  NO_COMMON_TYPE: (p: { what: string; types: readonly string[] }) =>
    `The types of ${p.what} do not go together: ${p.types.join(', ')}.`,
  LATERAL_SIDE: (p: { join: string }) =>
    `A ${p.join} JOIN keeps rows of its right side that belong to no row of the left one: the right side cannot read the left one.`,
  TEMPORAL_JOIN: (p: { reason: string }) => `The temporal join is not valid: ${p.reason}.`,
  NOT_A_CONDITION: (p: { clause: string; type: string }) =>
    `${p.clause} takes a BOOLEAN condition, but this is ${p.type}.`,
  PARAMETER_MISSING: (p: { name: string }) => `No value was given for parameter ${p.name}.`,
  WRONG_ARGUMENT: (p: { function: string; argument: string }) =>
    `${p.argument} cannot be an argument of ${p.function}.`,
  NAMED_ARGUMENTS: (p: { function: string; reason: string }) =>
    `The named arguments of ${p.function} are not valid: ${p.reason}.`,
  AGGREGATE_NOT_ALLOWED: (p: { function: string; clause: string }) =>
    `The aggregate function ${p.function} must not stand in ${p.clause}.`,
  NOT_A_TABLE_FUNCTION: (p: { function: string }) =>
    `'${p.function}' is no table function: it gives a value, not rows.`,
  TABLE_FUNCTION_NOT_ALLOWED: (p: { function: string }) =>
    `The table function ${p.function} may stand in FROM only: LATERAL TABLE(${p.function}(...)).`,
  NOT_AN_AGGREGATE: (p: { function: string; what: string }) =>
    `${p.what} is for aggregate functions; ${p.function} is not one.`,
  NESTED_AGGREGATE: (_: Record<never, never>) =>
    'An aggregate function must not stand inside another one.',
  NESTED_WINDOW: (_: Record<never, never>) => 'A call with OVER must not stand inside another one.',
  WINDOW_NOT_ALLOWED: (p: { function: string; clause: string }) =>
    `${p.function} with OVER must not stand in ${p.clause}: it may stand in SELECT, QUALIFY and ORDER BY.`,
  WINDOW_REQUIRED: (p: { function: string }) =>
    `${p.function} is a window function: it needs OVER.`,
  WINDOW_ORDER_REQUIRED: (p: { function: string }) =>
    `${p.function} needs an ORDER BY in its window.`,
  WINDOW_NOT_FOUND: (p: { name: string }) => `There is no window '${p.name}' in the WINDOW clause.`,
  WINDOW_PROPERTY: (p: { name: string; property: string }) =>
    `The window '${p.name}' counts rows: it has no ${p.property}.`,
  WINDOW_OVERRIDE: (p: { window: string; what: string }) =>
    `A window that extends '${p.window}' must not have ${p.what}.`,
  WINDOW_FRAME: (p: { reason: string }) => `The frame of the window is not valid: ${p.reason}.`,
  WINDOW_TABLE: (p: { function: string; reason: string }) =>
    `The window function ${p.function} is not called right: ${p.reason}.`,
  CHANGELOG_FUNCTION: (p: { function: string; reason: string }) =>
    `The function ${p.function} is not called right: ${p.reason}.`,
  PROCESS_TABLE: (p: { function: string; reason: string }) =>
    `The process table function ${p.function} is not called right: ${p.reason}.`,
  NOT_GROUPED: (p: { column: string }) =>
    `Column '${p.column}' must be in GROUP BY or inside an aggregate function.`,
  NOT_A_GROUP_KEY: (_: Record<never, never>) =>
    'The arguments of GROUPING must be expressions of GROUP BY.',
  TOO_MANY_GROUPING_SETS: (p: { max: number }) => `GROUP BY has more than ${p.max} grouping sets.`,
  STAR_IN_GROUPED_QUERY: (_: Record<never, never>) =>
    "'*' cannot stand in a query with GROUP BY or aggregates; name the columns.",
  STAR_WITHOUT_COLUMNS: (_: Record<never, never>) => "'*' needs a FROM clause with columns.",
  ALIAS_COLUMNS: (p: { alias: string; given: number; columns: number }) =>
    `'${p.alias}' is given ${p.given} column names but has ${p.columns} columns.`,
  ORDER_BY_POSITION: (p: { position: string; columns: number }) =>
    `ORDER BY ${p.position} is no column of the result: it has ${p.columns}.`,
  ORDER_BY_NOT_SELECTED: (_: Record<never, never>) =>
    'With SELECT DISTINCT, ORDER BY may only use expressions of the SELECT list.',
  NOT_ORDERED: (p: { type: string }) => `Values of type ${p.type} have no order.`,
  LIMIT_NOT_CONSTANT: (p: { clause: string }) =>
    `${p.clause} takes a whole number from 0 on, or a parameter.`,
  SET_COLUMNS: (p: { operation: string; columns: number; other: number }) =>
    `The inputs of ${p.operation} have ${p.columns} and ${p.other} columns.`,
  SET_TYPES: (p: { operation: string; column: string; types: readonly string[] }) =>
    `The types of column '${p.column}' in the inputs of ${p.operation} do not go together: ${p.types.join(', ')}.`,
  VALUES_COLUMNS: (p: { columns: number; other: number }) =>
    `The rows of VALUES have ${p.columns} and ${p.other} columns.`,
  SUBQUERY_COLUMNS: (p: { columns: number; expected: number }) =>
    `The subquery has ${p.columns} columns where ${p.expected} ${p.expected === 1 ? 'is' : 'are'} expected.`,
  NOT_GROUPABLE: (p: { type: string }) => `Rows cannot be grouped by values of type ${p.type}.`,
  INVALID_MATCH: (p: { reason: string }) => `Invalid MATCH_RECOGNIZE: ${p.reason}.`,
  VIEW_RECURSIVE: (p: { view: string }) => `The view '${p.view}' contains itself.`,

  // udf
  UDF_CAPTURES: (p: { name: string; variable: string }) =>
    `Function '${p.name}' uses the variable '${p.variable}' of its surroundings, which workers do not have.`,
  UDF_NOT_PORTABLE: (p: { name: string; reason: string }) =>
    `Function '${p.name}' cannot be sent to workers: ${p.reason}.`,
  UDF_MODULE: (p: { name: string; module: string }) =>
    `The module of function '${p.name}' must be a file: URL, not '${p.module}'.`,
  UDF_ASYNC_METHOD: (p: { name: string; method: string; what: string }) =>
    `The method '${p.method}' of function '${p.name}' is ${p.what}, and must be over when it returns.`,
  UDF_METHOD: (p: { name: string; method: string }) =>
    `Function '${p.name}' has no method '${p.method}', which its calls need.`,
  UDF_OPTIONS: (p: { name: string; reason: string }) =>
    `Invalid options of function '${p.name}': ${p.reason}.`,
  UDF_PERMISSIONS: (p: { name: string; what: string; version: string }) =>
    `Function '${p.name}' would not be denied ${p.what}: Node ${p.version} cannot do that.`,
  MODULE_FAILED: (p: { module: string; reason: string }) =>
    `The module ${p.module} cannot be used: ${p.reason}.`,
  UDF_TYPES: (p: { name: string; types: string; reason: string }) =>
    `Function '${p.name}' cannot say its types for the arguments (${p.types}): ${p.reason}.`,
  UDF_MODULE_FAILED: (p: { name: string; module: string; reason: string }) =>
    `The module ${p.module} of function '${p.name}' cannot be used: ${p.reason}.`,
  UDF_LOAD_FAILED: (p: { name: string; reason: string }) =>
    `Function '${p.name}' cannot be made in the worker: ${p.reason}.`,
  UDF_FAILED: (p: { name: string; args: string; reason: string }) =>
    `Function '${p.name}' failed${p.args}: ${p.reason}`,
  UDF_RESULT: (p: { name: string; type: string; at: string; value: string; args: string }) =>
    `Function '${p.name}' must return ${p.type}${p.at}, but returned ${p.value}${p.args}.`,
  UDF_ACCUMULATOR: (p: { name: string; expected: string; value: string }) =>
    `The accumulator of function '${p.name}' must be ${p.expected}, but is ${p.value}.`,
  UDF_RETRACT: (p: { name: string; row: string }) =>
    `Function '${p.name}' takes back a row that it did not collect, or took back before: ${p.row}.`,
  UDF_STATE: (p: { name: string; state: string; type: string; value: string }) =>
    `The state '${p.state}' of function '${p.name}' must be ${p.type}, but is given ${p.value}.`,
  UDF_STATE_ASSIGNED: (p: { name: string; state: string }) =>
    `Function '${p.name}' changes 'state.${p.state}' itself, which would keep nothing.`,
  UDF_PROCESS: (p: { name: string; reason: string }) =>
    `Function '${p.name}' asks for what it does not have: ${p.reason}.`,
  UDF_RESULT_LENGTH: (p: { name: string; got: number; expected: number }) =>
    `Function '${p.name}' returned ${p.got} values for ${p.expected} rows.`,

  // exec
  MATCH_SKIP: (p: { variable: string; reason: string }) =>
    `AFTER MATCH SKIP TO '${p.variable}' finds no row to go on with: ${p.reason}.`,
  RESULT_CONSUMED: (_: Record<never, never>) =>
    'The result was already consumed; run the statement again for another reader.',
  RESULT_SCHEMA: (p: { reason: string }) => `The result is not as expected: ${p.reason}.`,
  WAIT_TIMEOUT: (p: { timeoutMs: number }) => `The result was not ready within ${p.timeoutMs} ms.`,
  PACKAGE_NOT_FOUND: (p: { name: string; from: string }) =>
    `The package '${p.name}' is not found from ${p.from}.`,
  WORKER_LOST: (p: { reason: string }) =>
    `A worker thread ended while it ran the query: ${p.reason}.`,
  UDF_TIMEOUT: (p: { name: string; timeoutMs: number }) =>
    `Function '${p.name}' made no progress for ${p.timeoutMs} ms ('table.exec.udf.timeout') and was stopped.`,
  UDF_CALL_TIMEOUT: (p: { name: string; timeoutMs: number }) =>
    `A call of function '${p.name}' did not end within ${p.timeoutMs} ms ('timeoutMs').`,
  UDF_NESTED: (p: { name: string; depth: number }) =>
    `Function '${p.name}' runs statements that call it again, ${p.depth} calls inside one another.`,
  UDF_RETRY_TIMEOUT: (p: { name: string; attempts: number; totalMs: number; reason: string }) =>
    `Function '${p.name}' did not succeed within ${p.totalMs} ms ('retry.totalMs'), at ${p.attempts} ${p.attempts === 1 ? 'attempt' : 'attempts'}; at last: ${p.reason}`,
  UDF_WORKER_DIED: (p: { name: string; reason: string }) =>
    `Function '${p.name}' ended its worker thread: ${p.reason}.`,
  UDF_WORKER_BROKEN: (p: { name: string; reason: string }) =>
    `A worker thread that ran function '${p.name}' no longer works, as after a change of built-in prototypes, and is replaced: ${p.reason}.`,
  UDF_PROCESS_DIED: (p: { name: string; reason: string }) =>
    `Function '${p.name}' lost its process: ${p.reason}.`,
  INVALID_BUCKETS: (p: { buckets: string }) =>
    `NTILE needs at least one bucket, but is given ${p.buckets}.`,
  DIVISION_BY_ZERO: (_: Record<never, never>) => 'Division by zero.',
  CAST_FAILED: (p: { value: string; type: string }) => `Cannot cast ${p.value} to ${p.type}.`,

  // table
  INVALID_PARAMETERS: (p: { got: string }) =>
    `Parameters are a list or an object of values, not ${p.got}.`,
  UNKNOWN_PARAMETER: (p: { name: string }) =>
    `A value is given for parameter ${p.name}, which the statement does not have.`,
  NOT_AN_INSERT: (_: Record<never, never>) => 'The statement is not an INSERT.',
  NOT_A_QUERY: (_: Record<never, never>) => 'The statement is not a query.',
  NOT_SQL_TEXT: (p: { got: string }) => `A statement is a text, not ${p.got}.`,
  NOT_A_TABLE: (p: { name: string }) => `'${p.name}' is a view, not a table.`,
  NOT_MATERIALIZED: (p: { name: string }) => `'${p.name}' is not a materialized table.`,
  MATERIALIZED_TABLE: (p: { name: string; statement: string }) =>
    `'${p.name}' is a materialized table; use ${p.statement}.`,
  NOT_A_VIEW: (p: { name: string }) => `'${p.name}' is a table, not a view.`,
  NOT_A_FILE: (p: { path: string }) =>
    `'${p.path}' is not the path of a file that can be read: it has no known extension.`,
  INVALID_CHANGELOG: (p: { reason: string }) => `Invalid changelog: ${p.reason}.`,
  NOT_A_ROW_TYPE: (p: { type: string }) =>
    `A schema is a ROW type or a column list, not ${p.type}.`,
  TEMPORARY_OBJECT: (p: { object: string }) =>
    `A temporary object '${p.object}' hides the permanent one; drop it first (DROP TEMPORARY …).`,
  DUPLICATE_COLUMN: (p: { column: string }) => `Column '${p.column}' is declared twice.`,
  INVALID_CONSTRAINT: (p: { reason: string }) => `Invalid table declaration: ${p.reason}.`,
  INVALID_ALTER: (p: { reason: string }) => `The change is not possible: ${p.reason}.`,
  PARTITION_EXISTS: (p: { partition: string; table: string }) =>
    `Partition ${p.partition} of '${p.table}' exists already.`,
  PARTITION_NOT_FOUND: (p: { partition: string; table: string }) =>
    `Partition ${p.partition} of '${p.table}' does not exist.`,
  NOT_PARTITIONED: (p: { table: string }) => `Table '${p.table}' is not partitioned.`,
  INVALID_PARTITION: (p: { table: string; given: string; keys: readonly string[] }) =>
    `The partition (${p.given}) does not fit the partition keys (${p.keys.join(', ')}) of '${p.table}'.`,
  STATEMENT_SET_OPEN: (_: Record<never, never>) =>
    'Only INSERT and CREATE TABLE AS may stand in a statement set; END runs it.',
  NO_STATEMENT_SET: (_: Record<never, never>) =>
    'There is no statement set to run: END belongs to BEGIN STATEMENT SET.',
  PLAN_EXISTS: (p: { path: string }) => `The plan file '${p.path}' exists already.`,
  INVALID_PLAN: (p: { reason: string }) => `The compiled plan cannot be read: ${p.reason}.`,
  PLAN_VERSION: (p: { version: string; expected: number }) =>
    `The compiled plan has version ${p.version}; version ${p.expected} can be read.`,
  PLAN_OUTDATED: (p: { what: string }) =>
    `The compiled plan does not fit ${p.what}, which is not what it was compiled for.`,
  PROCEDURE_NOT_FOUND: (p: { name: string }) => `There is no procedure '${p.name}'.`,
  TABLE_LIKE_CONFLICT: (p: { feature: string }) =>
    `LIKE and the new table both declare ${p.feature}; exclude or overwrite it.`,
  VIEW_COLUMNS: (p: { expected: number; got: number }) =>
    `The view names ${p.expected} columns, but its query has ${p.got}.`,
  NOT_A_FUNCTION: (p: { name: string }) =>
    `'${p.name}' must be made with udf, asyncUdf, udtf, udaf, udtaf or ptf, or be a { module, export }.`,
  FUNCTION_NOT_LOADED: (p: { name: string }) =>
    `The module of function '${p.name}' has not been imported yet.`,
  FUNCTION_EXISTS: (p: { name: string }) => `Function '${p.name}' exists already.`,
  ENVIRONMENT_CLOSED: (_: Record<never, never>) => 'The TableEnvironment is closed.',
} as const;

/** The code of a message. */
export type ErrorCode = keyof typeof MESSAGES;

/** The parameters that the message of a code takes. */
export type MessageParams<C extends ErrorCode> = Parameters<(typeof MESSAGES)[C]>[0];

/** How much a member is used: by almost every user, regularly, seldom. */
export type Weight = '★★★' | '★★' | '★';

/** The members of a class of PyFlink, and where their counterparts are. */
export interface PyFlinkClass {
  readonly name: string;
  /** The owner of the counterparts, as `from-pyflink-page.ts` knows it. */
  readonly owner: string;
  readonly members: Readonly<Partial<Record<Weight, string>>>;
  /** Counterparts that are not the name in camel case; `-` before the reason why there is none. */
  readonly others?: Readonly<Record<string, string>>;
}

const NODE_PACKAGES = '- packages are those of `node_modules`';
const JVM = '- there is no Java virtual machine';

/** The public members of `pyflink.table`, by the weights that its users give them. */
export const PYFLINK: readonly PyFlinkClass[] = [
  {
    name: 'TableEnvironment',
    owner: 'TableEnvironment',
    members: {
      '★★★':
        'create execute_sql sql_query from_path from_elements from_pandas create_temporary_view create_temporary_function create_temporary_system_function create_statement_set get_config',
      '★★': 'from_descriptor create_temporary_table create_table drop_temporary_table drop_table drop_temporary_view drop_view drop_temporary_function drop_temporary_system_function drop_function explain_sql list_catalogs list_databases list_tables list_views list_materialized_tables list_functions list_user_defined_functions list_modules list_full_modules list_temporary_tables list_temporary_views list_models list_temporary_models get_current_catalog use_catalog get_current_database use_database create_catalog register_catalog get_catalog add_python_file set_python_requirements add_python_archive',
      '★': 'create_view create_java_function create_java_temporary_function create_java_temporary_system_function load_module unload_module use_modules create_model create_temporary_model drop_model drop_temporary_model load_plan compile_plan_sql execute_plan',
    },
    others: {
      from_path: 'from',
      from_pandas: 'fromArrow',
      add_python_file: 'addModule',
      set_python_requirements: NODE_PACKAGES,
      add_python_archive: NODE_PACKAGES,
      create_java_function: JVM,
      create_java_temporary_function: JVM,
      create_java_temporary_system_function: JVM,
    },
  },
  {
    name: 'StreamTableEnvironment',
    owner: 'TableEnvironment',
    members: {
      '★★': 'from_data_stream from_changelog_stream to_data_stream to_changelog_stream',
    },
    others: {
      from_data_stream: 'fromIterable',
      from_changelog_stream: 'fromChangelog',
      to_data_stream: 'Table.execute',
      to_changelog_stream: 'toChangelog',
    },
  },
  {
    name: 'EnvironmentSettings',
    owner: 'EnvironmentSettings',
    members: {
      '★★★': 'in_streaming_mode in_batch_mode',
      '★★': 'new_instance',
      '★': 'get_built_in_catalog_name get_built_in_database_name is_streaming_mode get_configuration',
    },
  },
  {
    name: 'EnvironmentSettings.Builder',
    owner: 'EnvironmentSettingsBuilder',
    members: {
      '★★': 'with_configuration in_batch_mode in_streaming_mode with_built_in_catalog_name with_built_in_database_name build',
    },
  },
  {
    name: 'TableConfig',
    owner: 'TableConfig',
    members: {
      '★★★': 'set get set_local_timezone get_local_timezone',
      '★★': 'set_python_executable get_python_executable',
      '★': 'set_idle_state_retention get_idle_state_retention set_sql_dialect get_sql_dialect add_configuration to_map',
    },
    others: {
      set_local_timezone: 'setLocalTimeZone',
      get_local_timezone: 'getLocalTimeZone',
      set_python_executable: '- functions run in the Node.js of the program',
      get_python_executable: '- functions run in the Node.js of the program',
    },
  },
  {
    name: 'Table',
    owner: 'Table',
    members: {
      '★★★':
        'select filter where group_by window join left_outer_join right_outer_join full_outer_join join_lateral left_outer_join_lateral order_by limit offset fetch alias execute execute_insert to_pandas __getattr__',
      '★★': 'over_window distinct union union_all intersect intersect_all minus minus_all add_columns add_or_replace_columns rename_columns drop_columns map flat_map aggregate flat_aggregate insert_into get_schema get_resolved_schema print_schema explain print_explain __str__',
      '★': 'to_changelog from_changelog',
    },
    others: {
      to_pandas: 'toArrow',
      __getattr__: 'col',
      __str__: 'toString',
    },
  },
  {
    name: 'GroupedTable',
    owner: 'GroupedTable',
    members: { '★★★': 'select', '★★': 'aggregate flat_aggregate' },
  },
  { name: 'GroupWindowedTable', owner: 'WindowedTable', members: { '★★★': 'group_by' } },
  {
    name: 'WindowGroupedTable',
    owner: 'GroupedTable',
    members: { '★★★': 'select', '★★': 'aggregate' },
  },
  { name: 'OverWindowedTable', owner: 'OverWindowedTable', members: { '★★': 'select' } },
  { name: 'AggregatedTable', owner: 'AggregatedTable', members: { '★★': 'select' } },
  { name: 'FlatAggregateTable', owner: 'AggregatedTable', members: { '★★': 'select' } },
  {
    name: 'TablePipeline',
    owner: 'TablePipeline',
    members: { '★★': 'execute explain print_explain compile_plan get_sink_identifier' },
  },
  {
    name: 'window',
    owner: 'millrace',
    members: {
      '★★★': 'Tumble',
      '★★': 'Slide Session Over UNBOUNDED_ROW UNBOUNDED_RANGE CURRENT_ROW CURRENT_RANGE',
    },
    others: Object.fromEntries(
      [
        'Tumble',
        'Slide',
        'Session',
        'Over',
        'UNBOUNDED_ROW',
        'UNBOUNDED_RANGE',
        'CURRENT_ROW',
        'CURRENT_RANGE',
      ].map((name) => [name, name]),
    ),
  },
  {
    name: 'expressions',
    owner: 'millrace',
    members: {
      '★★★':
        'col lit call if_then_else coalesce null_of and_ or_ not_ row array map_ map_from_arrays concat concat_ws negative pi e rand rand_integer uuid atan2 log current_date current_time current_timestamp local_time local_timestamp current_database current_watermark source_watermark to_date to_timestamp to_timestamp_ltz date_format timestamp_diff convert_tz from_unixtime unix_timestamp temporal_overlaps json json_string json_object json_array json_object_agg json_array_agg',
      '★★': 'call_sql with_all_columns with_columns without_columns row_interval lag lead',
      '★': 'range_ descriptor object_of',
    },
    others: {},
  },
  {
    name: 'Expression',
    owner: 'Expression',
    members: {
      '★★★':
        'sum sum0 min max count avg distinct first_value last_value list_agg stddev_pop stddev_samp var_pop var_samp collect array_agg percentile over is_null is_not_null is_true is_false is_not_true is_not_false if_null then in_ between not_between cast try_cast alias as_argument asc desc char_length upper_case lower_case init_cap substring substr concat like similar position replace translate lpad rpad overlay trim trim_leading trim_trailing ltrim rtrim btrim repeat reverse left right instr locate ascii chr encode decode from_base64 to_base64 split split_index str_to_map elt starts_with ends_with printf regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr parse_url url_encode url_decode inet_aton inet_ntoa is_valid_utf8 make_valid_utf8 to_date to_time to_timestamp extract floor ceil year years quarter quarters month months week weeks day days hour hours minute minutes second seconds milli millis start end rowtime proctime',
      '★★': 'exp log10 log2 ln log sin cos tan cot asin acos atan sinh cosh tanh degrees radians sqrt abs sign round truncate bin hex unhex power at cardinality element get flatten array_append array_prepend array_contains array_distinct array_position array_remove array_reverse array_slice array_sort array_union array_concat array_max array_min array_join array_except array_intersect map_keys map_values map_entries map_union is_json json_exists json_value json_query json_quote json_unquote md5 sha1 sha224 sha256 sha384 sha512 sha2 __add__ __sub__ __mul__ __truediv__ __mod__ __pow__ __neg__ __abs__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __and__ __or__ __invert__ __getitem__ __getattr__',
      '★': 'object_update bitmap_and bitmap_andnot bitmap_build bitmap_cardinality bitmap_from_bytes bitmap_or bitmap_to_array bitmap_to_bytes bitmap_to_string bitmap_xor bitmap_and_agg bitmap_and_cardinality_agg bitmap_build_agg bitmap_build_cardinality_agg bitmap_or_agg bitmap_or_cardinality_agg bitmap_xor_agg bitmap_xor_cardinality_agg',
    },
    others: {
      // A method of this name would make every expression a promise to `await`.
      ...Object.fromEntries([['then', 'ifThenElse']]),
      alias: 'as',
      __add__: 'plus',
      __sub__: 'minus',
      __mul__: 'times',
      __truediv__: 'dividedBy',
      __mod__: 'mod',
      __pow__: 'power',
      __neg__: 'negative',
      __abs__: 'abs',
      __eq__: 'isEqual',
      __ne__: 'isNotEqual',
      __lt__: 'isLess',
      __le__: 'isLessOrEqual',
      __gt__: 'isGreater',
      __ge__: 'isGreaterOrEqual',
      __and__: 'and',
      __or__: 'or',
      __invert__: 'isNotTrue',
      __getitem__: 'at',
      __getattr__: 'get',
    },
  },
  {
    name: 'StatementSet',
    owner: 'StatementSet',
    members: {
      '★★★': 'add_insert_sql add_insert add',
      '★★': 'execute explain print_explain compile_plan attach_as_datastream',
    },
    others: {
      print_explain: 'explain',
      attach_as_datastream: '- there is no DataStream API beside this one',
    },
  },
  {
    name: 'TableResult',
    owner: 'TableResult',
    members: {
      '★★★': 'collect print wait',
      '★★': 'get_job_client get_resolved_schema get_table_schema get_result_kind',
    },
  },
  {
    name: 'ResolvedSchema',
    owner: 'ResolvedSchema',
    members: {
      '★★': 'of physical get_columns get_column get_column_names get_column_data_types get_column_count get_watermark_specs get_primary_key get_primary_key_indexes to_source_row_data_type to_physical_row_data_type to_sink_row_data_type',
    },
    others: {
      of: 'Schema.newBuilder',
      physical: 'SchemaBuilder.fromFields',
      to_source_row_data_type: 'toPhysicalRowDataType',
      to_sink_row_data_type: 'toPhysicalRowDataType',
    },
  },
  {
    name: 'Row',
    owner: 'millrace',
    members: {
      '★★★': 'Row of_kind get_row_kind as_dict __getitem__',
      '★★': 'set_row_kind set_field_names get_fields_by_names',
    },
    others: {
      Row: '= an object by column name, or an array: `{ id: 1, name: "ann" }`, `[1, "ann"]`',
      of_kind: '= `[kind, ...values]`, in `fromChangelog`',
      get_row_kind: '= `change.kind`, of `changes()`',
      set_row_kind: '= `[kind, ...values]`, in `fromChangelog`',
      as_dict: '= a row is an object; Maps and rows inside of it are too',
      set_field_names: '= the names are those of the object',
      get_fields_by_names: '= `row.name`',
      __getitem__: '= `row.name`, `row[0]`',
    },
  },
  {
    name: 'RowKind',
    owner: 'RowKind',
    members: { '★★': 'INSERT UPDATE_BEFORE UPDATE_AFTER DELETE' },
  },
  {
    name: 'ChangelogMode',
    owner: 'ChangelogMode',
    members: { '★★': 'insert_only upsert all' },
  },
  {
    name: 'JobClient',
    owner: 'JobClient',
    members: {
      '★★': 'get_job_id get_job_status cancel stop_with_savepoint trigger_savepoint get_accumulators get_job_execution_result',
    },
    others: {
      get_job_id: '= `jobClient.jobId`',
      get_job_status: 'status',
      trigger_savepoint: '- savepoints are those of streaming jobs',
      get_accumulators: 'metrics',
      get_job_execution_result: 'result',
    },
  },
  {
    name: 'ExplainDetail',
    owner: 'millrace',
    members: { '★': 'ESTIMATED_COST CHANGELOG_MODE JSON_EXECUTION_PLAN PLAN_ADVICE' },
    others: Object.fromEntries(
      ['ESTIMATED_COST', 'CHANGELOG_MODE', 'JSON_EXECUTION_PLAN', 'PLAN_ADVICE'].map((detail) => [
        detail,
        `= \`explain('${detail}')\``,
      ]),
    ),
  },
  {
    name: 'CompiledPlan',
    owner: 'CompiledPlan',
    members: {
      '★': 'as_json_string as_smile_bytes write_to_file print_json_string get_flink_version execute explain print_explain',
    },
    others: {
      as_smile_bytes: '- one form of a plan is enough: JSON',
      get_flink_version: '= `"version"` in the JSON',
    },
  },
  {
    name: 'PlanReference',
    owner: 'PlanReference',
    members: { '★': 'from_file from_json_string from_smile_bytes' },
    others: { from_smile_bytes: '- one form of a plan is enough: JSON' },
  },
  {
    name: 'TableDescriptor',
    owner: 'TableDescriptor',
    members: { '★★': 'for_connector get_schema get_options get_partition_keys get_comment' },
    others: {
      get_schema: 'schema',
      get_options: 'options',
      get_partition_keys: 'partitionKeys',
      get_comment: 'comment',
    },
  },
  {
    name: 'TableDescriptor.Builder',
    owner: 'TableDescriptorBuilder',
    members: { '★★': 'schema option format partitioned_by comment build' },
  },
  {
    name: 'FormatDescriptor',
    owner: 'FormatDescriptor',
    members: { '★★': 'for_format get_format get_options' },
    others: { get_format: 'format', get_options: 'options' },
  },
  {
    name: 'FormatDescriptor.Builder',
    owner: 'FormatDescriptorBuilder',
    members: { '★★': 'option build' },
  },
  { name: 'Schema', owner: 'Schema', members: { '★★★': 'new_builder' } },
  {
    name: 'Schema.Builder',
    owner: 'SchemaBuilder',
    members: {
      '★★★':
        'column column_by_expression column_by_metadata watermark primary_key primary_key_named from_schema from_resolved_schema from_row_data_type from_fields build',
    },
  },
  { name: 'ModelDescriptor', owner: 'ModelDescriptor', members: { '★': 'for_provider' } },
  {
    name: 'ModelDescriptor.Builder',
    owner: 'ModelDescriptorBuilder',
    members: { '★': 'input_schema output_schema option comment build' },
  },
  { name: 'CatalogDescriptor', owner: 'CatalogDescriptor', members: { '★': 'of' } },
  {
    name: 'Column',
    owner: 'Column',
    members: { '★': 'physical computed metadata' },
  },
  {
    name: 'Catalog',
    owner: 'Catalog',
    members: {
      '★★': 'list_databases get_database database_exists create_database drop_database list_tables get_table table_exists create_table drop_table',
      '★': 'list_views alter_table rename_table list_functions get_function create_function drop_function list_models get_model create_model drop_model list_partitions get_table_statistics alter_table_statistics list_procedures',
    },
    others: {
      database_exists: '= `getDatabase(name) !== null`',
      table_exists: '= `getTable(database, name) !== null`',
      create_table: 'putTable',
      list_views: '= `listTables`, whose objects say what they are',
      alter_table: 'putTable',
      rename_table: '= `putTable` and `dropTable`',
      create_function: 'putFunction',
      create_model: 'putModel',
      list_partitions: '= `partitions` of what `getTable` gives',
      get_table_statistics: '= `statistics` of what `getTable` gives',
      alter_table_statistics: 'putTable',
      list_procedures: '- there are no procedures',
    },
  },
  {
    name: 'DataTypes',
    owner: 'DataTypes',
    members: {
      '★★★':
        'BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL CHAR VARCHAR STRING DATE TIMESTAMP TIMESTAMP_LTZ TIMESTAMP_WITH_LOCAL_TIME_ZONE ARRAY MAP MULTISET ROW FIELD',
      '★★': 'BINARY VARBINARY BYTES TIME INTERVAL SECOND MINUTE HOUR DAY MONTH YEAR LIST_VIEW MAP_VIEW',
      '★': 'NULL RAW',
    },
    others: {
      LIST_VIEW: 'millrace.ListView',
      MAP_VIEW: 'millrace.MapView',
      RAW: '- values that SQL cannot see have no use here',
    },
  },
  {
    name: 'udf',
    owner: 'millrace',
    members: {
      '★★★': 'udf udtf udaf ScalarFunction TableFunction AggregateFunction AsyncScalarFunction',
      '★★': 'udtaf TableAggregateFunction ListView MapView',
    },
    others: Object.fromEntries(
      [
        'ScalarFunction',
        'TableFunction',
        'AggregateFunction',
        'AsyncScalarFunction',
        'TableAggregateFunction',
        'ListView',
        'MapView',
      ].map((name) => [name, name]),
    ),
  },
  {
    name: 'UserDefinedFunction',
    owner: 'ScalarFunction',
    members: { '★★★': 'eval open close is_deterministic' },
    others: {
      eval: '= the method `eval` of a class',
      open: '= the method `open(context)` of a class',
      close: '= the method `close()` of a class',
    },
  },
  {
    name: 'AggregateFunction',
    owner: 'AggregateFunction',
    members: {
      '★★★':
        'create_accumulator accumulate retract merge get_value get_accumulator_type get_result_type',
      '★★': 'emit_value',
    },
    others: {
      ...Object.fromEntries(
        [
          ['create_accumulator', 'createAccumulator'],
          ['accumulate', 'accumulate'],
          ['retract', 'retract'],
          ['merge', 'merge'],
          ['get_value', 'getValue'],
          ['emit_value', 'emitValue'],
        ].map(([member, method]) => [member, `= the method \`${method}\` of a class or an object`]),
      ),
      get_accumulator_type: '= accumulators are JavaScript values: they have no type',
      get_result_type: '= the option `resultType`',
    },
  },
  {
    name: 'FunctionContext',
    owner: 'FunctionContext',
    members: {
      '★★': 'get_metric_group get_job_parameter get_task_name get_task_name_with_subtasks get_number_of_parallel_subtasks get_max_number_of_parallel_subtasks get_index_of_this_subtask get_attempt_number',
    },
    others: {
      get_task_name: '- tasks have numbers, no names',
      get_task_name_with_subtasks: '- tasks have numbers, no names',
      get_max_number_of_parallel_subtasks: 'getNumberOfParallelSubtasks',
      get_attempt_number: '- a statement runs once',
    },
  },
  {
    name: 'MetricGroup',
    owner: 'MetricGroup',
    members: { '★★': 'add_group counter gauge meter distribution' },
    others: { distribution: 'histogram' },
  },
  { name: 'Counter', owner: 'Counter', members: { '★★': 'inc dec get_count' } },
  { name: 'Meter', owner: 'Meter', members: { '★★': 'mark_event get_count' } },
  { name: 'Distribution', owner: 'Histogram', members: { '★★': 'update' } },
  { name: 'ListView', owner: 'ListView', members: { '★★': 'get add add_all clear' } },
  {
    name: 'MapView',
    owner: 'MapView',
    members: { '★★': 'get put put_all remove contains items keys values is_empty clear' },
    others: { items: 'entries' },
  },
];

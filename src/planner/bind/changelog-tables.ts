import { didYouMean } from '../../common/diagnostics.ts';
import { notImplemented, type Span, validationError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../common/identifiers.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { FromItem, TableFunction } from '../../parser/ast/queries.ts';
import { isCharacter } from '../../types/families.ts';
import { columnNames } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import type { QueryEnv } from './binder.ts';
import type { Relation } from './from.ts';
import {
  type Argument,
  namedArguments,
  tableArgument,
  tableOfArgument,
} from './table-arguments.ts';

/** The parameters of the functions over changelogs, in their order; INPUT alone must be given. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  TO_CHANGELOG: ['INPUT', 'OP', 'OP_MAPPING'],
  FROM_CHANGELOG: ['INPUT', 'OP', 'OP_MAPPING', 'INVALID_OP_HANDLING'],
};

/** The changes that there are, by the sign with which a row counts. */
const OPERATIONS: ReadonlyMap<string, 1 | -1> = new Map([
  ['INSERT', 1],
  ['UPDATE_BEFORE', -1],
  ['UPDATE_AFTER', 1],
  ['DELETE', -1],
]);

/** The input in the queries below. */
const CHANGES = '$changes';

/** The names of the functions over changelogs. */
export const CHANGELOG_TABLES: readonly string[] = Object.keys(PARAMETERS);

/** Whether a call in FROM is one of TO_CHANGELOG and FROM_CHANGELOG. */
export function isChangelogTable({ call }: TableFunction): boolean {
  const { parts } = call.name;
  return parts.length === 1 && PARAMETERS[parts[0]!.toUpperCase()] !== undefined;
}

/** The pieces of a call that both functions have. */
interface ChangelogCall {
  readonly name: string;
  readonly span: Span | null;
  readonly table: ast.TableArg;
  readonly plan: LogicalPlan;
  /** The column of the operations. */
  readonly operation: string;
  /** From text to text; null where the call has none. */
  readonly mapping: ReadonlyMap<string, string> | null;
}

/**
 * TO_CHANGELOG(input => TABLE t) gives the rows of a table as changes, with the operation in a
 * column: of a bounded table every change is an INSERT. FROM_CHANGELOG(input => TABLE t) gives the
 * rows that changes add up to.
 *
 * Source: Flink's "Changelog Conversion". Errors: CHANGELOG_FUNCTION, COLUMN_NOT_FOUND,
 * DUPLICATE_COLUMN, those of the table; at run time CHANGE_OPERATION.
 */
export function bindChangelogTable(
  { call }: TableFunction,
  env: QueryEnv,
  bindItem: (item: FromItem, env: QueryEnv) => Relation,
): LogicalPlan {
  const name = call.name.parts[0]!.toUpperCase();
  const args = namedArguments(call, PARAMETERS[name] ?? []);
  if (args === null) {
    const reason = `its arguments are ${(PARAMETERS[name] ?? []).join(', ')}`;
    throw invalid(name, reason, call.span);
  }
  const table = tableArgument(args.get('INPUT'));
  if (table === null) throw invalid(name, 'INPUT must be TABLE name', call.span);
  const { plan } = tableOfArgument(table, env, bindItem);
  const mapping = mappingOf(args.get('OP_MAPPING'), name);
  const operation = operationColumn(args.get('OP'), name);
  const parts = { name, span: call.span, table, plan, operation, mapping };
  const text =
    name === 'TO_CHANGELOG'
      ? asChanges(parts)
      : addedUp(parts, handling(args.get('INVALID_OP_HANDLING'), name));
  const columns = columnNames(plan.schema);
  const commonTables = new Map([[CHANGES, { plan, columns }]]);
  return env.bindQuery(env.context.parseQuery(text), { ...env, outer: null, commonTables });
}

/** The keys of the partition, the operation, and the other columns. */
function asChanges({ table, plan, operation, mapping, span }: ChangelogCall): string {
  const names = columnNames(plan.schema);
  if (names.includes(operation)) {
    throw validationError('DUPLICATE_COLUMN', { column: operation }, { span });
  }
  const keys = (table.partitionBy ?? []).map((key) => partitionColumn(key, names));
  const code = mapping === null ? 'INSERT' : codesOf(mapping, 'TO_CHANGELOG', span).get('INSERT');
  const columns = [
    ...keys.map(quoteIdentifier),
    `CAST(${literal(code ?? '')} AS STRING) AS ${quoteIdentifier(operation)}`,
    ...names.filter((name) => !keys.includes(name)).map(quoteIdentifier),
  ];
  // Changes that the mapping does not name are left out.
  const where = code === undefined ? ' WHERE FALSE' : '';
  return `SELECT ${columns.join(', ')} FROM ${quoteIdentifier(CHANGES)}${where}`;
}

/** Errors: COLUMN_NOT_FOUND, CHANGELOG_FUNCTION. */
function partitionColumn(key: ast.Expr, names: readonly string[]): string {
  if (key.kind !== 'Identifier') {
    throw invalid('TO_CHANGELOG', 'PARTITION BY takes columns', key.span);
  }
  const column = key.parts.at(-1)!;
  if (names.includes(column)) return column;
  const hint = didYouMean(column, names);
  const scope = 'the input of TO_CHANGELOG';
  throw validationError('COLUMN_NOT_FOUND', { column, scope }, { span: key.span, hint });
}

/** TO_CHANGELOG: the code of each operation; `'INSERT, UPDATE_AFTER'` names two. */
function codesOf(mapping: ReadonlyMap<string, string>, name: string, span: Span | null) {
  const codes = new Map<string, string>();
  for (const [operations, code] of mapping) {
    for (const operation of operations.split(',').map((one) => one.trim())) {
      requireOperation(operation, [...codes.keys()], name, span);
      codes.set(operation, code);
    }
  }
  return codes;
}

/** The rows that are inserted, without those that are deleted, each as often as it is. */
function addedUp(call: ChangelogCall, unknown: 'FAIL' | 'SKIP'): string {
  const { plan, operation, table, span } = call;
  const names = columnNames(plan.schema);
  const field = plan.schema.fields.find((one) => one.name === operation);
  if (field === undefined) {
    const scope = 'the input of FROM_CHANGELOG';
    const hint = didYouMean(operation, names);
    throw validationError('COLUMN_NOT_FOUND', { column: operation, scope }, { span, hint });
  }
  if (!isCharacter(field.type)) {
    throw invalid(call.name, `the column '${operation}' must be a text`, span);
  }
  if (table.partitionBy !== null) {
    throw notImplemented('FROM_CHANGELOG with PARTITION BY, for updates by key,', { span });
  }
  const { added, removed } = codesBySign(call);
  const op = quoteIdentifier(operation);
  const columns = names.filter((name) => name !== operation).map(quoteIdentifier);
  const other = unknown === 'FAIL' ? `\`$UNKNOWN_CHANGE\`(${op})` : '0';
  const sign = [
    'CASE',
    `WHEN ${op} IN (${added.map(literal).join(', ')}) THEN 1`,
    ...(removed.length === 0 ? [] : [`WHEN ${op} IN (${removed.map(literal).join(', ')}) THEN -1`]),
    `ELSE ${other} END`,
  ].join(' ');
  const signed = `SELECT ${[...columns, `${sign} AS \`$sign\``].join(', ')} FROM \`${CHANGES}\``;
  const rows = (one: number) =>
    `SELECT ${columns.join(', ')} FROM (${signed}) AS \`$signed\` WHERE \`$sign\` = ${one}`;
  return removed.length === 0 ? rows(1) : `${rows(1)} EXCEPT ALL ${rows(-1)}`;
}

/** FROM_CHANGELOG: the codes by what they do; `'c, r'` are two codes. */
function codesBySign({ mapping, name, span }: ChangelogCall) {
  const codes = new Map<string, readonly string[]>();
  for (const [given, operation] of mapping ?? [...OPERATIONS.keys()].map((one) => [one, one])) {
    requireOperation(operation!, [...codes.keys()], name, span);
    const list = given!.split(',').map((code) => code.trim());
    codes.set(operation!, list);
  }
  if (codes.has('UPDATE_AFTER') && !codes.has('UPDATE_BEFORE')) {
    throw notImplemented('FROM_CHANGELOG of updates without UPDATE_BEFORE', { span });
  }
  const ofSign = (sign: number) =>
    [...codes].flatMap(([operation, list]) => (OPERATIONS.get(operation) === sign ? list : []));
  const added = ofSign(1);
  if (added.length === 0) throw invalid(name, 'OP_MAPPING has no INSERT', span);
  return { added, removed: ofSign(-1) };
}

function requireOperation(
  operation: string,
  before: readonly string[],
  name: string,
  span: Span | null,
): void {
  if (!OPERATIONS.has(operation)) {
    const known = [...OPERATIONS.keys()].join(', ');
    throw invalid(name, `OP_MAPPING names '${operation}'; there are ${known}`, span);
  }
  if (before.includes(operation)) {
    throw invalid(name, `OP_MAPPING names ${operation} twice`, span);
  }
}

function operationColumn(arg: Argument | undefined, name: string): string {
  if (arg === undefined) return 'op';
  const [column, ...others] = arg.kind === 'Descriptor' ? arg.columns : [];
  if (column !== undefined && others.length === 0) return column.name;
  throw invalid(name, 'OP must be DESCRIPTOR(column)', arg.span);
}

function mappingOf(arg: Argument | undefined, name: string): ReadonlyMap<string, string> | null {
  if (arg === undefined) return null;
  const isMap = arg.kind === 'CollectionConstructor' && arg.collection === 'MAP';
  const texts = isMap
    ? arg.items.flatMap((one) => (one.kind === 'StringLiteral' ? [one.value] : []))
    : [];
  if (!isMap || texts.length !== arg.items.length || texts.length % 2 !== 0) {
    throw invalid(name, 'OP_MAPPING must be a MAP of text literals', arg.span);
  }
  const entries = Array.from(
    { length: texts.length / 2 },
    (_, i) => [texts[2 * i]!, texts[2 * i + 1]!] as const,
  );
  return new Map(entries);
}

function handling(arg: Argument | undefined, name: string): 'FAIL' | 'SKIP' {
  if (arg === undefined) return 'FAIL';
  const value = arg.kind === 'StringLiteral' ? arg.value : '';
  if (value === 'FAIL' || value === 'SKIP') return value;
  if (value === 'LOG') throw notImplemented("INVALID_OP_HANDLING => 'LOG'", { span: arg.span });
  throw invalid(name, "INVALID_OP_HANDLING must be 'FAIL' or 'SKIP'", arg.span);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function invalid(name: string, reason: string, span: Span | null) {
  return validationError('CHANGELOG_FUNCTION', { function: name, reason }, { span });
}

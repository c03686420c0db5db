import type { CatalogTable } from '../catalog/catalog.ts';
import { pathText } from '../catalog/catalog-manager.ts';
import { requireInstance, requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { parsePath } from '../common/identifiers.ts';
import type { Insert } from '../parser/ast/statements.ts';
import { parseStatement } from '../parser/parser.ts';
import { bindInsert } from '../planner/bind/insert.ts';
import { type ExplainDetail, explainPlans } from '../planner/explain.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { type PlannedStatement, planStatement } from '../planner/plan.ts';
import { SessionBindContext } from './bind-context.ts';
import { CompiledPlan } from './compiled-plan.ts';
import { describedTable } from './described-table.ts';
import { TableDescriptor } from './descriptors.ts';
import { identifier, tableQuery } from './expressions/syntax.ts';
import { internalCall } from './internal-call.ts';
import { type AnalyzeOptions, measured, signalOf } from './profile/measure.ts';
import type { StatementProfile } from './profile/statement-profile.ts';
import type { TableResult } from './result.ts';
import { runWrites } from './run.ts';
import { type Session, withSource } from './session.ts';
import type { StatementCall } from './statements/handler.ts';
import { counts } from './statements/insert.ts';
import { physicalPlan } from './statements/query.ts';
import { printText, type TextStream } from './tableau.ts';

/** A write that has not run: bound when it is explained or run. */
export interface Insertion {
  /** The path of the sink, or what stands for a table without a name. */
  readonly sink: string;
  bind(call: StatementCall): LogicalPlan;
}

/** The names of what is written and where to, inside the INSERT that stands for a method call. */
const INPUT = '*input*';
const SINK = '*anonymous_sink*';

/** The write of a bound query into a table by path or descriptor. Errors: INVALID_PATH. */
export function insertionOf(
  session: Session,
  plan: LogicalPlan,
  target: string | TableDescriptor,
  overwrite: boolean,
): Insertion {
  const unregistered = new Map<string, CatalogTable | LogicalPlan>([[INPUT, plan]]);
  let path: readonly string[] | null = [SINK];
  if (target instanceof TableDescriptor) unregistered.set(SINK, describedTable(target, session));
  else path = parsePath(target);
  if (path === null) throw validationError('INVALID_PATH', { path: String(target) });
  // The method call has no text: there is no place in it that an error could show.
  const insert: Insert = {
    kind: 'Insert',
    overwrite,
    table: identifier(...path),
    hints: [],
    partition: null,
    columns: null,
    query: tableQuery(INPUT),
    onConflict: null,
    span: null,
  };
  const sink = target instanceof TableDescriptor ? SINK : pathText(session.catalogs.qualify(path));
  return { sink, bind: (call) => bound(insert, call, unregistered) };
}

/** The write of an INSERT statement. Errors: ValidationError NOT_AN_INSERT. */
export function insertionOfSql(session: Session, sql: string): Insertion {
  requireText('A statement', sql);
  const statement = withSource(sql, () => insertOf(sql));
  const { parts, span } = statement.table;
  const sink = pathText(session.catalogs.qualify(parts, span));
  return { sink, bind: (call) => withSource(sql, () => bound(insertOf(sql), call, new Map())) };
}

function bound(
  insert: Insert,
  { session, statement, parameters }: StatementCall,
  unregistered: ReadonlyMap<string, CatalogTable | LogicalPlan>,
): LogicalPlan {
  const context = new SessionBindContext(session, statement, parameters, unregistered);
  return bindInsert(insert, context);
}

function insertOf(sql: string): Insert {
  const statement = parseStatement(sql);
  if (statement.kind === 'Insert') return statement;
  throw validationError('NOT_AN_INSERT', {}, { span: statement.span });
}

/** Runs writes one after the other: one row with the rows of each. */
export function runInsertions(
  session: Session,
  insertions: readonly Insertion[],
): Promise<TableResult> {
  const call = internalCall(session);
  return session.order.run(async () => {
    return counts(await runWrites(call, boundWrites(insertions, call)), call);
  });
}

function boundWrites(insertions: readonly Insertion[], call: StatementCall) {
  return insertions.map(({ sink, bind }) => ({
    sink,
    bind: () => physicalPlan(bind(call), call),
  }));
}

/** Runs writes one after the other and says how they went. */
export async function analyzeInsertions(
  session: Session,
  insertions: readonly Insertion[],
  options: AnalyzeOptions,
): Promise<StatementProfile> {
  const call = internalCall(session, signalOf(options));
  return session.order.run(() =>
    measured(call, (recording) => runWrites(recording, boundWrites(insertions, recording))),
  );
}

/** The plans of writes, to be kept. */
export function compileInsertions(
  session: Session,
  insertions: readonly Insertion[],
): CompiledPlan {
  const call = internalCall(session);
  const planned = insertions.map(({ sink, bind }) => ({
    sink,
    plan: physicalPlan(bind(call), call),
  }));
  return CompiledPlan.of(session, planned);
}

/** The text of the plans of writes. */
export function explainInsertions(
  session: Session,
  insertions: readonly Insertion[],
  details: readonly ExplainDetail[],
): string {
  const call = internalCall(session);
  return explainBound(
    insertions.map(({ bind }) => bind(call)),
    details,
    call,
  );
}

/** The text of the plans of bound statements. */
export function explainBound(
  plans: readonly LogicalPlan[],
  details: readonly ExplainDetail[],
  { session, statement, parameters }: StatementCall,
): string {
  const { parallelism } = session.config;
  const planned = plans.map(
    (plan): PlannedStatement =>
      planStatement(plan, { statement, parallelism, parameters: parameters.values }),
  );
  return explainPlans(planned, details);
}

/** A query and where its rows go: what `table.insertInto(…)` gives. */
export class TablePipeline {
  readonly #session: Session;
  readonly #insertion: Insertion;

  /** Made by `table.insertInto(…)`. @internal */
  constructor(session: Session, insertion: Insertion) {
    this.#session = session;
    this.#insertion = insertion;
  }

  /** The write behind it: for statement sets, not for users. Errors: INVALID_ARGUMENT. @internal */
  static insertionOf(pipeline: TablePipeline): Insertion {
    requireInstance('What to add', pipeline, TablePipeline);
    return pipeline.#insertion;
  }

  /** The path of the table that is written. */
  getSinkIdentifier(): string {
    return this.#insertion.sink;
  }

  /** Writes; resolves after the commit. */
  execute(): Promise<TableResult> {
    return runInsertions(this.#session, [this.#insertion]);
  }

  /** The plan, to be kept. Errors: NOT_SUPPORTED where a table has no name. */
  compilePlan(): CompiledPlan {
    return compileInsertions(this.#session, [this.#insertion]);
  }

  /** The text of the plans. */
  explain(...details: readonly ExplainDetail[]): string {
    return explainInsertions(this.#session, [this.#insertion], details);
  }

  /** Writes, and says how it went; resolves after the commit. */
  explainAnalyze(options: AnalyzeOptions = {}): Promise<StatementProfile> {
    return analyzeInsertions(this.#session, [this.#insertion], options);
  }

  /** Prints the plans. */
  printExplain(stream: TextStream = process.stdout): void {
    printText(stream, `${this.explain()}\n`);
  }
}

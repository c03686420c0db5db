import { pathText } from '../catalog/catalog-manager.ts';
import { requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { DynamicTableSink, ScanTableSource } from '../connectors/connector.ts';
import type { FunctionBody } from '../functions/definition.ts';
import type { ResolvedCatalogTable } from '../planner/bind/context.ts';
import { writtenSchema } from '../planner/bind/insert.ts';
import { type ExplainDetail, explainPhysical } from '../planner/explain.ts';
import type { ScanOrigin, SinkOrigin } from '../planner/logical/nodes.ts';
import { pushAgain } from '../planner/logical/pushed-down.ts';
import { type DecodeContext, decodePlan, encodePlan } from '../planner/physical/encode.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';
import { sameColumns } from '../types/schema.ts';
import { SessionBindContext } from './bind-context.ts';
import { internalCall } from './internal-call.ts';
import { planFileExists, readPlanFile, writePlanFile } from './plan-file.ts';
import type { TableResult } from './result.ts';
import { runWrites } from './run.ts';
import type { Session } from './session.ts';
import type { StatementCall } from './statements/handler.ts';
import { counts } from './statements/insert.ts';
import {
  checkedPlan,
  planError,
  readStoredPlan,
  type StoredWrite,
  storedPlanText,
} from './stored-plan.ts';
import { printText, type TextStream } from './tableau.ts';

/** A write whose plan is to be kept. */
export interface PlannedWrite {
  readonly sink: string;
  readonly plan: PhysicalPlan;
}

/** Where a plan comes from that was compiled before. */
export class PlanReference {
  /** The text of the plan. Errors: what reading its file gives. @internal */
  readonly text: () => string;

  /** Made by `fromFile` and `fromJsonString`. @internal */
  constructor(text: () => string) {
    this.text = text;
  }

  /** A plan in a file, by its path or `file:` URL. */
  static fromFile(path: string): PlanReference {
    requireText('The path of a plan', path);
    return new PlanReference(() => readPlanFile(path));
  }

  /** A plan by what `asJsonString` gave. */
  static fromJsonString(text: string): PlanReference {
    requireText('A plan', text);
    return new PlanReference(() => text);
  }
}

/**
 * How writes are run, as planned once: JSON that another process can run, over tables of the same
 * names and columns. A checksum finds damage; it is no signature: like SQL, a plan should come from
 * where one trusts.
 */
export class CompiledPlan {
  readonly #session: Session;
  readonly #text: string;
  readonly #writes: readonly StoredWrite[];

  private constructor(session: Session, text: string, writes: readonly StoredWrite[]) {
    this.#session = session;
    this.#text = text;
    this.#writes = writes;
  }

  /**
   * Compiles writes. Errors: NOT_SUPPORTED where one reads or writes a table without a name.
   *
   * @internal
   */
  static of(session: Session, planned: readonly PlannedWrite[]): CompiledPlan {
    const writes = planned.map(({ sink, plan }): StoredWrite => {
      checkStorable(plan);
      return { sink, plan: encodePlan(plan, 'stored') };
    });
    return new CompiledPlan(session, storedPlanText(writes), writes);
  }

  /** A plan that was compiled before. Errors: INVALID_PLAN, PLAN_VERSION, FILE_ERROR. @internal */
  static load(session: Session, reference: PlanReference): CompiledPlan {
    const text = reference.text();
    return new CompiledPlan(session, text, readStoredPlan(text));
  }

  /**
   * Runs the plan by a call: one row with the rows of each sink. Errors: as of `execute`.
   *
   * @internal
   */
  static run(plan: CompiledPlan, call: StatementCall): Promise<TableResult> {
    return plan.#run(call);
  }

  /** The plan as JSON. */
  asJsonString(): string {
    return this.#text;
  }

  /** Prints the plan as JSON. */
  printJsonString(stream: TextStream = process.stdout): void {
    printText(stream, this.#text);
  }

  /** Writes the plan to a file. Errors: PLAN_EXISTS unless `ignoreIfExists`, FILE_ERROR. */
  writeToFile(path: string, ignoreIfExists = false): void {
    requireText('The path of a plan', path);
    if (!planFileExists(path)) writePlanFile(path, this.#text);
    else if (!ignoreIfExists) throw validationError('PLAN_EXISTS', { path });
  }

  /**
   * Runs the plan over the tables that its names stand for now; one row with the rows of each
   * sink. Errors: TABLE_NOT_FOUND; PLAN_OUTDATED when a table or a function is another one.
   */
  execute(): Promise<TableResult> {
    const call = internalCall(this.#session);
    return this.#session.order.run(() => this.#run(call));
  }

  /** The text of the plan. Errors: as of `execute`. */
  explain(...details: readonly ExplainDetail[]): string {
    const context = decodeContext(internalCall(this.#session));
    return checkedPlan(() => {
      const plans = this.#writes.map(({ plan }) => decodePlan(plan, context));
      return explainPhysical(plans, details);
    });
  }

  /** Prints the plan. */
  printExplain(stream: TextStream = process.stdout): void {
    printText(stream, `${this.explain()}\n`);
  }

  async #run(call: StatementCall): Promise<TableResult> {
    const context = decodeContext(call);
    const writes = this.#writes.map(({ sink, plan }) => ({
      sink,
      bind: () => decodePlan(plan, context),
    }));
    try {
      return counts(await runWrites(call, writes), call);
    } catch (error) {
      throw planError(error);
    }
  }
}

/** Errors: NOT_SUPPORTED for a plan that means nothing outside of this process. */
function checkStorable(plan: PhysicalPlan): void {
  const isConnected = plan.kind === 'TableSourceScan' || plan.kind === 'TableSink';
  if (isConnected && plan.origin === null) {
    const feature = `A compiled plan over '${plan.table}'`;
    const reason = 'only tables with a name in a catalog can be found again';
    throw validationError('NOT_SUPPORTED', { feature, reason });
  }
  for (const input of plan.inputs) checkStorable(input);
}

/** Finds what a stored plan names among the tables and functions of now. */
function decodeContext({ session, statement, parameters }: StatementCall): DecodeContext {
  const context = new SessionBindContext(session, statement, parameters);
  return {
    source: ({ identifier, options, schema, pushed }: ScanOrigin): ScanTableSource => {
      const source = tableOf(identifier, context).source(options);
      if (!sameColumns(source.schema, schema)) throw outdated(`table '${pathText(identifier)}'`);
      const same = pushAgain(source, pushed);
      if (same === null) throw outdated(`the connector of table '${pathText(identifier)}'`);
      return same;
    },
    sink: ({ identifier, options, overwrite, schema }: SinkOrigin): DynamicTableSink => {
      const table = tableOf(identifier, context);
      if (!sameColumns(writtenSchema(table), schema)) {
        throw outdated(`table '${pathText(identifier)}'`);
      }
      return table.sink({ options, overwrite });
    },
    function: (name: string, stored: FunctionBody): FunctionBody => {
      const found = context.resolveFunction([name]);
      if (found === null) {
        const hint = 'Register it before the plan is executed.';
        throw validationError('FUNCTION_NOT_FOUND', { name }, { hint });
      }
      if (!sameShape(found.body, stored)) throw outdated(`function '${name}'`);
      if (found.body.kind === 'builtin' || stored.kind === 'builtin') return found.body;
      if (!stored.ordered) return found.body;
      return { ...found.body, accumulator: null, ordered: true };
    },
  };
}

function tableOf(
  identifier: ScanOrigin['identifier'],
  context: SessionBindContext,
): ResolvedCatalogTable {
  const { catalog, database, name } = identifier;
  const resolved = context.resolveTable([catalog, database, name]);
  if (resolved === null) {
    throw validationError('TABLE_NOT_FOUND', { table: pathText(identifier) });
  }
  if (resolved.kind !== 'table') throw outdated(`table '${pathText(identifier)}'`);
  return resolved;
}

/** Whether calls of one function can be calls of the other one. */
function sameShape(a: FunctionBody, b: FunctionBody): boolean {
  if (a.kind === 'builtin' || b.kind === 'builtin') return a.kind === b.kind;
  return (
    a.rows === b.rows && a.funcType === b.funcType && (a.async === null) === (b.async === null)
  );
}

function outdated(what: string): Error {
  const hint = 'Compile the plan again (COMPILE PLAN).';
  return validationError('PLAN_OUTDATED', { what }, { hint });
}

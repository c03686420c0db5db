import type { FunctionDefinition, StatementContext } from '../../functions/definition.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type {
  BindContext,
  ParameterValue,
  ParameterValues,
  ResolvedTable,
} from '../../planner/bind/context.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { bindParameters } from '../../planner/plan.ts';
import type { UserFunction } from '../../udf/user-function.ts';
import { SessionBindContext } from '../bind-context.ts';
import { catalogFunction } from '../create-function.ts';
import type { Attachments } from '../expressions/attachments.ts';
import { CallParameters } from '../parameters.ts';
import { explained, type Session } from '../session.ts';

/**
 * Binds the query that a table operation means: the same binder as for SQL, in which some names
 * stand for the operation's tables and for what its expressions hold.
 */
export function bindOperation(
  session: Session,
  query: Query,
  inputs: ReadonlyMap<string, LogicalPlan>,
  held: Attachments,
): LogicalPlan {
  session.assertOpen();
  const context = new OperationContext(session, inputs, held);
  try {
    return bindParameters(bindQuery(query, context), context.values);
  } catch (error) {
    throw explained(error, '');
  }
}

const definitions = new WeakMap<Session, WeakMap<UserFunction, FunctionDefinition>>();

/** The definition of a function that is called without a name: one for each environment. */
function definitionIn(session: Session, fn: UserFunction): FunctionDefinition {
  const known = definitions.get(session) ?? new WeakMap<UserFunction, FunctionDefinition>();
  definitions.set(session, known);
  let definition = known.get(fn);
  if (definition === undefined) {
    definition = catalogFunction(fn.name, fn, session.sharedModules.urls).definition;
    known.set(fn, definition);
  }
  return definition;
}

class OperationContext implements BindContext {
  readonly statement: StatementContext;
  readonly parameters: ParameterValues;
  /** The values of the parameters, by index. */
  readonly values: readonly unknown[];
  readonly #session: Session;
  readonly #base: SessionBindContext;
  readonly #inputs: ReadonlyMap<string, LogicalPlan>;
  readonly #held: Attachments;

  constructor(session: Session, inputs: ReadonlyMap<string, LogicalPlan>, held: Attachments) {
    this.#session = session;
    this.statement = session.statementContext();
    this.#base = new SessionBindContext(session, this.statement, new CallParameters());
    this.#inputs = inputs;
    this.#held = held;
    const values: unknown[] = [];
    const named = new Map<string, ParameterValue>();
    for (const [name, attachment] of held) {
      if (attachment.kind !== 'value') continue;
      const { type, value } = attachment;
      named.set(name, { index: values.push(value) - 1, type, value: () => value });
    }
    this.values = values;
    this.parameters = { positional: [], named };
  }

  resolveTable(
    path: readonly string[],
    options: ReadonlyMap<string, string> | null = null,
  ): ResolvedTable | null {
    const name = path.length === 1 ? path[0]! : '';
    const plan = this.#inputs.get(name) ?? this.#heldPlan(name);
    if (plan === null) return this.#base.resolveTable(path, options);
    return { kind: 'plan', identifier: null, plan };
  }

  tableNames(): Iterable<string> {
    return this.#base.tableNames();
  }

  resolveFunction(path: readonly string[]): FunctionDefinition | null {
    const attachment = path.length === 1 ? this.#held.get(path[0]!) : undefined;
    return attachment?.kind === 'function'
      ? definitionIn(this.#session, attachment.fn)
      : this.#base.resolveFunction(path);
  }

  functionNames(): Iterable<string> {
    return this.#base.functionNames();
  }

  awaitHint(): string | null {
    return this.#base.awaitHint();
  }

  namesFile(text: string): boolean {
    return this.#base.namesFile(text);
  }

  parseQuery(text: string): Query {
    return this.#base.parseQuery(text);
  }

  parseExpression(text: string): ReturnType<BindContext['parseExpression']> {
    return this.#base.parseExpression(text);
  }

  #heldPlan(name: string): LogicalPlan | null {
    const attachment = this.#held.get(name);
    return attachment?.kind === 'plan' ? attachment.plan : null;
  }
}

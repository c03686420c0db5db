import type { Column } from '../../columnar/column.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { MatchReference } from '../../expr/match.ts';
import type {
  AggregateSite,
  RowAccumulator,
  StatementContext,
} from '../../functions/definition.ts';

/** The rows that a pattern is searched in, by position. */
export interface MatchRows {
  readonly columns: readonly Column[];
  /** The row at each position. */
  readonly order: Int32Array;
}

/** Which positions are mapped to the steps of a pattern: to each, some that follow one another. */
export class MatchMapping {
  /** The first position of each step up to `step`. */
  readonly from: Int32Array;
  /** The step that the last positions are mapped to; the number of steps when all are mapped. */
  step = 0;
  /** The position behind the last one. */
  end = 0;
  /** The positions of the partition. */
  partitionFrom = 0;
  partitionTo = 0;

  constructor(steps: number) {
    this.from = new Int32Array(steps + 1);
  }

  /** The first position of a step; null: of all. */
  firstOf(step: number | null): number {
    if (step === null) return this.from[0]!;
    return step <= this.step ? this.from[step]! : this.end;
  }

  /** The position behind the last one of a step; null: of all. */
  endOf(step: number | null): number {
    return step === null || step >= this.step ? this.end : this.from[step + 1]!;
  }
}

/** A value that changes with the mapping. */
export type MatchValue = Pick<Column, 'get'>;

/** Reads what a reference is to. Errors: those of aggregates, when read. */
export function matchValue(
  reference: MatchReference,
  rows: MatchRows,
  mapping: MatchMapping,
  context: StatementContext,
): MatchValue {
  if (reference.kind === 'aggregate') {
    return new RunningAggregate(reference.call, reference.variable, rows, mapping, context);
  }
  const { variable, end, offset, shift } = reference;
  const column = rows.columns[reference.column]!;
  return {
    get: () => {
      const first = mapping.firstOf(variable);
      const behind = mapping.endOf(variable);
      const mapped = end === 'FIRST' ? first + offset : behind - 1 - offset;
      if (mapped < first || mapped >= behind) return null;
      const at = mapped + shift;
      if (at < mapping.partitionFrom || at >= mapping.partitionTo) return null;
      return column.get(rows.order[at]!);
    },
  };
}

/** An aggregate over the positions of a step, of which most are added one by one. */
class RunningAggregate implements MatchValue {
  readonly #call: AggregateCall;
  readonly #variable: number | null;
  readonly #rows: MatchRows;
  readonly #mapping: MatchMapping;
  readonly #site: AggregateSite;
  readonly #args: readonly RowEvaluator[];
  #state: RowAccumulator;
  /** The positions that the state has. */
  #from = 0;
  #to = 0;

  constructor(
    call: AggregateCall,
    variable: number | null,
    rows: MatchRows,
    mapping: MatchMapping,
    context: StatementContext,
  ) {
    this.#call = call;
    this.#variable = variable;
    this.#rows = rows;
    this.#mapping = mapping;
    this.#site = {
      types: call.args.map((arg) => arg.type),
      literals: call.args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
      result: call.type,
      context,
    };
    this.#args = call.args.map((arg) => compileRow(arg, context));
    this.#state = call.definition.createAccumulator(this.#site);
  }

  get(): unknown {
    const from = this.#mapping.firstOf(this.#variable);
    const to = this.#mapping.endOf(this.#variable);
    if (from !== this.#from || to < this.#to) {
      this.#state.release?.();
      this.#state = this.#call.definition.createAccumulator(this.#site);
      this.#from = from;
      this.#to = from;
    }
    while (this.#to < to) this.#add(this.#rows.order[this.#to++]!);
    return this.#state.value();
  }

  #add(row: number): void {
    const args = this.#args.map((arg) => arg(this.#rows.columns, row));
    if (!this.#call.definition.skipsNulls || !args.includes(null)) this.#state.add(args);
  }
}

import type { EvaluatedExpression, OperatorProfiles } from '../../exec/profile/operator-profile.ts';
import { describePhysical } from '../../planner/explain.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { counted, microseconds } from './units.ts';

/** What was measured of an operator. */
export interface OperatorMeasures {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly batchesIn: number;
  readonly batchesOut: number;
  /** Milliseconds of its own work, summed over its tasks. */
  readonly timeMs: number;
  /** The time of its slowest task as a share of the time that the plan ran, from 0 to 1. */
  readonly wallShare: number;
  /** Milliseconds in which it waited for async functions, summed over its tasks. */
  readonly waitMs: number;
  /** The most bytes of the arena that it held at a time, summed over its tasks. */
  readonly memoryBytes: number;
  readonly spilledBytes: number;
  /** Parts of a source that were not read: joins said that no row of them is needed. */
  readonly partsLeftOut: number;
  /** Tasks that ran it. */
  readonly tasks: number;
  /** How its expressions were evaluated. */
  readonly expressions: readonly EvaluatedExpression[];
}

/** An operator of an explained plan. */
export interface ExplainedOperator {
  /** Its number in the statement, from 1. */
  readonly id: number;
  /** Its kind, such as `HashJoin`. */
  readonly operator: string;
  /** What it does, on one line. */
  readonly description: string;
  readonly estimatedRows: number;
  /** Null where nothing was measured of it; `note` then says why. */
  readonly measured: OperatorMeasures | null;
  readonly note: string | null;
  /** Empty for rows that were kept before: the first operator with the same id has them. */
  readonly inputs: readonly ExplainedOperator[];
}

const NOT_RUN = 'not run: no row of it was needed';

/** How a plan ran. */
export interface PlanRun {
  readonly operators: OperatorProfiles;
  /** Milliseconds. */
  readonly ms: number;
}

/** The operators of a numbered plan; `run` is what was measured, where it ran. */
export function operatorTree(plan: PhysicalPlan, run: PlanRun | null): ExplainedOperator {
  const shown = new Set<number>();
  const explain = (node: PhysicalPlan, above: PhysicalPlan | null): ExplainedOperator => {
    const id = node.number ?? 0;
    const before = shown.has(id);
    shown.add(id);
    const measured = run === null ? null : measuresOf(node, run);
    // An operator may do the work of those below it.
    const isApart = node.kind !== 'Exchange' && (node.kind !== 'Calc' || measured !== null);
    const parent = isApart ? node : above;
    return {
      id,
      operator: node.kind,
      description: describePhysical(node),
      estimatedRows: node.rows,
      measured,
      note: before ? 'read again' : run === null || measured !== null ? null : noteOf(node, above),
      inputs: before ? [] : node.inputs.map((input) => explain(input, parent)),
    };
  };
  return explain(plan, null);
}

/** All operators of a tree, each before its inputs. */
export function operatorsOf(root: ExplainedOperator): readonly ExplainedOperator[] {
  return [root, ...root.inputs.flatMap(operatorsOf)];
}

/** What was not read of a source, for people. */
export function leftOut({ partsLeftOut }: OperatorMeasures): string {
  return `${counted(partsLeftOut, 'part')}, by the keys of joins`;
}

function measuresOf(node: PhysicalPlan, { operators, ms }: PlanRun): OperatorMeasures | null {
  const profile = operators.get(node.number ?? 0);
  if (profile === undefined) return null;
  const { ms: timeMs, longestMs, ...rest } = profile;
  const measures = {
    ...rest,
    timeMs: microseconds(timeMs),
    waitMs: microseconds(rest.waitMs),
    wallShare: ms === 0 ? 0 : Math.min(1, microseconds(longestMs / ms)),
  };
  if (node.kind !== 'Exchange' && node.kind !== 'Shared') return measures;
  // What is handed over is counted where it comes in.
  return { ...measures, rowsOut: measures.rowsIn, batchesOut: measures.batchesIn };
}

/** Why nothing was measured of a node; `parent` is the operator that reads it. */
function noteOf(node: PhysicalPlan, parent: PhysicalPlan | null): string {
  switch (node.kind) {
    case 'Exchange':
      return 'not needed: the rows stayed in their task';
    case 'Union':
      return 'no work of its own: its inputs are read one after the other';
    case 'Calc':
    case 'UdfCalc':
      return parent?.kind === 'HashAggregate' ? `computed by #${parent.number}` : NOT_RUN;
    default:
      return NOT_RUN;
  }
}

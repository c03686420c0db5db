import type { Region } from '../../columnar/arena/region.ts';
import type { BatchDescriptor } from '../../columnar/descriptor.ts';
import type { TaskContext } from '../operator.ts';
import {
  type BuildUnit,
  type BuiltUnit,
  buildUnit,
  fitsHeldTable,
  rowsReadBy,
  TableBuild,
} from '../operators/table-build.ts';
import type { OutputSpec, SharedTable } from '../pool/protocol.ts';
import type { TableSpec } from './stage.ts';

/** Does units of the work on a table, in any order. */
export type UnitRunner = (units: readonly BuildUnit[]) => Promise<readonly BuiltUnit[]>;

/**
 * Whether a table is made in units of work, of rows that are held and stay where they are: where
 * memory does not hold the table, one task parts the rows in files.
 */
export function isMadeInUnits(
  held: readonly BatchDescriptor[],
  { join, rowsStay }: Extract<OutputSpec, { kind: 'table' }>,
  ctx: TaskContext,
): boolean {
  if (!rowsStay || join.schema.fields.length === 0) return false;
  if (held.length === 0 || held.some(({ rowKinds }) => rowKinds !== 0)) return false;
  return fitsHeldTable(join, held, ctx);
}

/** The table that `run` makes of rows, in memory of `region` besides. Errors: MEMORY_LIMIT. */
export async function tableInUnits(
  join: TableSpec,
  held: readonly BatchDescriptor[],
  parts: number,
  region: Region,
  run: UnitRunner,
): Promise<SharedTable | null> {
  const build = new TableBuild(join, held, parts, region);
  const built = await run(build.units);
  return build.finish(built) ?? build.finish([...built, ...(await run(build.rest(built)))]);
}

/** Does units on the calling thread, as work of the node `by`, in memory of `region`. */
export function unitsHere(
  join: TableSpec,
  held: readonly BatchDescriptor[],
  by: number | null,
  region: Region,
  ctx: TaskContext,
): UnitRunner {
  const { profile } = ctx;
  return async (units) =>
    units.map((unit) => {
      ctx.checkCancelled();
      const make = (memory: Region): BuiltUnit => buildUnit(unit, join, held, memory);
      if (profile === undefined || by === null) return make(region);
      return profile.work(by, ctx, rowsReadBy(unit, held), (measured) => make(measured.region));
    });
}

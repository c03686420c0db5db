import type { Region } from '../../columnar/arena/region.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import { assert } from '../../common/assert.ts';
import type { SourceSplit } from '../../connectors/connector.ts';
import type { SharedTable, Split } from '../pool/protocol.ts';
import { isSpilled } from '../spill/spill-file.ts';
import { PARTITIONS } from '../spill/spill-partitions.ts';
import type { JobSite } from './job-site.ts';
import type { SortedSource, StageBranch, StageSource } from './stage.ts';
import { valuesBatches } from './values.ts';

/** A source that has its splits, and the chain its rows go through. */
export type ReadyBranch = StageBranch<StageSource | SortedSource>;

/** A segment with its splits: what is ready to run, here or on the pool. */
export interface ReadySegment {
  readonly branches: readonly ReadyBranch[];
  readonly splits: readonly Split[];
}

/**
 * Asks the sources of a segment for their splits; constant rows are made in `region`. A promise
 * only where a source needs one.
 */
export function readySegment(
  branches: readonly StageBranch[],
  site: JobSite,
  region: Region,
): ReadySegment | Promise<ReadySegment> {
  const rows: (readonly Split['rows'][])[] = [];
  for (const { source } of branches) {
    const splits = splitsOf(source, site, region);
    if (splits instanceof Promise) return awaited(branches, rows, splits, site, region);
    rows.push(splits);
  }
  return { branches, splits: numbered(rows) };
}

/** Goes on behind the first source whose splits must be awaited: one after the other. */
async function awaited(
  branches: readonly StageBranch[],
  known: readonly (readonly Split['rows'][])[],
  next: Promise<readonly Split['rows'][]>,
  site: JobSite,
  region: Region,
): Promise<ReadySegment> {
  const rows = [...known, await next];
  for (const { source } of branches.slice(rows.length)) {
    rows.push(await splitsOf(source, site, region));
  }
  return { branches, splits: numbered(rows) };
}

/** The splits of all branches with the numbers of those. */
function numbered(rows: readonly (readonly Split['rows'][])[]): readonly Split[] {
  return rows.flatMap((splits, branch) => splits.map((split) => ({ branch, rows: split })));
}

function scanned(splits: readonly SourceSplit[]): readonly Split['rows'][] {
  return splits.map((split) => ({ kind: 'scan', split }));
}

/** The table that a stage has made; null: none, or the stage is null. */
export function tableOf(stage: number | null, { tables }: JobSite): SharedTable | null {
  return stage === null ? null : (tables.get(stage) ?? null);
}

function splitsOf(
  source: StageSource,
  site: JobSite,
  region: Region,
): readonly Split['rows'][] | Promise<readonly Split['rows'][]> {
  const { options, held } = site;
  switch (source.kind) {
    case 'scan': {
      const splits = source.node.source.splits(options.parallelism);
      return splits instanceof Promise ? splits.then(scanned) : scanned(splits);
    }
    case 'values': {
      const { batchRows, statement } = options;
      const batches = valuesBatches(source.node, region, batchRows, statement);
      return [{ kind: 'held', batches: batches.map(describeBatch) }];
    }
    case 'held': {
      const rows = held.get(source.stage);
      assert(rows !== undefined, 'stages run in order');
      return rows.partitions.map((batches) => ({ kind: 'held', batches }));
    }
    case 'join': {
      const [build, probe] = [source.build, source.probe].map((stage) => held.get(stage));
      assert(build !== undefined && probe !== undefined, 'stages run in order');
      return Array.from({ length: PARTITIONS }, (_, i) => ({
        kind: 'join',
        build: (build.partitions[i] ?? []).filter(isSpilled),
        probe: probe.partitions[i] ?? [],
      }));
    }
    case 'leftover': {
      const table = tableOf(source.stage, site);
      assert(table !== null, 'stages run in order');
      return [{ kind: 'leftover', table, leftover: source.leftover }];
    }
  }
}

import type { ChangelogKinds } from './fold-changelog.ts';

/** How a row changes a table: the kinds of `fromChangelog` and `changes()`. */
export const RowKind = {
  INSERT: '+I',
  UPDATE_BEFORE: '-U',
  UPDATE_AFTER: '+U',
  DELETE: '-D',
} as const;
/** One of the four kinds. */
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** The kinds that a changelog holds: values of the option `changelogMode` of `fromChangelog`. */
export const ChangelogMode = {
  /** Insertions alone. */
  insertOnly: (): ChangelogKinds => 'insert',
  /** Updates and deletions by a key. */
  upsert: (): ChangelogKinds => 'upsert',
  /** Every kind: what is updated is taken back first. */
  all: (): ChangelogKinds => 'all',
} as const;

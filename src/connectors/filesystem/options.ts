import {
  type OptionDeclarations,
  type OptionValues,
  option,
  type ValuesOf,
} from '../../common/config-option.ts';
import { validationError } from '../../common/errors.ts';
import type { FormatDefinition } from '../../formats/format.ts';
import { formatFor, formatOfPath } from '../../formats/index.ts';

/** The options of the filesystem connector; those of the table's format come on top. */
export const FILESYSTEM_OPTIONS = {
  path: option.string({ doc: 'A file, a folder or a glob pattern.', required: true }),
  format: option.string({
    doc: "The files' format; by their extension if not given.",
    default: null,
  }),
  'path.root': option.string({
    doc: 'A folder that the path, links and glob matches must not lead out of.',
    default: null,
  }),
  'source.path.regex-pattern': option.string({
    doc: 'Read only files whose whole path matches.',
    default: null,
  }),
  'source.report-statistics': option.enum(['ALL', 'NONE'], {
    doc: 'Whether row counts are reported to the planner.',
    default: 'ALL',
  }),
  'source.monitor-interval': option.duration({
    doc: 'How often the path is looked at for new files; if not given, the table is bounded.',
    default: null,
  }),
  'partition.default-name': option.string({
    doc: 'The name of the partition of NULL and empty keys.',
    default: '__DEFAULT_PARTITION__',
  }),
  'sink.rolling-policy.file-size': option.size({
    doc: 'Size from which a sink begins a new file.',
    default: null,
  }),
  'sink.rolling-policy.rollover-interval': option.duration({
    doc: 'Time after which a streaming sink begins a new file.',
    default: 1_800_000,
  }),
  'sink.rolling-policy.inactivity-interval': option.duration({
    doc: 'Idle time after which a streaming sink begins a new file.',
    default: 1_800_000,
  }),
  'sink.rolling-policy.check-interval': option.duration({
    doc: 'How often a streaming sink looks at the rolling policy.',
    default: 60_000,
  }),
  'sink.partition-commit.trigger': option.string({
    doc: 'What makes a partition complete in a stream.',
    default: 'process-time',
  }),
  'sink.partition-commit.delay': option.duration({
    doc: 'Time that a partition stays open in a stream.',
    default: 0,
  }),
  'sink.partition-commit.policy.kind': option.string({
    doc: "What a complete partition is marked with: 'success-file'.",
    default: null,
  }),
  'sink.partition-commit.success-file.name': option.string({
    doc: 'The name of the mark.',
    default: '_SUCCESS',
  }),
  'sink.shuffle-by-partition.enable': option.boolean({
    doc: 'Send each partition to one task.',
    default: false,
  }),
  'sink.parallelism': option.int({ doc: 'Tasks that write.', default: null }),
  'scan.parallelism': option.int({ doc: 'Tasks that read.', default: null }),
  'auto-compaction': option.boolean({
    doc: 'Merge small files at a checkpoint.',
    default: false,
  }),
  'compaction.file-size': option.size({ doc: 'Size of merged files.', default: null }),
} as const satisfies OptionDeclarations;

/** The values of the filesystem options. */
export type FilesystemOptions = ValuesOf<typeof FILESYSTEM_OPTIONS>;

/**
 * The format of a table. Errors: ValidationError UNKNOWN_FORMAT; MISSING_OPTION when neither the
 * option nor the extension of the path says it.
 */
export function tableFormat(path: string | undefined, format: string | null): FormatDefinition {
  if (format !== null) return formatFor(format);
  const found = path === undefined ? null : formatOfPath(path.replace(/[*\])}]+$/, ''));
  if (found !== null) return found;
  throw validationError('MISSING_OPTION', { key: 'format', owner: "connector 'filesystem'" });
}

/** The declarations of a format's options under the keys that tables use: `csv.header`. */
export function prefixedOptions(format: FormatDefinition): OptionDeclarations {
  return Object.fromEntries(
    Object.entries(format.options).map(([key, value]) => [`${format.identifier}.${key}`, value]),
  );
}

/** The values of a format's options by their short keys. */
export function formatOptions(format: FormatDefinition, values: OptionValues): OptionValues {
  return Object.fromEntries(
    Object.keys(format.options).map((key) => [key, values[`${format.identifier}.${key}`]]),
  );
}

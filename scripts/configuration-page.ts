import type { ConfigOption } from '../src/common/config-option.ts';
import { FOREIGN_OPTIONS } from '../src/common/foreign-options.ts';
import { CONFIG_OPTIONS, INERT_OPTIONS } from '../src/common/options.ts';
import { code, table } from './markdown.ts';

const INTRODUCTION = `# Configuration

Options are set for an environment: \`TableEnvironment.create({ config: { 'parallelism.default': 2 } })\`,
\`tEnv.getConfig().set(key, value)\`, \`SET 'key' = 'value'\` in SQL, \`-D key=value\` on the command line. They hold for
the statements that are called afterwards. Values are texts; a duration is written \`10 s\`, \`1 min\` or \`500 ms\`
(a number alone is milliseconds), a size \`64mb\` or \`1gb\` (a number alone is bytes).

A misspelt key is an error that names the nearest one. Keys that begin with other words than \`table\`, \`execution\`,
\`parallelism\`, \`pipeline\` and \`sql-client\` are your own: they are kept, and the user's functions can read them.

This page is written by \`npm run docs\` from \`src/common/options.ts\`.
`;

/** The page of all options of the configuration, as Markdown. */
export function configurationPage(): string {
  const inert = new Set(INERT_OPTIONS.flatMap(({ options }) => Object.keys(options)));
  const active = Object.entries(CONFIG_OPTIONS).filter(([key]) => !inert.has(key));
  return [
    INTRODUCTION,
    '## Options',
    '',
    optionTable(active),
    '',
    '## Options without effect',
    '',
    "Flink's options whose values are checked and kept, and that nothing reads in this version.",
    '',
    ...INERT_OPTIONS.flatMap(({ reason, options }) => [
      reason,
      '',
      optionTable(Object.entries(options)),
      '',
    ]),
    "## Flink's other options",
    '',
    'For a cluster, the JVM or its planner: they are taken, so that a Flink program runs as it is, and do nothing.',
    'So are all that begin with other words, such as `state.`, `restart-strategy.` and `python.`.',
    '',
    FOREIGN_OPTIONS.map((key) => code(key.endsWith('.') ? `${key}*` : key)).join(', '),
    '',
  ].join('\n');
}

function optionTable(options: readonly (readonly [string, ConfigOption<unknown>])[]): string {
  const rows = options
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, option]) => [code(key), typeOf(option), defaultOf(option), option.doc]);
  return table(['Key', 'Type', 'Default', 'Meaning'], rows);
}

function typeOf({ kind, choices }: ConfigOption<unknown>): string {
  return choices === null ? kind : choices.map(code).join(', ');
}

function defaultOf({ kind, default: value }: ConfigOption<unknown>): string {
  if (value === null) return '';
  return code(kind === 'duration' ? `${String(value)} ms` : String(value));
}

import { BUILTIN_FAMILIES } from '../src/functions/builtin/index.ts';
import type { FunctionDefinition } from '../src/functions/definition.ts';
import { code, table } from './markdown.ts';

/** The chapters of the page, with the families of functions in each. */
const CHAPTERS: Readonly<Record<string, readonly (keyof typeof BUILTIN_FAMILIES)[]>> = {
  Comparison: ['comparison', 'like'],
  Logic: ['logic'],
  Arithmetic: ['arithmetic', 'rounding', 'math'],
  Strings: ['string', 'trim', 'stringRegexp', 'stringSplitting', 'stringEncoding'],
  'Dates and times': ['temporal', 'periods', 'temporalConversion', 'currentTime'],
  Conditions: ['conditional'],
  Types: ['conversion'],
  'Arrays, maps, rows': ['valueConstruction', 'objects', 'collection', 'multiset', 'map'],
  JSON: ['json', 'jsonConstruction'],
  Hashes: ['hash'],
  Bitmaps: ['bitmap'],
  Session: ['catalog', 'sinkConstraints', 'changelog'],
  Aggregates: [
    'count',
    'sum',
    'avg',
    'minMax',
    'variance',
    'percentile',
    'approxCountDistinct',
    'firstLast',
    'singleValue',
    'collect',
    'jsonAggregate',
    'orderedAggregate',
    'bitmapAggregate',
  ],
  'Over windows': ['window', 'windowAssignment'],
  'Tables of a row': ['table'],
};

/** What the names of functions begin with that only plans call. */
const INTERNAL = '$';

const INTRODUCTION = `# Functions

Every built-in function and operator: what it does, the arguments it takes, and examples with their
results as \`CAST(… AS STRING)\` prints them. Names may be written in any case. A function of a NULL
argument is NULL unless its text says otherwise.

This page is written by \`npm run docs\` from the definitions in \`src/functions/builtin\`; the examples
are run by the tests.
`;

/** The page of all built-in functions, as Markdown. */
export function functionsPage(): string {
  const listed = new Set(Object.values(CHAPTERS).flat());
  const others = Object.keys(BUILTIN_FAMILIES).filter((family) => !listed.has(family as 'json'));
  if (others.length > 0) throw new Error(`Families without a chapter: ${others.join(', ')}`);
  const chapters = Object.entries(CHAPTERS).map(([title, families]) => {
    const functions = families
      .flatMap((family) => Object.values<FunctionDefinition>(BUILTIN_FAMILIES[family]))
      .filter(({ name }) => !name.startsWith(INTERNAL))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (functions.length === 0) return '';
    return `## ${title}\n\n${functions.map(section).join('\n')}`;
  });
  const contents = Object.keys(CHAPTERS).map((title) => `- [${title}](#${anchor(title)})`);
  return `${INTRODUCTION}\n${contents.join('\n')}\n\n${chapters.filter((text) => text !== '').join('\n')}`;
}

function section(definition: FunctionDefinition): string {
  const { name, aliases, doc, examples, input } = definition;
  const isOperator = !/^[A-Z]\w*$/.test(name);
  const lines = [`### ${isOperator ? code(name) : name}`, '', doc];
  if (aliases.length > 0) lines.push('', `Also ${aliases.map(code).join(', ')}.`);
  const signatures = input.describe(name);
  if (signatures.length > 0) lines.push('', ...signatures.map((text) => `- ${code(text)}`));
  if (examples.length > 0) {
    const rows = examples.map(([call, result]) => [codeOrNothing(call), codeOrNothing(result)]);
    lines.push('', table(['Example', 'Result'], rows));
  }
  return `${lines.join('\n')}\n`;
}

function codeOrNothing(text: string): string {
  return text === '' ? '' : code(text);
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '-');
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  Alternation,
  getLookaheadPaths,
  type IProduction,
  type LookaheadProductionType,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
} from 'chevrotain';
import { ANY } from '../src/parser/grammar/one-token.ts';
import { SqlParser } from '../src/parser/parser.ts';

const OUTPUT = path.join(import.meta.dirname, '../src/parser/grammar/decisions.ts');
/** Characters of a line of the output. */
const LINE = 96;
const OCCURRENCE_BITS = 8;

/** The productions that are decisions, with the numbers that Chevrotain gives their kinds. */
const KINDS = [
  [Alternation, 'Alternation', 1],
  [Option, 'Option', 2],
  [Repetition, 'Repetition', 3],
  [RepetitionMandatory, 'RepetitionMandatory', 4],
  [RepetitionWithSeparator, 'RepetitionWithSeparator', 5],
  [RepetitionMandatoryWithSeparator, 'RepetitionMandatoryWithSeparator', 6],
] as const;

/** What may be inside of a production, in this rule: without the rules that it names. */
function* productionsIn(production: IProduction): Iterable<IProduction> {
  if (production instanceof NonTerminal || !('definition' in production)) return;
  for (const inner of production.definition as readonly IProduction[]) {
    yield inner;
    yield* productionsIn(inner);
  }
}

/** The decisions of the rules of a parser that has learnt them: for each the tokens, by name. */
export function decisionsOf(
  rules: Readonly<Record<string, Rule>>,
): ReadonlyMap<string, readonly { readonly key: string; readonly alternatives: string[] }[]> {
  const decisions = Object.entries(rules).map(([name, rule]) => {
    const all = [...productionsIn(rule as unknown as IProduction)].flatMap((production) =>
      KINDS.filter(([kind]) => production instanceof kind).map(([, kind, number]) => {
        const { idx } = production as IProduction & { readonly idx: number };
        const gated = 'hasPredicates' in production && production.hasPredicates === true;
        const key = `${(number << OCCURRENCE_BITS) | idx}${gated ? '?' : ''}`;
        return { key, alternatives: alternativesOf(rule, kind, idx) };
      }),
    );
    return [name, all] as const;
  });
  return new Map(decisions.filter(([, all]) => all.length > 0));
}

function alternativesOf(
  rule: Rule,
  prodType: LookaheadProductionType,
  occurrence: number,
): string[] {
  const paths = getLookaheadPaths({ occurrence, rule, prodType, maxLookahead: 1 });
  // Of optional parts the second list is what may follow them.
  const alternatives = prodType === 'Alternation' ? paths : paths.slice(0, 1);
  return alternatives.map((alternative) =>
    alternative.some((tokens) => tokens.length === 0)
      ? ANY
      : alternative.map(([token]) => token!.name).join(','),
  );
}

/** The source of `decisions.ts`. */
export function decisionsSource(rules: Readonly<Record<string, Rule>>): string {
  const sets = new Map<string, number>();
  const numberOf = (set: string): number => {
    if (!sets.has(set)) sets.set(set, sets.size);
    return sets.get(set)!;
  };
  const lines = [...decisionsOf(rules)].map(([name, all]) =>
    [name, ...all.map((d) => `${d.key}=${d.alternatives.map(numberOf).join('.')}`)].join(' '),
  );
  return `/** Sets of tokens by name, built by \`npm run build:grammar\`; \`*\`: all. */
export const TOKEN_SETS = \`
${wrapped([...sets.keys()].join(' '))}
\`;

/**
 * By rule the decisions that a parser takes by the next token: their numbers, whether alternatives
 * have conditions (\`?\`), and the sets of tokens of the alternatives, or of an optional part.
 */
export const DECISIONS = \`
${wrapped(lines.join('; '))}
\`;
`;
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

if (import.meta.main) {
  writeFileSync(OUTPUT, decisionsSource(new SqlParser('learnt').getGAstProductions()));
}

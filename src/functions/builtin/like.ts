import { BOOLEAN } from '../../types/types.ts';
import { checkPattern } from '../check-pattern.ts';
import { defineScalar } from '../define.ts';
import type { CallSite, InputTypeStrategy } from '../definition.ts';
import { compileLike, likeEscape } from '../like-pattern.ts';
import { compileSimilar } from '../similar-pattern.ts';
import { arg, explicit, nullableIfArgs, optionalFrom, provided } from '../type-strategies.ts';
import { likeKernel } from './kernels/strings.ts';

/** Literal patterns are checked at once. */
function patternInput(compile: Compile): InputTypeStrategy {
  const inner = optionalFrom(
    2,
    arg('value', 'CHARACTER_STRING'),
    arg('pattern', 'CHARACTER_STRING'),
    arg('escape', 'CHARACTER_STRING'),
  );
  return provided(inner, ({ literals, types }) => {
    const [, pattern, escapeWith] = literals;
    const known =
      typeof pattern === 'string' && (types.length === 2 || typeof escapeWith === 'string');
    if (known) checkPattern(() => compile(pattern, likeEscape(escapeWith as string | undefined)));
    return true;
  });
}

/** `a LIKE b [ESCAPE c]`. */
export const LIKE = defineScalar({
  name: 'LIKE',
  doc: 'Whether a string matches a pattern, in which % stands for any characters and _ for one.',
  input: patternInput(compileLike),
  output: nullableIfArgs(explicit(BOOLEAN)),
  specialize: (site) => matcher(site, compileLike),
  kernel: likeKernel,
  examples: [
    ["'abc' LIKE 'a%'", 'TRUE'],
    ["'abc' LIKE 'a_'", 'FALSE'],
    ["'a%c' LIKE 'a!%c' ESCAPE '!'", 'TRUE'],
    ["'abc' NOT LIKE '%b%'", 'FALSE'],
  ],
});

/** `a ILIKE b [ESCAPE c]`. */
export const ILIKE = defineScalar({
  name: 'ILIKE',
  doc: 'As LIKE, without regard to case.',
  input: patternInput(compileLike),
  output: nullableIfArgs(explicit(BOOLEAN)),
  specialize: (site) => {
    const match = matcher(site, (pattern, escapeWith) =>
      compileLike(pattern.toLowerCase(), escapeWith),
    );
    return (value: string, pattern: string, escapeWith?: string) =>
      match(value.toLowerCase(), pattern, escapeWith);
  },
  examples: [],
});

/** `a SIMILAR TO b [ESCAPE c]`. */
export const SIMILAR_TO = defineScalar({
  name: 'SIMILAR TO',
  tableApi: { method: 'similar' },
  doc: "Whether a string matches a pattern of SQL's regular expressions: % _ | * + ? {m,n} ( ) [ ].",
  input: patternInput(compileSimilar),
  output: nullableIfArgs(explicit(BOOLEAN)),
  specialize: (site) => matcher(site, compileSimilar),
  examples: [
    ["'abc' SIMILAR TO '(a|b)%'", 'TRUE'],
    ["'abc' SIMILAR TO 'ab'", 'FALSE'],
  ],
});

type Compile = (pattern: string, escapeWith: string | null) => (value: string) => boolean;

/** A match against a pattern that is compiled once when it is a literal, and kept while it stays. */
function matcher(site: CallSite, compile: Compile) {
  let lastPattern: string | null = null;
  let lastEscape: string | undefined;
  let match: (value: string) => boolean = () => false;
  const prepare = (pattern: string, escapeWith?: string): void => {
    if (pattern === lastPattern && escapeWith === lastEscape) return;
    match = compile(pattern, likeEscape(escapeWith));
    lastPattern = pattern;
    lastEscape = escapeWith;
  };
  const [, pattern, escapeWith] = site.literals;
  if (typeof pattern === 'string' && (site.types.length === 2 || typeof escapeWith === 'string')) {
    prepare(pattern, escapeWith as string | undefined);
  }
  return (value: string, text: string, escapeText?: string): boolean => {
    prepare(text, escapeText);
    return match(value);
  };
}

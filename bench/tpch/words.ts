import { Random } from './random.ts';

const split = (text: string): readonly string[] => text.trim().split(/[,\n]\s*/);

/** The value lists of the TPC-H specification (4.2.2.13). */
export const REGIONS = split('AFRICA, AMERICA, ASIA, EUROPE, MIDDLE EAST');
/** Nations with the number of their region. */
export const NATIONS: readonly (readonly [name: string, region: number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];
export const TYPE_1 = split('STANDARD, SMALL, MEDIUM, LARGE, ECONOMY, PROMO');
export const TYPE_2 = split('ANODIZED, BURNISHED, PLATED, POLISHED, BRUSHED');
export const TYPE_3 = split('TIN, NICKEL, BRASS, STEEL, COPPER');
export const CONTAINER_1 = split('SM, LG, MED, JUMBO, WRAP');
export const CONTAINER_2 = split('CASE, BOX, BAG, JAR, PKG, PACK, CAN, DRUM');
export const SEGMENTS = split('AUTOMOBILE, BUILDING, FURNITURE, MACHINERY, HOUSEHOLD');
export const PRIORITIES = split('1-URGENT, 2-HIGH, 3-MEDIUM, 4-NOT SPECIFIED, 5-LOW');
export const INSTRUCTIONS = split('DELIVER IN PERSON, COLLECT COD, NONE, TAKE BACK RETURN');
export const MODES = split('REG AIR, AIR, RAIL, SHIP, TRUCK, MAIL, FOB');
export const COLORS = split(
  `almond, antique, aquamarine, azure, beige, bisque, black, blanched, blue, blush, brown, burlywood,
   burnished, chartreuse, chiffon, chocolate, coral, cornflower, cornsilk, cream, cyan, dark, deep,
   dim, dodger, drab, firebrick, floral, forest, frosted, gainsboro, ghost, goldenrod, green, grey,
   honeydew, hot, indian, ivory, khaki, lace, lavender, lawn, lemon, light, lime, linen, magenta,
   maroon, medium, metallic, midnight, mint, misty, moccasin, navajo, navy, olive, orange, orchid,
   pale, papaya, peach, peru, pink, plum, powder, puff, purple, red, rose, rosy, royal, saddle,
   salmon, sandy, seashell, sienna, sky, slate, smoke, snow, spring, steel, tan, thistle, tomato,
   turquoise, violet, wheat, white, yellow`,
);

const NOUNS = split(
  `foxes, ideas, theodolites, pinto beans, instructions, dependencies, excuses, platelets, asymptotes,
   courts, dolphins, multipliers, sauternes, warthogs, frets, dinos, attainments, somas, Tiresias,
   patterns, forges, braids, hockey players, frays, warhorses, dugouts, notornis, epitaphs, pearls,
   tithes, waters, orbits, gifts, sheaves, depths, sentiments, decoys, realms, pains, grouches,
   escapades, accounts, packages, requests, deposits`,
);
const VERBS = split(
  `sleep, wake, are, cajole, haggle, nag, use, boost, affix, detect, integrate, maintain, nod, was,
   lose, sublate, solve, thrash, promise, engage, hinder, print, x-ray, breach, eat, grow, impress,
   mold, poach, serve, run, dazzle, snooze, doze, unwind, kindle, play, hang, believe, doubt`,
);
const ADJECTIVES = split(
  `furious, sly, careful, blithe, quick, fluffy, slow, quiet, ruthless, thin, close, dogged, daring,
   brave, stealthy, permanent, enticing, idle, busy, regular, final, ironic, even, bold, silent,
   special, pending, express, unusual`,
);
const ADVERBS = split(
  `sometimes, always, never, furiously, slyly, carefully, blithely, quickly, fluffily, slowly, quietly,
   ruthlessly, thinly, closely, doggedly, daringly, bravely, stealthily, permanently, enticingly,
   idly, busily, regularly, finally, ironically, evenly, boldly, silently`,
);

/** Characters of the text that comments are cut from. */
const POOL_LENGTH = 4 * 1024 * 1024;
let pool: string | null = null;

/** A text of sentences of the specification's grammar (4.2.2.14), between two lengths. */
export function comment(random: Random, minLength: number, maxLength: number): string {
  pool ??= makePool();
  const length = random.int(minLength, maxLength);
  const start = random.int(0, POOL_LENGTH - length);
  return pool.slice(start, start + length);
}

function makePool(): string {
  const random = new Random(20_240_607);
  const sentences: string[] = [];
  for (let length = 0; length < POOL_LENGTH; ) {
    const adjective = random.next() < 0.6 ? `${random.pick(ADJECTIVES)} ` : '';
    const object =
      random.next() < 0.5 ? ` the ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}` : '';
    const sentence = `${adjective}${random.pick(NOUNS)} ${random.pick(VERBS)} ${random.pick(ADVERBS)}${object}. `;
    sentences.push(sentence);
    length += sentence.length;
  }
  return sentences.join('');
}

const ADDRESS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,';

/** A text of letters, digits, spaces and commas. */
export function address(random: Random): string {
  let text = '';
  for (let left = random.int(10, 40); left > 0; left--) text += ADDRESS[random.int(0, 63)];
  return text;
}

/** A phone number whose country code is the nation's. */
export function phone(random: Random, nation: number): string {
  return `${nation + 10}-${random.int(100, 999)}-${random.int(100, 999)}-${random.int(1000, 9999)}`;
}

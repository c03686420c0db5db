const TITLES: readonly string[] = ['dr', 'prof'];

/** Uses what its module has. */
export function withoutTitle(name: string): string {
  const [first = '', ...rest] = name.split(' ');
  return TITLES.includes(first.toLowerCase()) ? rest.join(' ') : name;
}

/** A value. */
export const SEPARATOR = ' / ';

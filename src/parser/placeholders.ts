import type { Statement } from './ast/statements.ts';

/** The placeholders of a statement. */
export interface Placeholders {
  /** How many `?` it has. */
  readonly positional: number;
  /** The names after `:`. */
  readonly names: ReadonlySet<string>;
}

const known = new WeakMap<Statement, Placeholders>();

/** The placeholders of a statement: found once, as statements are kept. */
export function placeholdersOf(statement: Statement): Placeholders {
  const found = known.get(statement) ?? findPlaceholders(statement);
  known.set(statement, found);
  return found;
}

/** Chains of operators are deep: they are walked without recursion. */
function findPlaceholders(statement: Statement): Placeholders {
  let positional = 0;
  const names = new Set<string>();
  const rest: object[] = [statement];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if ('kind' in node && node.kind === 'PositionalParameter') positional++;
    if ('kind' in node && node.kind === 'NamedParameter' && 'name' in node) {
      names.add(String(node.name));
    }
    for (const child of Object.values(node) as unknown[]) {
      if (typeof child === 'object' && child !== null) rest.push(child);
    }
  }
  return { positional, names };
}

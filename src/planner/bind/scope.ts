import { didYouMean } from '../../common/diagnostics.ts';
import { type ErrorDetails, type ValidationError, validationError } from '../../common/errors.ts';
import type { Identifier } from '../../parser/ast/node.ts';

/** A column of the rows at a point of a query: its name, and where it is in them. */
export interface ScopeColumn {
  readonly name: string;
  readonly index: number;
}

/** A table of FROM, under its name or alias. */
export interface ScopeTable {
  /** What may stand before a column: `[catalog, database, table]` or `[alias]`; empty for none. */
  readonly path: readonly string[];
  readonly columns: readonly ScopeColumn[];
}

/** What a name resolved to: a column, and the fields named behind it. */
export interface ResolvedName {
  readonly column: ScopeColumn;
  readonly fields: readonly string[];
}

/** How many columns a hint names. */
const SHOWN_COLUMNS = 12;

/** The names visible at a point of a query. Names are case-sensitive. */
export class Scope {
  /** The tables of FROM, for qualified names. */
  readonly tables: readonly ScopeTable[];
  /** What unqualified names and `*` see: columns that a USING joined are here once. */
  readonly visible: readonly ScopeColumn[];

  constructor(tables: readonly ScopeTable[], visible?: readonly ScopeColumn[]) {
    this.tables = tables;
    this.visible = visible ?? tables.flatMap((t) => t.columns);
  }

  /** The names of two FROM items side by side; `offset` is the number of columns of the left one. */
  static concat(left: Scope, right: Scope, offset: number): Scope {
    const moved = right.shift(offset);
    return new Scope([...left.tables, ...moved.tables], [...left.visible, ...moved.visible]);
  }

  /** The same names for rows that have `offset` columns more in front. */
  shift(offset: number): Scope {
    const move = (c: ScopeColumn) => ({ name: c.name, index: c.index + offset });
    return new Scope(
      this.tables.map((t) => ({ path: t.path, columns: t.columns.map(move) })),
      this.visible.map(move),
    );
  }

  /**
   * The column a name means here, or null when there is none.
   *
   * Errors: COLUMN_AMBIGUOUS.
   */
  find(name: Identifier): ResolvedName | null {
    const { parts } = name;
    // A table's name hides a ROW column of the same name: `dept.id` is a column of table dept.
    for (let length = 1; length < parts.length; length++) {
      const qualifier = parts.slice(0, length);
      const columns = this.tablesOf(qualifier).flatMap((t) =>
        t.columns.filter((c) => c.name === parts[length]),
      );
      if (columns.length === 1) return { column: columns[0]!, fields: parts.slice(length + 1) };
      if (columns.length > 1) throw this.#ambiguous(name);
    }
    const unqualified = this.visible.filter((c) => c.name === parts[0]);
    if (unqualified.length === 1) return { column: unqualified[0]!, fields: parts.slice(1) };
    if (unqualified.length > 1) throw this.#ambiguous(name);
    return null;
  }

  /** The tables that a qualifier of `t.*` names. */
  tablesOf(qualifier: readonly string[]): readonly ScopeTable[] {
    return this.tables.filter((t) => endsWith(t.path, qualifier));
  }

  /** The error for a name that `find` does not know. */
  notFound(name: Identifier): ValidationError {
    const { parts } = name;
    const details: ErrorDetails = { span: name.span, hint: this.#hint(name) };
    if (parts.length > 1 && this.tablesOf(parts.slice(0, -1)).length > 0) {
      const scope = `table '${parts.slice(0, -1).join('.')}'`;
      return validationError('COLUMN_NOT_FOUND', { column: parts.at(-1)!, scope }, details);
    }
    if (parts.length > 1) {
      return validationError('UNKNOWN_QUALIFIER', { name: parts.join('.') }, details);
    }
    return validationError(
      'COLUMN_NOT_FOUND',
      { column: parts.join('.'), scope: this.#describe() },
      details,
    );
  }

  #describe(): string {
    const names = this.tables.filter((t) => t.path.length > 0).map((t) => `'${t.path.at(-1)}'`);
    if (this.tables.length === 0) return 'a query without FROM';
    if (names.length === 0) return 'the input';
    return names.length === 1 ? `table ${names[0]}` : `tables ${names.join(', ')}`;
  }

  #hint(name: Identifier): string | null {
    const { parts } = name;
    const last = parts.at(-1)!;
    const tables = parts.length > 1 ? this.tablesOf(parts.slice(0, -1)) : [];
    if (parts.length > 1 && tables.length === 0) {
      const aliases = this.tables.flatMap((t) => t.path.slice(-1));
      return didYouMean(parts[parts.length - 2]!, aliases);
    }
    const columns = tables.length > 0 ? tables.flatMap((t) => t.columns) : this.visible;
    const names = columns.map((c) => c.name);
    return didYouMean(last, names) ?? columnsThere(names);
  }

  #ambiguous(name: Identifier): ValidationError {
    const last = name.parts.at(-1)!;
    const found = this.tables.filter((t) => t.columns.some((c) => c.name === last));
    const hint =
      found.length > 1 && found.every((t) => t.path.length > 0)
        ? `Write ${found.map((t) => `'${t.path.at(-1)}.${last}'`).join(' or ')}.`
        : null;
    return validationError(
      'COLUMN_AMBIGUOUS',
      { column: name.parts.join('.') },
      { span: name.span, hint },
    );
  }
}

/** The names of one table with all columns of its rows. */
export function tableScope(path: readonly string[], names: readonly string[]): Scope {
  return new Scope([{ path, columns: names.map((name, index) => ({ name, index })) }]);
}

/** What can be named, where no name is near: also shows a file read with the wrong delimiter. */
function columnsThere(all: readonly string[]): string | null {
  // Names with a `$` are those that the binder made.
  const names = [...new Set(all)].filter((name) => !name.startsWith('$'));
  if (names.length === 0) return null;
  const more = names.length > SHOWN_COLUMNS ? ', …' : '';
  return `The columns are: ${names.slice(0, SHOWN_COLUMNS).join(', ')}${more}.`;
}

function endsWith(path: readonly string[], suffix: readonly string[]): boolean {
  const start = path.length - suffix.length;
  return start >= 0 && suffix.every((part, i) => path[start + i] === part);
}

import { inRow, toInternal } from '../columnar/to-internal.ts';
import { validationError } from '../common/errors.ts';
import { withNullable } from '../types/data-type.ts';
import type { Schema } from '../types/schema.ts';
import { row as rowType } from '../types/types.ts';

/** One change as users give it: its kind, then the values of the physical columns or one object. */
export type InputChange = readonly [kind: string, ...values: unknown[]];

/** The row kinds that a changelog may hold. */
export type ChangelogKinds = 'insert' | 'upsert' | 'all';

const ALLOWED: Readonly<Record<ChangelogKinds, readonly string[]>> = {
  insert: ['+I'],
  upsert: ['+I', '+U', '-D'],
  all: ['+I', '-U', '+U', '-D'],
};

/** How a changelog is read. */
export interface FoldOptions {
  readonly schema: Schema;
  readonly mode: ChangelogKinds;
  /** Indexes of the primary key's columns; empty when there is none. */
  readonly key: readonly number[];
}

/**
 * The table that a changelog adds up to, change by change. With a key a change replaces or removes
 * the row of its key; without one a deletion takes away the oldest row that equals it.
 */
export class ChangelogFold {
  readonly #options: FoldOptions;
  readonly #keyed: boolean;
  readonly #parse: (value: unknown) => readonly unknown[];
  readonly #parseDelete: (value: unknown) => readonly unknown[];
  /** Rows by their key text, in the order in which the keys came. */
  readonly #rows = new Map<string, (readonly unknown[])[]>();
  #changes = 0;

  /** Errors: ValidationError INVALID_CHANGELOG for upserts without a key. */
  constructor(options: FoldOptions) {
    this.#options = options;
    const { schema, mode, key } = options;
    if (mode === 'upsert' && key.length === 0) {
      throw invalid("the mode 'upsert' needs a primary key, of the option or of the schema");
    }
    this.#parse = rowParser(schema);
    this.#keyed = key.length > 0 && mode !== 'insert';
    // The deletion of a key may leave out all other columns.
    const deleted = schema.fields.map((f, i) => ({
      ...f,
      type: key.includes(i) ? f.type : withNullable(f.type, true),
    }));
    this.#parseDelete = this.#keyed ? rowParser({ fields: deleted }) : this.#parse;
  }

  /** Takes the next change. Errors: ValidationError INVALID_CHANGELOG, INVALID_VALUE. */
  add(change: InputChange): void {
    this.#changes++;
    if (!Array.isArray(change)) throw invalid(`change ${this.#changes} is no [kind, ...values]`);
    const [kind, ...values] = change as readonly unknown[];
    const { mode } = this.#options;
    const allowed = ALLOWED[mode];
    if (typeof kind !== 'string' || !allowed.includes(kind)) {
      throw invalid(
        `change ${this.#changes} has the kind '${String(kind)}'; mode '${mode}' has ${allowed.join(', ')}`,
      );
    }
    const given = this.#isRowObject(values) ? values[0] : values;
    const isInsert = kind === '+I' || kind === '+U';
    let row: readonly unknown[];
    try {
      row = isInsert ? this.#parse(given) : this.#parseDelete(given);
    } catch (error) {
      throw inRow(error, change, this.#changes);
    }
    if (isInsert) this.#insert(row);
    else this.#remove(row);
  }

  /** The rows that are left, as internal values. */
  rows(): readonly (readonly unknown[])[] {
    return [...this.#rows.values()].flat();
  }

  /** A lone object is the row by column names, unless it is the value of a lone ROW column. */
  #isRowObject(values: readonly unknown[]): boolean {
    const { fields } = this.#options.schema;
    if (values.length !== 1 || (fields.length === 1 && fields[0]!.type.kind === 'ROW'))
      return false;
    return Object.prototype.toString.call(values[0]) === '[object Object]';
  }

  #insert(row: readonly unknown[]): void {
    const key = this.#keyOf(row);
    const old = this.#rows.get(key);
    if (old === undefined || this.#keyed) this.#rows.set(key, [row]);
    else old.push(row);
  }

  #remove(row: readonly unknown[]): void {
    const key = this.#keyOf(row);
    const old = this.#rows.get(key);
    if (old === undefined) return;
    old.shift();
    if (old.length === 0) this.#rows.delete(key);
  }

  #keyOf(row: readonly unknown[]): string {
    return keyText(this.#keyed ? this.#options.key.map((column) => row[column]) : row);
  }
}

function rowParser(schema: Schema): (value: unknown) => readonly unknown[] {
  const parse = toInternal({ ...rowType(schema.fields), nullable: false }, '');
  // A ROW that is NOT NULL is read as the array of its fields.
  return (value) => parse(value) as readonly unknown[];
}

/** A text that internal values of one type share only when they are equal. */
function keyText(value: unknown): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map(keyText).join(',')}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([k, v]) => `${keyText(k)}=${keyText(v)}`);
    return `{${entries.sort().join(',')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function invalid(reason: string): Error {
  return validationError('INVALID_CHANGELOG', { reason });
}

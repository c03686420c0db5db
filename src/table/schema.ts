import {
  invalidArgument,
  requireInstance,
  requireText,
  requireTexts,
} from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { quoteIdentifier } from '../common/identifiers.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { BuiltExpression } from './expressions/built-expression.ts';
import type { AnyExpression } from './expressions/expression.ts';

/**
 * The columns of a table with keys and watermarks, as CREATE TABLE would declare them.
 *
 * @example
 * ```ts
 * import { DataTypes, Schema, TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const schema = Schema.newBuilder()
 *   .column('id', DataTypes.BIGINT())
 *   .columnByExpression('next', 'id + 1')
 *   .build();
 * console.log(await tEnv.fromValues([[1]], schema).toArray()); // [ { id: 1n, next: 2n } ]
 * await tEnv.close();
 * ```
 */
export class Schema {
  readonly #elements: readonly string[];

  /** Made by `newBuilder`. @internal */
  constructor(elements: readonly string[]) {
    this.#elements = elements;
  }

  /**
   * The elements of a schema: for its builder. Errors: ValidationError INVALID_ARGUMENT.
   *
   * @internal
   */
  static elementsOf(schema: Schema): readonly string[] {
    requireInstance('A schema', schema, Schema);
    return schema.#elements;
  }

  /** Starts a schema. */
  static newBuilder(): SchemaBuilder {
    return new SchemaBuilder();
  }

  /** The column list of CREATE TABLE. */
  toString(): string {
    return this.#elements.join(', ');
  }
}

/** Collects the columns of a schema in their order. */
export class SchemaBuilder {
  readonly #elements: string[] = [];
  #commentable = false;

  /** A stored column; the type is a DataType or SQL, such as `DECIMAL(10, 2)`. */
  column(name: string, type: DataType | string): this {
    return this.#add(`${quoted(name)} ${typeText(type)}`, true);
  }

  /** A column that is computed from the others: by SQL, or by an expression without functions of one's own. */
  columnByExpression(name: string, expression: string | AnyExpression): this {
    return this.#add(`${quoted(name)} AS ${sqlOf(expression)}`, true);
  }

  /** A column that the connector knows of a row, under the key or the column's own name. */
  columnByMetadata(
    name: string,
    type: DataType | string,
    key: string | null = null,
    virtual = false,
  ): this {
    const from = key === null ? '' : ` FROM ${quoteText(textOf(key))}`;
    const column = `${quoted(name)} ${typeText(type)} METADATA${from}`;
    return this.#add(virtual ? `${column} VIRTUAL` : column, true);
  }

  /** The comment of the column before. Errors: ValidationError INVALID_CONSTRAINT without one. */
  withComment(comment: string): this {
    const last = this.#elements.pop();
    if (last === undefined || !this.#commentable) {
      throw validationError('INVALID_CONSTRAINT', { reason: 'a comment follows a column' });
    }
    return this.#add(`${last} COMMENT ${quoteText(textOf(comment))}`, false);
  }

  /** The event time of the table: its column, and the watermark as SQL or an expression. */
  watermark(column: string, watermark: string | AnyExpression): this {
    return this.#add(`WATERMARK FOR ${quoted(column)} AS ${sqlOf(watermark)}`, false);
  }

  /** The primary key, which is not enforced. */
  primaryKey(...columns: readonly string[]): this {
    return this.#add(`PRIMARY KEY (${columns.map(quoted).join(', ')}) NOT ENFORCED`, false);
  }

  /** The primary key with a name. */
  primaryKeyNamed(name: string, ...columns: readonly string[]): this {
    const list = columns.map(quoted).join(', ');
    const key = `CONSTRAINT ${quoted(name)} PRIMARY KEY (${list}) NOT ENFORCED`;
    return this.#add(key, false);
  }

  /** The fields of a ROW type as stored columns. Errors: ValidationError NOT_A_ROW_TYPE. */
  fromRowDataType(type: DataType): this {
    requireType(type);
    if (type.kind !== 'ROW') throw validationError('NOT_A_ROW_TYPE', { type: type.kind });
    for (const field of type.fields) this.column(field.name, field.type);
    return this;
  }

  /** Stored columns by name and type. */
  fromFields(names: readonly string[], types: readonly (DataType | string)[]): this {
    requireTexts('The names of fields', names);
    if (!Array.isArray(types)) throw invalidArgument('The types of fields', 'a list', types);
    for (const [i, name] of names.entries()) this.column(name, types[i] ?? '');
    return this;
  }

  /** All that another schema declares. */
  fromSchema(schema: Schema): this {
    for (const element of Schema.elementsOf(schema)) this.#add(element, false);
    return this;
  }

  /** The columns of a result or a table as stored columns. */
  fromResolvedSchema(schema: {
    readonly columns: readonly { readonly name: string; readonly dataType: DataType }[];
  }): this {
    if (!Array.isArray(schema?.columns)) {
      throw invalidArgument('A resolved schema', 'an object with columns', schema);
    }
    for (const { name, dataType } of schema.columns) this.column(name, dataType);
    return this;
  }

  /** The schema with these columns. */
  build(): Schema {
    return new Schema([...this.#elements]);
  }

  #add(element: string, commentable: boolean): this {
    this.#elements.push(element);
    this.#commentable = commentable;
    return this;
  }
}

function typeText(type: DataType | string): string {
  if (typeof type === 'string') return type;
  requireType(type);
  return printType(type);
}

/** Only the tag is checked: whoever makes a type by hand is careful. */
function requireType(type: unknown): void {
  if (typeof type === 'object' && type !== null && 'kind' in type) return;
  throw invalidArgument('A type', 'made by DataTypes or a text', type);
}

function quoted(name: unknown): string {
  requireText('The name of a column or key', name);
  return quoteIdentifier(name);
}

function textOf(value: unknown): string {
  requireText('A part of a schema', value);
  return value;
}

/** Errors: INVALID_ARGUMENT for an expression that holds values, tables or functions. */
function sqlOf(expression: string | AnyExpression): string {
  if (typeof expression === 'string') return expression;
  const { held } = BuiltExpression.parts(expression, 'The expression of a column');
  if (held.size === 0) return String(expression);
  const expected = 'one that SQL can say: of columns, literals and functions by name';
  throw invalidArgument('The expression of a column', expected, String(expression));
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

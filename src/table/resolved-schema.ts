import { type DataType, withNullable } from '../types/data-type.ts';
import { attachMethods } from '../types/data-types.ts';
import { field, type Schema } from '../types/schema.ts';
import { row } from '../types/types.ts';

/** A column of a table or a result. */
export interface ResultColumn {
  readonly name: string;
  /** `String(dataType)` is Flink's text. */
  readonly dataType: DataType;
}

/** What CREATE TABLE says of a table besides its columns. */
export interface Declaration {
  readonly primaryKey: PrimaryKey | null;
  readonly watermark: WatermarkSpec | null;
}

/** A primary key as it was declared. */
export interface PrimaryKey {
  readonly columns: readonly string[];
}

/** The time column of a table, with its watermark in SQL. */
export interface WatermarkSpec {
  readonly column: string;
  readonly expression: string;
}

/** What a query has of it. */
const NOTHING_DECLARED: Declaration = { primaryKey: null, watermark: null };

/** Asks for what a query declares, which is nothing. */
export const NO_TABLE = (): Declaration | undefined => undefined;

/** The columns of a query; of a table also its key and its watermark. */
export class ResolvedSchema {
  readonly columns: readonly ResultColumn[];
  readonly #declared: Declaration;

  /** Made by tables and results. @internal */
  constructor(schema: Schema, declared: Declaration = NOTHING_DECLARED) {
    this.#declared = declared;
    this.columns = schema.fields.map(({ name, type }) => ({ name, dataType: attachMethods(type) }));
  }

  /** The same as `columns`. */
  getColumns(): readonly ResultColumn[] {
    return this.columns;
  }

  /** The column of a name, or of a position from 0; null where there is none. */
  getColumn(column: string | number): ResultColumn | null {
    const found =
      typeof column === 'number'
        ? this.columns[column]
        : this.columns.find(({ name }) => name === column);
    return found ?? null;
  }

  /** How many columns there are. */
  getColumnCount(): number {
    return this.columns.length;
  }

  /** The names of the columns, in their order. */
  getColumnNames(): readonly string[] {
    return this.columns.map(({ name }) => name);
  }

  /** The types of the columns, in their order. */
  getColumnDataTypes(): readonly DataType[] {
    return this.columns.map(({ dataType }) => dataType);
  }

  /** The primary key; null for tables without one, and for queries. */
  getPrimaryKey(): PrimaryKey | null {
    return this.#declared.primaryKey;
  }

  /** The positions of the columns of the primary key. */
  getPrimaryKeyIndexes(): readonly number[] {
    const names = this.getColumnNames();
    return (this.#declared.primaryKey?.columns ?? []).map((column) => names.indexOf(column));
  }

  /** The time column with its watermark in SQL; of a query none. */
  getWatermarkSpecs(): readonly WatermarkSpec[] {
    const { watermark } = this.#declared;
    return watermark === null ? [] : [watermark];
  }

  /** The columns as the fields of a ROW. */
  toPhysicalRowDataType(): DataType {
    const fields = this.columns.map(({ name, dataType }) => field(name, dataType));
    return attachMethods(withNullable(row(fields), false));
  }

  /** The column list of CREATE TABLE. */
  toString(): string {
    const lines = this.columns.map(({ name, dataType }) => `  \`${name}\` ${dataType}`);
    return `(\n${lines.join(',\n')}\n)`;
  }
}

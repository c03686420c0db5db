import type { Expr } from './expressions.ts';
import type { Identifier, Node } from './node.ts';
import type { TypeName } from './types.ts';

/** `'key' = 'value'` of WITH and SET clauses. */
export interface Property extends Node<'Property'> {
  readonly key: string;
  readonly value: string;
}

/** `PARTITION (a = 1, b)`; `value` is null where only the column is named. */
export interface PartitionSpec extends Node<'PartitionSpec'> {
  readonly entries: readonly { readonly column: string; readonly value: Expr | null }[];
}

/** One entry of a table's parentheses. */
export type TableElement =
  | PhysicalColumn
  | ComputedColumn
  | MetadataColumn
  | ColumnReference
  | Watermark
  | TableConstraint;

/** `name TYPE [[CONSTRAINT n] PRIMARY KEY | UNIQUE ..] [COMMENT 'c']`. A dotted name is a nested field (ALTER). */
export interface PhysicalColumn extends Node<'PhysicalColumn'> {
  readonly name: Identifier;
  readonly type: TypeName;
  /** A constraint on this column alone; its `columns` hold the name. */
  readonly constraint: TableConstraint | null;
  readonly comment: string | null;
}

/** `name AS expr [COMMENT 'c']`. */
export interface ComputedColumn extends Node<'ComputedColumn'> {
  readonly name: Identifier;
  readonly expr: Expr;
  readonly comment: string | null;
}

/** `name TYPE METADATA [FROM 'key'] [VIRTUAL] [COMMENT 'c']`. */
export interface MetadataColumn extends Node<'MetadataColumn'> {
  readonly name: Identifier;
  readonly type: TypeName;
  /** The key of FROM; null means the column's own name. */
  readonly from: string | null;
  readonly virtual: boolean;
  readonly comment: string | null;
}

/** A lone column name: the column order of CREATE TABLE ... AS. */
export interface ColumnReference extends Node<'ColumnReference'> {
  readonly name: Identifier;
}

/** `WATERMARK FOR column AS expr`. */
export interface Watermark extends Node<'Watermark'> {
  readonly column: Identifier;
  readonly expr: Expr;
}

/** `[CONSTRAINT n] PRIMARY KEY | UNIQUE (columns) [[NOT] ENFORCED]`. */
export interface TableConstraint extends Node<'TableConstraint'> {
  readonly name: string | null;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  readonly columns: readonly string[];
  /** Null when not said. */
  readonly enforced: boolean | null;
}

/** `DISTRIBUTED BY HASH | RANGE (columns) INTO n BUCKETS`. */
export interface Distribution extends Node<'Distribution'> {
  readonly method: 'HASH' | 'RANGE' | null;
  readonly columns: readonly string[];
  readonly buckets: number | null;
}

/** `LIKE source (options)`. */
export interface TableLike extends Node<'TableLike'> {
  readonly source: Identifier;
  readonly options: readonly TableLikeOption[];
}

/** `INCLUDING CONSTRAINTS`. */
export interface TableLikeOption {
  readonly strategy: 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';
  readonly feature:
    | 'ALL'
    | 'CONSTRAINTS'
    | 'DISTRIBUTION'
    | 'GENERATED'
    | 'METADATA'
    | 'OPTIONS'
    | 'PARTITIONS'
    | 'WATERMARKS';
}

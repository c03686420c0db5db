import type { IntervalQualifier, Node } from './node.ts';

/** A type as written. */
export type TypeName = SimpleType | IntervalType | CollectionType | MapType | RowType | RawType;

/**
 * A type with a name and number arguments: `DECIMAL(10, 2)`, `STRING`, `TIMESTAMP(3)`, a
 * user-defined type's path. Synonyms are resolved: INTEGER is INT, DEC and NUMERIC are DECIMAL,
 * CHARACTER is CHAR, CHARACTER VARYING is VARCHAR, DOUBLE PRECISION is DOUBLE; TIMESTAMP WITH
 * LOCAL TIME ZONE is TIMESTAMP_LTZ, TIMESTAMP WITH TIME ZONE is TIMESTAMP_TZ.
 */
export interface SimpleType extends Node<'SimpleType'> {
  /** Built-in names in upper case; other names as written. */
  readonly name: readonly string[];
  readonly args: readonly number[];
  /** True for NULL, false for NOT NULL, null when not said (then nullable). */
  readonly nullable: boolean | null;
}

/** `INTERVAL DAY TO SECOND(3)`. */
export interface IntervalType extends Node<'IntervalType'> {
  readonly qualifier: IntervalQualifier;
  readonly nullable: boolean | null;
}

/** `ARRAY<t>` or `t ARRAY`, `MULTISET<t>` or `t MULTISET`. */
export interface CollectionType extends Node<'CollectionType'> {
  readonly collection: 'ARRAY' | 'MULTISET';
  readonly element: TypeName;
  readonly nullable: boolean | null;
}

/** `MAP<k, v>`. */
export interface MapType extends Node<'MapType'> {
  readonly key: TypeName;
  readonly value: TypeName;
  readonly nullable: boolean | null;
}

/** `ROW<a INT 'comment', ...>`, `ROW(a INT, ...)`, `STRUCTURED<'class', a INT, ...>`. */
export interface RowType extends Node<'RowType'> {
  /** The class of STRUCTURED; null for ROW. */
  readonly structured: string | null;
  readonly fields: readonly {
    readonly name: string;
    readonly type: TypeName;
    readonly comment: string | null;
  }[];
  readonly nullable: boolean | null;
}

/** `RAW('class', 'snapshot')`. */
export interface RawType extends Node<'RawType'> {
  readonly className: string;
  readonly serializer: string;
  readonly nullable: boolean | null;
}

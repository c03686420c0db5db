import type { DataType } from '../../types/data-type.ts';
import { withNullable } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { array, map, row } from '../../types/types.ts';
import { type LeafType, leafType } from './leaf-type.ts';
import { badParquet, type ParquetMetadata, type SchemaElement } from './metadata.ts';

interface NodeBase {
  readonly name: string;
  readonly type: DataType;
  /** The definition level from which on the value is there. */
  readonly definition: number;
}

/** A value that is a column of the row groups. */
export interface SchemaLeaf extends NodeBase {
  readonly kind: 'leaf';
  /** Index among the columns of a row group. */
  readonly column: number;
  readonly repetition: number;
  readonly leaf: LeafType;
}

/** One value of the schema: what Parquet's groups and annotations mean. */
export type SchemaNode =
  | SchemaLeaf
  | (NodeBase & { readonly kind: 'struct'; readonly children: readonly SchemaNode[] })
  | (NodeBase & {
      readonly kind: 'list';
      /** The levels of an element: it exists; it is not the first one. */
      readonly elementDefinition: number;
      readonly elementRepetition: number;
      /** Of a map: a struct of key and value. */
      readonly element: SchemaNode;
    });

/** Groups inside one another at most. */
const DEPTH_MAX = 100;
const CONVERTED_MAP = 1;
const CONVERTED_KEY_VALUE = 2;
const CONVERTED_LIST = 3;
const LOGICAL_MAP = 2;
const LOGICAL_LIST = 3;

interface Levels {
  readonly definition: number;
  readonly repetition: number;
  readonly depth: number;
}

/** Makes the tree of a file's columns. Errors: TableRuntimeError BAD_FILE. */
export function schemaNodes(metadata: ParquetMetadata, path: string): readonly SchemaNode[] {
  const { elements } = metadata;
  let next = 0;
  let columns = 0;

  const take = (): SchemaElement => {
    const element = elements[next++];
    if (element === undefined) throw badParquet(path, 'its schema is cut');
    return element;
  };

  const value = (levels: Levels): SchemaNode => node(take(), levels);

  /** The value of an element, wrapped in a list where it is repeated without an annotation. */
  const node = (element: SchemaElement, levels: Levels): SchemaNode => {
    if (levels.depth > DEPTH_MAX) throw badParquet(path, 'its schema is nested too deep');
    const inner = below(levels, element);
    if (element.repetition !== 'repeated') return plain(element, inner);
    const of = plain(element, inner);
    return listNode(
      element.name,
      levels.definition,
      { ...of, type: withNullable(of.type, false) },
      inner,
    );
  };

  const plain = (element: SchemaElement, levels: Levels): SchemaNode => {
    const { name } = element;
    const nullable = element.repetition === 'optional';
    const { definition, repetition } = levels;
    if (element.physical !== null) {
      const leaf = leafType(element);
      const type = withNullable(leaf.type, nullable);
      return { kind: 'leaf', name, type, definition, repetition, column: columns++, leaf };
    }
    if (element.children > elements.length) throw badParquet(path, 'its schema is damaged');
    const { converted, logical } = element;
    const isList = converted === CONVERTED_LIST || logical?.id === LOGICAL_LIST;
    const saysMap =
      converted === CONVERTED_MAP ||
      converted === CONVERTED_KEY_VALUE ||
      logical?.id === LOGICAL_MAP;
    const isMap = saysMap && elements[next]?.children === 2;
    if ((isList || isMap) && element.children === 1 && elements[next]?.repetition === 'repeated') {
      const list = isMap ? mapNode(name, levels) : annotatedList(name, levels);
      return { ...list, type: withNullable(list.type, nullable) };
    }
    const children = Array.from({ length: element.children }, () => value(levels));
    const fields = children.map((child) => ({ name: child.name, type: child.type, comment: null }));
    return {
      kind: 'struct',
      name,
      type: withNullable(row(fields), nullable),
      definition,
      children,
    };
  };

  const annotatedList = (name: string, levels: Levels): SchemaNode => {
    const repeated = take();
    const inner = below(levels, repeated);
    // Older writers leave the middle group out: then the repeated element is the element itself.
    const isElement =
      repeated.physical !== null ||
      repeated.children !== 1 ||
      repeated.name === 'array' ||
      repeated.name === `${name}_tuple`;
    const element = isElement ? plain(repeated, inner) : value(inner);
    return listNode(name, levels.definition, element, inner);
  };

  const mapNode = (name: string, levels: Levels): SchemaNode => {
    const inner = below(levels, take());
    const key = value(inner);
    const val = value(inner);
    const type = map(withNullable(key.type, false), val.type);
    const entry: SchemaNode = {
      kind: 'struct',
      name: 'key_value',
      type: row([
        { name: 'key', type: key.type, comment: null },
        { name: 'value', type: val.type, comment: null },
      ]),
      definition: inner.definition,
      children: [key, val],
    };
    return { ...listNode(name, levels.definition, entry, inner), type };
  };

  const root = take();
  const levels = { definition: 0, repetition: 0, depth: 0 };
  return Array.from({ length: Math.min(root.children, elements.length) }, () => value(levels));
}

function below({ definition, repetition, depth }: Levels, element: SchemaElement): Levels {
  return {
    definition: definition + (element.repetition === 'required' ? 0 : 1),
    repetition: repetition + (element.repetition === 'repeated' ? 1 : 0),
    depth: depth + 1,
  };
}

function listNode(
  name: string,
  definition: number,
  element: SchemaNode,
  inner: Levels,
): SchemaNode & { kind: 'list' } {
  return {
    kind: 'list',
    name,
    type: array(element.type),
    definition,
    elementDefinition: inner.definition,
    elementRepetition: inner.repetition,
    element,
  };
}

/** The columns of a file as a schema. */
export function schemaOfNodes(nodes: readonly SchemaNode[]): Schema {
  return { fields: nodes.map(({ name, type }) => ({ name, type, comment: null })) };
}

/** The leaves of a node, in the order of their columns. */
export function leavesOf(node: SchemaNode): readonly (SchemaNode & { kind: 'leaf' })[] {
  if (node.kind === 'leaf') return [node];
  if (node.kind === 'list') return leavesOf(node.element);
  return node.children.flatMap(leavesOf);
}

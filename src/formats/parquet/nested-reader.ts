import type { Region } from '../../columnar/arena/region.ts';
import type { ColumnBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column } from '../../columnar/column.ts';
import { runtimeError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { bigEndian } from './big-endian.ts';
import type { LeafReader } from './leaf-reader.ts';
import { leavesOf, type SchemaNode } from './schema-tree.ts';

type LeafNode = SchemaNode & { readonly kind: 'leaf' };

/**
 * Reads lists, maps and structs: the entries of their leaves are put together row by row, as the
 * Dremel paper describes.
 */
export class NestedReader {
  readonly #node: SchemaNode;
  readonly #builder: ColumnBuilder;
  readonly #cursors: ReadonlyMap<number, LeafCursor>;

  constructor(
    node: SchemaNode,
    type: DataType,
    open: (leaf: LeafNode) => LeafReader,
    region: Region,
  ) {
    this.#node = node;
    this.#builder = builderFor(type, region);
    this.#cursors = new Map(
      leavesOf(node).map((leaf) => [leaf.column, new LeafCursor(leaf, open(leaf))]),
    );
  }

  read(rows: number): Column {
    this.#builder.reset();
    for (let row = 0; row < rows; row++) this.#builder.append(this.#value(this.#node));
    return this.#builder.finish();
  }

  skip(rows: number): void {
    for (let row = 0; row < rows; row++) this.#value(this.#node);
  }

  free(): void {
    for (const cursor of this.#cursors.values()) cursor.reader.free();
  }

  #cursor(leaf: LeafNode): LeafCursor {
    return this.#cursors.get(leaf.column)!;
  }

  /** The next value of a node, whose entries it consumes. */
  #value(node: SchemaNode): unknown {
    if (node.kind === 'leaf') return this.#cursor(node).take();
    const leaves = leavesOf(node);
    const [first] = leaves;
    // A group without leaves holds nothing.
    if (first === undefined) return null;
    const definition = this.#cursor(first).definition();
    if (definition < node.definition) return this.#skip(leaves, null);
    if (node.kind === 'struct') return node.children.map((child) => this.#value(child));
    const isMap = node.type.kind === 'MAP';
    if (definition < node.elementDefinition) return this.#skip(leaves, isMap ? new Map() : []);
    const elements: unknown[] = [];
    do elements.push(this.#value(node.element));
    while (this.#cursor(first).repetition() >= node.elementRepetition);
    // The entries of a map are its key_value structs.
    return isMap ? new Map(elements as [unknown, unknown][]) : elements;
  }

  #skip(leaves: readonly LeafNode[], value: unknown): unknown {
    for (const leaf of leaves) this.#cursor(leaf).take();
    return value;
  }
}

class LeafCursor {
  readonly reader: LeafReader;
  readonly #leaf: LeafNode;
  #definitions: Int32Array = new Int32Array();
  #repetitions: Int32Array = new Int32Array();
  #values: unknown[] = [];
  #next = 0;
  #nextValue = 0;

  constructor(leaf: LeafNode, reader: LeafReader) {
    this.#leaf = leaf;
    this.reader = reader;
  }

  /** The definition level of the next entry. */
  definition(): number {
    if (this.#next === this.#definitions.length && !this.#fill()) {
      const { name } = this.#leaf;
      const reason = `the column '${name}' has too few values`;
      throw runtimeError('BAD_FILE', { path: this.reader.path, format: 'Parquet', reason });
    }
    return this.#definitions[this.#next]!;
  }

  /** The repetition level of the next entry; -1 at the end. */
  repetition(): number {
    if (this.#next === this.#definitions.length && !this.#fill()) return -1;
    return this.#repetitions[this.#next]!;
  }

  /** The value of the next entry, or null. */
  take(): unknown {
    const isValue = this.definition() === this.#leaf.definition;
    this.#next++;
    return isValue ? this.#values[this.#nextValue++] : null;
  }

  #fill(): boolean {
    const entries = this.reader.readEntries();
    if (entries === null) return false;
    const { column } = entries;
    const isDecimal = this.#leaf.leaf.reads.as === 'decimals';
    this.#values = Array.from({ length: column.length }, (_, i) =>
      isDecimal ? bigEndian(column.get(i)) : column.get(i),
    );
    this.#definitions = entries.definitions;
    this.#repetitions = entries.repetitions;
    this.#next = 0;
    this.#nextValue = 0;
    return true;
  }
}

import type { Region } from '../../columnar/arena/region.ts';
import type { ColumnBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column } from '../../columnar/column.ts';
import { fromStoredChecked, isStoredIn } from '../../columnar/stored-values.ts';
import { storageOf } from '../../columnar/values.ts';
import { castFunction } from '../../functions/cast/cast.ts';
import { type DataType, sameType } from '../../types/data-type.ts';
import { isBinary, isCharacter } from '../../types/families.ts';
import { BYTES } from '../../types/types.ts';
import type { InputFile } from '../input-file.ts';
import { bigEndian } from './big-endian.ts';
import { BoolReader, FixedReader } from './fixed-reader.ts';
import type { LeafInput, LeafReader } from './leaf-reader.ts';
import type { RowGroup } from './metadata.ts';
import { NestedReader } from './nested-reader.ts';
import type { SchemaNode } from './schema-tree.ts';
import { StringReader } from './string-reader.ts';

/** Reads one column of a row group; what it returns is valid until it is asked again. */
export interface ColumnReader {
  /** The next rows: exactly so many. Errors: TableRuntimeError BAD_FILE. */
  read(rows: number): Column;
  /** Passes over the next rows, reading at most `batchRows` at a time. Errors: as of `read`. */
  skip(rows: number, batchRows: number): void;
  /** Gives all memory back; columns that were read are void. */
  free(): void;
}

/**
 * Makes the reader of a column as a type; values are cast where it is not what the file holds.
 * Errors: ValidationError CAST_NOT_SUPPORTED.
 */
export function columnReader(
  node: SchemaNode,
  type: DataType,
  file: InputFile,
  group: RowGroup,
  region: Region,
  timeZone: string,
): ColumnReader {
  const isFlat = node.kind === 'leaf' && node.repetition === 0;
  const natural = isFlat && node.leaf.reads.as === 'decimals' ? BYTES : node.type;
  const isSame = natural === node.type && isStoredAs(node.type, type);
  const reader = isFlat
    ? leafReader({ ...leafInput(node, file, group), type: isSame ? type : natural }, region)
    : new NestedReader(
        node,
        isSame ? type : node.type,
        (leaf) =>
          leafReader({ ...leafInput(leaf, file, group), type: leafStorageType(leaf) }, region),
        region,
      );
  if (isSame) return reader;
  const cast = conversion(node.type, type, timeZone);
  const digits = natural === node.type ? cast : (value: unknown) => cast(bigEndian(value));
  return new CastReader(reader, type, digits, region);
}

/** How values of the file become values of a type. Errors: ValidationError CAST_NOT_SUPPORTED. */
function conversion(from: DataType, to: DataType, timeZone: string): (value: unknown) => unknown {
  if (sameType(from, to, false)) return (value) => value;
  return isStoredIn(to, from) ? fromStoredChecked(to) : castFunction(from, to, { timeZone });
}

type LeafNode = SchemaNode & { readonly kind: 'leaf' };

function leafInput(node: LeafNode, file: InputFile, group: RowGroup): Omit<LeafInput, 'type'> {
  const { definition, repetition, leaf } = node;
  const chunk = group.columns[node.column]!;
  return { file, chunk, levels: { definition, repetition }, leaf };
}

/** The type as which a leaf's values are stored while they are read. */
function leafStorageType({ leaf }: LeafNode): DataType {
  return leaf.reads.as === 'decimals' ? BYTES : leaf.type;
}

function leafReader(input: LeafInput, region: Region): LeafReader {
  const { reads } = input.leaf;
  if (reads.as === 'fixed') return new FixedReader(input, reads.conversion, region);
  return reads.as === 'bool' ? new BoolReader(input, region) : new StringReader(input, region);
}

/** Whether a column of one type is, in memory, one of the other. */
function isStoredAs(from: DataType, to: DataType): boolean {
  if (sameType(from, to, false)) return true;
  if (isCharacter(from)) return isCharacter(to);
  if (isBinary(from)) return isBinary(to);
  if (from.kind !== to.kind || storageOf(from) === null || storageOf(from) !== storageOf(to)) {
    return false;
  }
  if (from.kind === 'DECIMAL' && to.kind === 'DECIMAL') {
    return from.scale === to.scale && from.precision <= to.precision;
  }
  return !('precision' in from && 'precision' in to) || from.precision <= to.precision;
}

class CastReader implements ColumnReader {
  readonly #reader: ColumnReader;
  readonly #cast: (value: unknown) => unknown;
  readonly #builder: ColumnBuilder;

  constructor(
    reader: ColumnReader,
    type: DataType,
    cast: (value: unknown) => unknown,
    region: Region,
  ) {
    this.#reader = reader;
    this.#cast = cast;
    this.#builder = builderFor(type, region);
  }

  read(rows: number): Column {
    const column = this.#reader.read(rows);
    this.#builder.reset();
    for (let row = 0; row < rows; row++) {
      const value = column.get(row);
      this.#builder.append(value === null ? null : this.#cast(value));
    }
    return this.#builder.finish();
  }

  skip(rows: number, batchRows: number): void {
    this.#reader.skip(rows, batchRows);
  }

  free(): void {
    this.#reader.free();
  }
}

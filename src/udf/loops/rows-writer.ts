import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { type ColumnBuilder, ValidityBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { ListColumn, StructColumn } from '../../columnar/column.ts';
import { toInternal } from '../../columnar/to-internal.ts';
import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import { rowReader } from '../row-reader.ts';
import { type ResultWriter, resultConverter } from './results.ts';
import { TextBuilder } from './text-builder.ts';

/**
 * Makes the writer for the rows that a table function gives for each row: arrays of rows, which go
 * into the columns of their fields without an array of arrays between.
 */
export function rowsWriter(
  type: DataType,
  rows: number,
  region: Region,
  name: string,
): ResultWriter {
  assert(type.kind === 'ARRAY' && type.element.kind === 'ROW', 'a table function gives rows');
  const { element } = type;
  const toRow = rowReader(element);
  const fields = fieldsReader(element, name);
  const convert = toInternal(type, name);
  const builders = element.fields.map((field) => builderOf(field.type, region, rows));
  const [only] = builders;
  const text = builders.length === 1 && only instanceof TextBuilder ? only : null;
  const textMax = text?.type.length ?? 0;
  const offsets = allocInt32(region, rows + 1);
  offsets[0] = 0;
  const lists = new ValidityBuilder(region);
  const present = new ValidityBuilder(region);
  let made = 0;
  const appendRow = (given: unknown): void => {
    const values = fields(toRow(given));
    if (values === null) present.appendNull(made);
    else present.appendValid(made);
    for (const [i, builder] of builders.entries()) {
      builder.append(values === null ? null : values[i]);
    }
  };
  const absent = (row: number): void => {
    lists.appendNull(row);
    offsets[row + 1] = made;
  };
  return {
    store: 'other(i, r);',
    out: null,
    absent,
    other: (row, result) => {
      if (Array.isArray(result)) {
        lists.appendValid(row);
        for (const given of result) {
          if (text !== null && typeof given === 'string' && given.length <= textMax) {
            present.appendValid(made);
            text.append(given);
          } else appendRow(given);
          made++;
        }
      } else {
        // What is no list of rows fails here.
        convert(result);
        lists.appendNull(row);
      }
      offsets[row + 1] = made;
    },
    chunkEnd: null,
    finish: () => {
      const columns = builders.map((builder) => builder.finish());
      const child = new StructColumn(
        element,
        made,
        columns,
        present.finish(made),
        present.nullCount,
      );
      return new ListColumn(type, rows, offsets, child, lists.finish(rows), lists.nullCount);
    },
  };
}

/** Reads the fields of a row; null for NULL. Errors: ValidationError. */
function fieldsReader(type: DataType, name: string): (given: unknown) => readonly unknown[] | null {
  // The internal value of a ROW is the array of its fields' values.
  return resultConverter(type, name) as (given: unknown) => readonly unknown[] | null;
}

function builderOf(type: DataType, region: Region, rows: number): ColumnBuilder {
  return type.kind === 'VARCHAR' || type.kind === 'CHAR'
    ? new TextBuilder(type, region, rows)
    : builderFor(type, region, rows);
}

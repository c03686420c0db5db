import type { Region } from '../../columnar/arena/region.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, DictionaryColumn, NullColumn } from '../../columnar/column.ts';
import type { Literal } from '../../expr/expr.ts';

/** A constant as a column of `rows` rows. */
export function repeat({ type, value }: Literal, rows: number, region: Region): Column {
  if (value === null) return new NullColumn(type, rows);
  const dictionary = builderFor(type, region, 1);
  dictionary.append(value);
  const codes = region.int32(region.alloc(rows * 4), rows).fill(0);
  return new DictionaryColumn(type, rows, codes, dictionary.finish(), null, 0);
}

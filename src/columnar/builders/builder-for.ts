import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { entryTypeOf } from '../values.ts';
import { BinaryBuilder } from './binary.ts';
import { BoolBuilder } from './bool.ts';
import type { ColumnBuilder } from './builder.ts';
import { DictionaryBuilder } from './dictionary.ts';
import { FixedBuilder } from './fixed.ts';
import { ListBuilder } from './list.ts';
import { NullBuilder } from './null.ts';
import { StructBuilder } from './struct.ts';
import { VariantBuilder } from './variant.ts';

/**
 * The builder of columns of a type. `capacity` is the number of rows to make room for at once.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function builderFor(type: DataType, region: Region, capacity?: number): ColumnBuilder {
  switch (type.kind) {
    case 'NULL':
      return new NullBuilder(type);
    case 'BOOLEAN':
      return new BoolBuilder(type, region, capacity);
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return new BinaryBuilder(type, region, capacity);
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
      return new ListBuilder(type, region, builderFor(entryTypeOf(type), region), capacity);
    case 'ROW': {
      const children = type.fields.map((f) => builderFor(f.type, region, capacity));
      return new StructBuilder(type, region, children);
    }
    case 'VARIANT':
      return new VariantBuilder(type, region, capacity);
    default:
      return new FixedBuilder(type, region, capacity);
  }
}

/**
 * The builder of dictionary-encoded columns of a type whose internal values are strings, numbers
 * or bigints. Errors: ResourceError MEMORY_LIMIT.
 */
export function dictionaryBuilderFor(
  type: DataType,
  region: Region,
  capacity?: number,
): DictionaryBuilder {
  return new DictionaryBuilder(type, region, builderFor(type, region), capacity);
}

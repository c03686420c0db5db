import { unreachable } from '../common/assert.ts';
import type { DataType, Field, TypeOfKind } from './data-type.ts';
import { LENGTH_MAX } from './data-type.ts';

/** Prints a type as Flink does in DESCRIBE and in messages, e.g. `DECIMAL(15, 2) NOT NULL`. */
export function printType(type: DataType): string {
  return type.nullable ? printRoot(type) : `${printRoot(type)} NOT NULL`;
}

function printRoot(type: DataType): string {
  switch (type.kind) {
    case 'CHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`;
    case 'VARCHAR':
      return type.length === LENGTH_MAX ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === LENGTH_MAX ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.kind}(${type.precision})`;
    case 'INTERVAL_YEAR_MONTH':
      return `INTERVAL ${type.unit.replace('YEAR', `YEAR(${type.yearPrecision})`)}`;
    case 'INTERVAL_DAY_TIME':
      return printDayTime(type);
    case 'ARRAY':
    case 'MULTISET':
      return `${type.kind}<${printType(type.element)}>`;
    case 'MAP':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map(printField).join(', ')}>`;
    case 'NULL':
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'VARIANT':
    case 'BITMAP':
      return type.kind;
    default:
      return unreachable(type);
  }
}

function printDayTime(type: TypeOfKind<'INTERVAL_DAY_TIME'>): string {
  const units = type.unit
    .replace('DAY', `DAY(${type.dayPrecision})`)
    .replace('SECOND', `SECOND(${type.fractionalPrecision})`);
  return `INTERVAL ${units}`;
}

function printField(field: Field): string {
  const declaration = `\`${field.name.replaceAll('`', '``')}\` ${printType(field.type)}`;
  if (field.comment === null) return declaration;
  return `${declaration} '${field.comment.replaceAll("'", "''")}'`;
}

import type { IntervalQualifier } from '../ast/node.ts';
import type { TypeName } from '../ast/types.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';

/** Prints a type as SQL that parses to the same tree. */
export function printType(type: TypeName): string {
  const text = printPlainType(type);
  if (type.nullable === null) return text;
  return type.nullable ? `${text} NULL` : `${text} NOT NULL`;
}

function printPlainType(type: TypeName): string {
  switch (type.kind) {
    case 'SimpleType':
      return printSimpleType(type.name, type.args);
    case 'IntervalType':
      return `INTERVAL ${printQualifier(type.qualifier)}`;
    case 'CollectionType':
      return `${type.collection}<${printType(type.element)}>`;
    case 'MapType':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'RowType': {
      const fields = type.fields.map(({ name, type: field, comment }) => {
        const suffix = comment === null ? '' : ` ${quoteString(comment)}`;
        return `${quoteIdentifier(name)} ${printType(field)}${suffix}`;
      });
      if (type.structured === null) return `ROW<${fields.join(', ')}>`;
      return `STRUCTURED<${[quoteString(type.structured), ...fields].join(', ')}>`;
    }
    case 'RawType':
      return `RAW(${quoteString(type.className)}, ${quoteString(type.serializer)})`;
  }
}

/** The types that are reserved words; every other name is quoted if it must be. */
const TYPE_WORD =
  /^(?:INT|BIGINT|STRING|BOOLEAN|DECIMAL|(?:VAR)?CHAR|(?:VAR)?BINARY|BYTES|DATE|FLOAT|DOUBLE|SMALLINT|TINYINT|BITMAP|NULL|TIME|TIMESTAMP|TIMESTAMP_LTZ|TIMESTAMP_TZ|TIME_LTZ|TIME_TZ)$/;

function printSimpleType(name: readonly string[], args: readonly number[]): string {
  const [first = ''] = name;
  if (name.length > 1 || !TYPE_WORD.test(first)) return name.map(quoteIdentifier).join('.');
  const zoned = /^(TIMESTAMP|TIME)_(TZ|LTZ)$/.exec(first);
  const list = args.length === 0 ? '' : `(${args.join(', ')})`;
  if (zoned === null || first === 'TIMESTAMP_LTZ') return `${first}${list}`;
  return `${zoned[1]}${list} WITH ${zoned[2] === 'LTZ' ? 'LOCAL ' : ''}TIME ZONE`;
}

/** Prints the qualifier of an interval: `DAY(3) TO SECOND(2)`. */
export function printQualifier({ from, to, precision, fraction }: IntervalQualifier): string {
  const digits = to === null && fraction !== null ? `${precision}, ${fraction}` : precision;
  const leading = digits === null ? from : `${from}(${digits})`;
  if (to === null) return leading;
  return fraction === null ? `${leading} TO ${to}` : `${leading} TO ${to}(${fraction})`;
}

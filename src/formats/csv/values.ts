import { validationError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { type TextStyle, textParser, textPrinter } from '../text-values.ts';
import type { CsvDialect } from './dialect.ts';
import type { FieldText } from './fields.ts';

/** Reads a field: an internal value, null for NULL, undefined when it is no value of the type. */
export type FieldParser = (field: FieldText) => unknown;

/**
 * How fields become internal values of a type. An empty field is NULL unless the type is a text.
 * Deviation: in Flink an empty number is an error. Errors: ValidationError NOT_SUPPORTED.
 */
export function fieldParser(type: DataType, dialect: CsvDialect, style: TextStyle): FieldParser {
  const { nullLiteral, options } = dialect;
  const isText = isCharacter(type);
  const trim = options['trim-spaces'];
  const emptyIsNull = !isText || options['empty-string-as-null'];
  const parse = nestedParser(type, options['array-element-delimiter'], style);
  return ({ missing, malformed, text }) => {
    const value = trim ? text.trim() : text;
    if (missing || value === nullLiteral) return null;
    if (emptyIsNull && (isText ? value : value.trim()) === '') return null;
    return malformed ? undefined : parse(value);
  };
}

/** The types of a list's elements or a row's fields; null for other types. */
function partTypes(type: DataType): ((index: number) => DataType) | null {
  if (type.kind === 'ARRAY' && 'element' in type) return () => type.element;
  if (type.kind === 'ROW') return (index) => type.fields[index]?.type ?? type;
  return null;
}

/** Arrays and rows are flat lists of texts, as in Flink: none inside another. */
function nestedParser(
  type: DataType,
  separator: string,
  style: TextStyle,
): (text: string) => unknown {
  const partType = partTypes(type);
  if (partType === null) return textParser(type, style);
  const fields = type.kind === 'ROW' ? type.fields.length : null;
  const parsers = Array.from({ length: fields ?? 1 }, (_, i) => partParser(partType(i), style));
  return (text) => {
    const parts = text.split(separator);
    if (fields !== null && parts.length !== fields) return undefined;
    const values = parts.map((part, i) => parsers[fields === null ? 0 : i]?.(part));
    return values.includes(undefined) ? undefined : values;
  };
}

function partParser(type: DataType, style: TextStyle): (text: string) => unknown {
  if (partTypes(type) !== null) throw nested(type);
  const parse = textParser(type, style);
  return (text) => (text === '' && !isCharacter(type) ? null : parse(text));
}

/** How internal values become the text of a field, before quoting. */
export function fieldPrinter(
  type: DataType,
  dialect: CsvDialect,
  style: TextStyle,
): (value: unknown) => string {
  const partType = partTypes(type);
  if (partType === null) return textPrinter(type, style);
  const fields = type.kind === 'ROW' ? type.fields.length : 1;
  const printers = Array.from({ length: fields }, (_, i) => {
    if (partTypes(partType(i)) !== null) throw nested(partType(i));
    return textPrinter(partType(i), style);
  });
  return (value) =>
    // The column's type says that its values are lists.
    (value as readonly unknown[])
      .map((part, i) => (part === null ? '' : printers[type.kind === 'ROW' ? i : 0]?.(part)))
      .join(dialect.options['array-element-delimiter']);
}

function nested(type: DataType): Error {
  return validationError('NOT_SUPPORTED', {
    feature: `The type ${printType(type)} inside another one in CSV`,
    reason: 'fields hold flat lists at most',
  });
}

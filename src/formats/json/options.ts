import { option, type ValuesOf } from '../../common/config-option.ts';

/** The options of the format json, as in Flink. */
export const JSON_OPTIONS = {
  'fail-on-missing-field': option.boolean({
    doc: 'Refuse objects without one of the fields, which otherwise is NULL.',
    default: false,
  }),
  'ignore-parse-errors': option.boolean({
    doc: 'Pass over rows that cannot be read, and count them, instead of failing.',
    default: false,
  }),
  'timestamp-format.standard': option.enum(['SQL', 'ISO-8601'], {
    doc: 'How timestamps are written: with a blank or a T. Both are read.',
    default: 'SQL',
  }),
  'map-null-key.mode': option.enum(['FAIL', 'DROP', 'LITERAL'], {
    doc: 'What is written for the key NULL of a map.',
    default: 'FAIL',
  }),
  'map-null-key.literal': option.string({
    doc: "The key that stands for NULL when the mode is 'LITERAL'.",
    default: 'null',
  }),
  'encode.decimal-as-plain-number': option.boolean({
    doc: 'Accepted for compatibility: decimals are always written with all their digits.',
    default: false,
  }),
  'encode.ignore-null-fields': option.boolean({
    doc: 'Leave out fields that are NULL.',
    default: false,
  }),
  'decode.json-parser.enabled': option.boolean({
    doc: 'Accepted for compatibility.',
    default: true,
  }),
} as const;

/** The values of the json options. */
export type JsonOptions = ValuesOf<typeof JSON_OPTIONS>;

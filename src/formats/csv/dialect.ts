import { option, type ValuesOf } from '../../common/config-option.ts';
import { validationError } from '../../common/errors.ts';

/** The options of the format csv: Flink's, and `header`. */
export const CSV_OPTIONS = {
  'field-delimiter': option.string({
    doc: "The character between fields; ',' if not given, a tab for files named .tsv.",
    default: null,
  }),
  'disable-quote-character': option.boolean({
    doc: 'Take the quote character for an ordinary one.',
    default: false,
  }),
  'quote-character': option.string({ doc: 'The character around quoted fields.', default: '"' }),
  'allow-comments': option.boolean({
    doc: "Pass over lines that begin with '#'.",
    default: false,
  }),
  'ignore-parse-errors': option.boolean({
    doc: 'Pass over rows that cannot be read, and count them, instead of failing.',
    default: false,
  }),
  'array-element-delimiter': option.string({
    doc: 'The text between elements of ARRAY and fields of ROW values.',
    default: ';',
  }),
  'escape-character': option.string({
    doc: 'The character that takes the meaning of the next one away.',
    default: null,
  }),
  'null-literal': option.string({ doc: 'The text that stands for NULL.', default: null }),
  'write-bigdecimal-in-scientific-notation': option.boolean({
    doc: 'Accepted for compatibility: decimals are always written with all their digits.',
    default: true,
  }),
  'trim-spaces': option.boolean({ doc: 'Remove blanks around texts.', default: false }),
  'ignore-trailing-unmappable': option.boolean({
    doc: 'Ignore fields behind the last column.',
    default: false,
  }),
  'allow-trailing-comma': option.boolean({
    doc: 'Allow an empty field behind the last column.',
    default: true,
  }),
  'fail-on-missing-columns': option.boolean({
    doc: 'Refuse rows with too few fields, which otherwise end with NULLs.',
    default: false,
  }),
  'empty-string-as-null': option.boolean({ doc: 'Read empty texts as NULL.', default: false }),
  header: option.enum(['auto', 'true', 'false'], {
    doc: 'Whether the first line names the columns; auto: if it looks so. Written if true.',
    default: 'auto',
  }),
} as const;

/** The values of the csv options. */
export type CsvOptions = ValuesOf<typeof CSV_OPTIONS>;

/** How a file's bytes make fields. Characters are bytes, 0 for none. */
export interface CsvDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly escapeByte: number;
  readonly comment: number;
  readonly nullLiteral: string | null;
  readonly options: CsvOptions;
}

const COMMENT = 0x23;

/** The dialect of options for a file. Errors: ValidationError INVALID_OPTION. */
export function dialectOf(options: CsvOptions, path: string): CsvDialect {
  const tabs = /\.tsv(\.[a-z]+)?$/i.test(path);
  const escaping = options['escape-character'];
  const quote = options['disable-quote-character']
    ? 0
    : oneByte('csv.quote-character', options['quote-character']);
  const escapeByte = escaping === null ? 0 : oneByte('csv.escape-character', escaping);
  const emptyIsNull = options['empty-string-as-null'] && options['null-literal'] === null;
  return {
    delimiter: oneByte('csv.field-delimiter', options['field-delimiter'] ?? (tabs ? '\t' : ',')),
    quote,
    // A quote that escapes itself is the doubled quote that is read anyway.
    escapeByte: escapeByte === quote ? 0 : escapeByte,
    comment: options['allow-comments'] ? COMMENT : 0,
    nullLiteral: emptyIsNull ? '' : options['null-literal'],
    options,
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\t': '\t', '\\\\': '\\', '\\f': '\f' };

function oneByte(key: string, text: string): number {
  const unicode = /^\\u([0-9a-fA-F]{4})$/.exec(text);
  const character =
    unicode === null
      ? (ESCAPES[text] ?? text)
      : String.fromCharCode(Number.parseInt(unicode[1] ?? '', 16));
  const code = character.charCodeAt(0);
  if (character.length === 1 && code < 0x80 && code !== 10 && code !== 13 && code !== 0)
    return code;
  throw validationError('INVALID_OPTION', { key, value: text, expected: 'one ASCII character' });
}

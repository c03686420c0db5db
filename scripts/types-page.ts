import { Temporal } from 'temporal-polyfill';
import { loadArrow, toArrowType } from '../src/columnar/arrow/types.ts';
import { DEFAULT_TYPE_MAPPING, type TypeMapping, toExternal } from '../src/columnar/rows.ts';
import { toInternal } from '../src/columnar/to-internal.ts';
import { NotImplementedError, ValidationError } from '../src/common/errors.ts';
import { inferType } from '../src/table/infer-type.ts';
import { jsonText } from '../src/table/json-rows.ts';
import type { DataType } from '../src/types/data-type.ts';
import { Decimal } from '../src/types/decimal-value.ts';
import { printType } from '../src/types/print.ts';
import { field } from '../src/types/schema.ts';
import * as t from '../src/types/types.ts';
import { code, table } from './markdown.ts';

/** A line of the page: how the page calls the types, an example of them, and a value of that. */
export interface Sample {
  readonly name: string;
  readonly type: DataType;
  readonly value: unknown;
}

/** The types of the page. */
export const SAMPLES: readonly Sample[] = [
  { name: 'BOOLEAN', type: t.BOOLEAN, value: true },
  { name: 'TINYINT, SMALLINT, INT', type: t.INT, value: 5 },
  { name: 'BIGINT', type: t.BIGINT, value: 5n },
  { name: 'FLOAT, DOUBLE', type: t.DOUBLE, value: 1.5 },
  { name: 'DECIMAL(p, s)', type: t.decimal(10, 2), value: '1.50' },
  { name: 'CHAR(n), VARCHAR(n), STRING', type: t.STRING, value: 'text' },
  { name: 'BINARY(n), VARBINARY(n), BYTES', type: t.BYTES, value: new Uint8Array([0, 255]) },
  { name: 'DATE', type: t.DATE, value: '2024-01-02' },
  { name: 'TIME(p)', type: t.time(3), value: '03:04:05.678' },
  { name: 'TIMESTAMP(p)', type: t.timestamp(3), value: '2024-01-02T03:04:05.678' },
  { name: 'TIMESTAMP_LTZ(p)', type: t.timestampLtz(3), value: '2024-01-02T03:04:05.678Z' },
  { name: 'INTERVAL YEAR TO MONTH', type: t.intervalYearMonth('YEAR TO MONTH'), value: 'P1Y2M' },
  { name: 'INTERVAL DAY TO SECOND', type: t.intervalDayTime('DAY TO SECOND'), value: 'P1DT2H' },
  { name: 'ARRAY<t>', type: t.array(t.INT), value: [1, 2] },
  { name: 'MAP<k, v>', type: t.map(t.STRING, t.INT), value: new Map([['a', 1]]) },
  { name: 'MULTISET<t>', type: t.multiset(t.STRING), value: new Map([['a', 2]]) },
  { name: 'ROW<…>', type: t.row([field('a', t.INT)]), value: { a: 1 } },
  { name: 'VARIANT', type: t.VARIANT, value: { a: [1, null] } },
  { name: 'BITMAP', type: t.BITMAP, value: [1, 2] },
];

const NOON = new Date('2024-01-02T00:00:00Z');

/** Values that may be accepted for a type, by the words of the page. */
const CANDIDATES: readonly (readonly [words: string, values: readonly unknown[]])[] = [
  ['boolean', [true]],
  ['number', [5]],
  ['bigint', [5n]],
  ['text of digits', ['5']],
  ['text', ['any']],
  [
    'ISO 8601 text',
    ['2024-01-02', '03:04:05', '2024-01-02T03:04:05', '2024-01-02T03:04:05Z', 'P1Y', 'P1D'],
  ],
  ['Date', [NOON]],
  ['Decimal', [new Decimal(150n, 2)]],
  ['Temporal.PlainDate', [Temporal.PlainDate.from('2024-01-02')]],
  ['Temporal.PlainTime', [Temporal.PlainTime.from('03:04:05')]],
  ['Temporal.PlainDateTime', [Temporal.PlainDateTime.from('2024-01-02T03:04')]],
  ['Temporal.Instant', [Temporal.Instant.from('2024-01-02T03:04Z')]],
  ['Temporal.ZonedDateTime', [Temporal.ZonedDateTime.from('2024-01-02T03:04[UTC]')]],
  ['Temporal.Duration', [Temporal.Duration.from('P1Y'), Temporal.Duration.from('P1D')]],
  ['Uint8Array', [new Uint8Array([1])]],
  ['ArrayBuffer, other views', [new ArrayBuffer(1)]],
  ['Array', [[1], ['a']]],
  ['typed array', [new Int32Array([1])]],
  ['Map', [new Map([['a', 1]])]],
  ['plain object', [{ a: 1 }]],
];

const INTRODUCTION = `# Types

One table for the rows of \`fromValues\`, \`fromIterable\` and \`fromChangelog\`, for results, and for the arguments and results of
functions (\`general\` ones; those with \`funcType: 'arrow'\` get and give Arrow vectors). NULL is \`null\`; \`undefined\` is taken as NULL.

This page is written by \`npm run docs\` from the code that converts the values.

## SQL to JavaScript and back

What is *accepted besides* loses nothing: a number for BIGINT is a safe integer, a \`Date\` for DATE is midnight UTC, and what does
not fit is a \`ValidationError\` or \`UdfError\` that names the column or the function, and the value. \`Temporal\` is the built-in where there is one,
else \`temporal-polyfill\`: \`npm install temporal-polyfill\` and \`import { Temporal } from 'temporal-polyfill'\` give your program its types and, where there is none, its classes;
values of both are taken. TIMESTAMP has no zone: as a \`Date\` it is read and written in UTC.
`;

/** The page of types and their values, as Markdown. */
export async function typesPage(): Promise<string> {
  const arrow = await loadArrow();
  const main = SAMPLES.map(({ name, type, value }) => {
    const external = externalOf(type, value);
    return [
      code(name),
      shown(external),
      acceptedBesides(type, external).join(', '),
      jsonCell(external),
      arrowCell(() => String(toArrowType(arrow, type))),
    ];
  });
  return [
    INTRODUCTION,
    table(['SQL', 'JavaScript', 'Accepted besides', 'In `toJson`', 'In `toArrow`'], main),
    '',
    '## Other values in results',
    '',
    '`collect`, `changes`, `toArray` and `toJson` take `{ typeMapping: { … } }`, and `table.result.type-mapping.*` sets it for an environment.',
    'What it does not name stays as above.',
    '',
    table(['typeMapping', 'SQL', 'JavaScript'], mappingRows()),
    '',
    '## Parameters and rows without a schema',
    '',
    'The type of a value of `params`, and of a column of `fromValues` without a schema: the least that holds all values. What is NULL everywhere is a STRING in a column; in a parameter it takes the type of its place.',
    '',
    table(['JavaScript', 'SQL'], inferredRows()),
    '',
  ].join('\n');
}

function externalOf(type: DataType, value: unknown, mapping?: Partial<TypeMapping>): unknown {
  const internal = toInternal(type, '')(value);
  return toExternal(type, { ...DEFAULT_TYPE_MAPPING, ...mapping })(internal);
}

/** What the class of a value is called, with an example where that says more. */
function shown(value: unknown): string {
  if (value instanceof Map) return code('Map');
  if (Array.isArray(value)) return code('Array');
  if (typeof value !== 'object' || value === null) return code(typeof value);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? 'plain object' : code(tag);
}

function acceptedBesides(type: DataType, external: unknown): readonly string[] {
  const own = shown(external);
  const accepts = (value: unknown): boolean => {
    try {
      toInternal(type, '')(value);
      return true;
    } catch (error) {
      if (error instanceof ValidationError) return false;
      throw error;
    }
  };
  return CANDIDATES.filter(([, values]) => values.some((v) => shown(v) !== own && accepts(v))).map(
    ([words]) => words,
  );
}

function jsonCell(external: unknown): string {
  return code(jsonText(external));
}

function arrowCell(text: () => string): string {
  try {
    return code(text());
  } catch (error) {
    if (error instanceof NotImplementedError) return '';
    throw error;
  }
}

function mappingRows(): readonly (readonly string[])[] {
  const choices: readonly Partial<TypeMapping>[] = [
    { bigint: 'number-if-safe' },
    { bigint: 'string' },
    { decimal: 'number' },
    { decimal: 'string' },
    { timestamp: 'date' },
    { timestamp: 'string' },
  ];
  return choices.flatMap((mapping) =>
    SAMPLES.filter(({ type, value }) => {
      const [plain, mapped] = [externalOf(type, value), externalOf(type, value, mapping)];
      return shown(plain) !== shown(mapped);
    }).map(({ name, type, value }) => {
      const mapped = externalOf(type, value, mapping);
      const [key = '', choice = ''] = Object.entries(mapping)[0] ?? [];
      return [code(`${key}: '${choice}'`), code(name), `${shown(mapped)}: ${jsonCell(mapped)}`];
    }),
  );
}

function inferredRows(): readonly (readonly string[])[] {
  const values: readonly (readonly [string, unknown])[] = [
    ['boolean', true],
    ['number, an integer of 32 bits', 5],
    ['number, any other', 1.5],
    ['bigint', 5n],
    ['string', 'text'],
    ['Decimal of precision p and scale s', new Decimal(150n, 2)],
    ['Uint8Array', new Uint8Array(1)],
    ['Date', NOON],
    ['Temporal.PlainDate', Temporal.PlainDate.from('2024-01-02')],
    ['Temporal.PlainTime', Temporal.PlainTime.from('03:04')],
    ['Temporal.PlainDateTime', Temporal.PlainDateTime.from('2024-01-02T03:04')],
    ['Temporal.Instant', Temporal.Instant.from('2024-01-02T03:04Z')],
    ['Temporal.Duration', Temporal.Duration.from('P1D')],
    ['Array', [1]],
    ['Map', new Map([['a', 1]])],
    ['plain object', { a: 1 }],
  ];
  return values.map(([words, value]) => [words, code(printType(inferType([value], 'a value')))]);
}

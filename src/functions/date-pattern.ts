import { runtimeError } from '../common/errors.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  splitDay,
} from '../types/time.ts';
import { dayOfYear, isoDayOfWeek, isoWeek } from './datetime-fields.ts';

/** A compiled pattern of java.time.format.DateTimeFormatter, English names. */
export interface DatePattern {
  /** Prints local epoch nanoseconds. `offsetSeconds` and `zone` are what X, Z and z print. */
  format(nanos: bigint, offsetSeconds?: number, zone?: string): string;
  /** Reads a text; null when it does not fit the pattern. */
  parse(text: string): ParsedDate | null;
  /** The greatest number of S letters in a row: digits of a second that the pattern holds. */
  readonly fractionDigits: number;
}

/** What a text said: local epoch nanoseconds, and the offset from UTC if there was one. */
export interface ParsedDate {
  readonly nanos: bigint;
  readonly offsetSeconds: number | null;
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number };

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Patterns may come from data: no more than this many are kept. */
const CACHE_MAX = 256;
const cache = new Map<string, DatePattern>();

/**
 * Compiles a date pattern such as `yyyy-MM-dd HH:mm:ss.SSS`.
 *
 * Errors: TableRuntimeError INVALID_PATTERN.
 */
export function datePattern(pattern: string): DatePattern {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): DatePattern {
  const tokens = tokenize(pattern);
  const fractions = tokens.map((t) => (t.kind === 'field' && t.letter === 'S' ? t.count : 0));
  let parser: ((text: string) => ParsedDate | null) | null = null;
  return {
    fractionDigits: Math.max(0, ...fractions),
    format: (nanos, offsetSeconds = 0, zone = 'UTC') => {
      const parts = dateParts(nanos, offsetSeconds, zone);
      return tokens.map((token) => printToken(token, parts)).join('');
    },
    parse: (text) => {
      parser ??= compileParser(tokens);
      return parser(text);
    },
  };
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [part] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']|'/g)) {
    const first = part[0]!;
    if (first === "'") {
      if (part.length === 1) throw invalid(pattern, "a ' has no second one");
      const text = part === "''" ? "'" : part.slice(1, -1).replaceAll("''", "'");
      tokens.push({ kind: 'text', text });
    } else if (/[A-Za-z]/.test(first)) {
      if (!(first in FIELDS)) throw invalid(pattern, `unknown pattern letter '${first}'`);
      tokens.push({ kind: 'field', letter: first, count: part.length });
    } else if (first === '[') tokens.push({ kind: 'open' });
    else if (first === ']') tokens.push({ kind: 'close' });
    else if ('{}#'.includes(first)) throw invalid(pattern, `reserved character '${first}'`);
    else tokens.push({ kind: 'text', text: part });
  }
  return tokens;
}

function invalid(pattern: string, reason: string) {
  return runtimeError('INVALID_PATTERN', { pattern, reason });
}

interface DateParts {
  readonly days: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  readonly offsetSeconds: number;
  readonly zone: string;
}

function dateParts(nanos: bigint, offsetSeconds: number, zone: string): DateParts {
  const { days, nanosOfDay } = splitDay(nanos);
  const seconds = Number(nanosOfDay / NANOS_PER_SECOND);
  return {
    ...civilFromDays(days),
    days,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    nano: Number(nanosOfDay % NANOS_PER_SECOND),
    offsetSeconds,
    zone,
  };
}

function printToken(token: Token, parts: DateParts): string {
  if (token.kind === 'text') return token.text;
  if (token.kind !== 'field') return '';
  return FIELDS[token.letter]?.(parts, token.count) ?? '';
}

const pad = (value: number, count: number) => String(value).padStart(count, '0');

function printYear({ year }: DateParts, count: number): string {
  if (count === 2) return pad(((year % 100) + 100) % 100, 2);
  return (year < 0 ? '-' : '') + pad(Math.abs(year), count);
}

function printName(names: readonly string[], index: number, count: number): string {
  const name = names[index]!;
  if (count === 3) return name.slice(0, 3);
  return count === 5 ? name.slice(0, 1) : name;
}

function printMonth({ month }: DateParts, count: number): string {
  return count <= 2 ? pad(month, count) : printName(MONTHS, month - 1, count);
}

function printWeekday({ days }: DateParts, count: number): string {
  const day = isoDayOfWeek(days);
  return count <= 2 ? pad((day % 7) + 1, count) : printName(DAYS, day - 1, count);
}

function printOffset(seconds: number, count: number, zero: string, colon: boolean): string {
  if (seconds === 0 && zero !== '') return zero;
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const separator = colon ? ':' : '';
  const rest = count === 1 && minutes % 60 === 0 ? '' : separator + pad(minutes % 60, 2);
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${rest}`;
}

const FIELDS: Readonly<Record<string, (parts: DateParts, count: number) => string>> = {
  G: ({ year }) => (year > 0 ? 'AD' : 'BC'),
  y: printYear,
  u: printYear,
  Y: ({ days, ...rest }, count) => printYear({ ...rest, days, year: isoWeek(days).year }, count),
  w: ({ days }, count) => pad(isoWeek(days).week, count),
  D: ({ days }, count) => pad(dayOfYear(days), count),
  Q: ({ month }, count) =>
    count < 3 ? pad(Math.ceil(month / 3), count) : `Q${Math.ceil(month / 3)}`,
  q: ({ month }, count) =>
    count < 3 ? pad(Math.ceil(month / 3), count) : `Q${Math.ceil(month / 3)}`,
  M: printMonth,
  L: printMonth,
  d: ({ day }, count) => pad(day, count),
  E: (parts, count) => printWeekday(parts, Math.max(3, count)),
  e: printWeekday,
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  H: ({ hour }, count) => pad(hour, count),
  k: ({ hour }, count) => pad(hour === 0 ? 24 : hour, count),
  K: ({ hour }, count) => pad(hour % 12, count),
  h: ({ hour }, count) => pad(hour % 12 === 0 ? 12 : hour % 12, count),
  m: ({ minute }, count) => pad(minute, count),
  s: ({ second }, count) => pad(second, count),
  S: ({ nano }, count) => pad(nano, 9).slice(0, count).padEnd(count, '0'),
  n: ({ nano }, count) => pad(nano, count),
  A: ({ hour, minute, second, nano }, count) =>
    pad(((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(nano / 1e6), count),
  X: ({ offsetSeconds }, count) => printOffset(offsetSeconds, count, 'Z', count >= 3),
  x: ({ offsetSeconds }, count) => printOffset(offsetSeconds, count, '', count >= 3),
  Z: ({ offsetSeconds }, count) =>
    count === 4
      ? `GMT${printOffset(offsetSeconds, 2, '', true)}`
      : printOffset(offsetSeconds, 2, '', count === 5),
  z: ({ zone }) => zone,
  V: ({ zone }) => zone,
};

/** What the fields of a text say; absent ones have the values of 1970-01-01 00:00:00. */
type FieldValues = Map<string, string>;

function compileParser(tokens: readonly Token[]): (text: string) => ParsedDate | null {
  const letters: string[] = [];
  let source = '';
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'text') source += token.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    else if (token.kind === 'open') source += '(?:';
    else if (token.kind === 'close') source += ')?';
    else {
      letters.push(token.letter);
      const next = tokens[i + 1];
      source += `(${fieldSource(token.letter, token.count, next?.kind === 'field')})`;
    }
  }
  const regex = new RegExp(`^${source}$`, 'i');
  return (text) => {
    const match = regex.exec(text);
    if (match === null) return null;
    const values: FieldValues = new Map();
    for (const [i, letter] of letters.entries()) {
      const value = match[i + 1];
      if (value !== undefined) values.set(letter, value);
    }
    return resolveFields(values);
  };
}

function fieldSource(letter: string, count: number, beforeField: boolean): string {
  switch (letter) {
    case 'y':
    case 'u':
      if (count === 2) return '\\d{2}';
      return beforeField ? `\\d{${count}}` : `[+-]?\\d{${count},9}`;
    case 'M':
    case 'L':
      if (count >= 3)
        return MONTHS.map((name) => (count === 3 ? name.slice(0, 3) : name)).join('|');
      break;
    case 'E':
      return DAYS.map((name) => (count >= 4 ? name : name.slice(0, 3))).join('|');
    case 'a':
      return 'AM|PM';
    case 'G':
      return 'AD|BC';
    case 'S':
      return `\\d{${count}}`;
    case 'X':
    case 'x':
    case 'Z':
      return 'Z|[+-]\\d{2}(?::?\\d{2})?';
    case 'z':
    case 'V':
      return '[A-Za-z/_+\\-0-9:]+';
    default:
  }
  if (count >= 2) return `\\d{${count}}`;
  return letter === 'D' ? '\\d{1,3}' : '\\d{1,2}';
}

function resolveFields(values: FieldValues): ParsedDate | null {
  const number = (letter: string, otherwise: number) => {
    const text = values.get(letter);
    return text === undefined ? otherwise : Number(text);
  };
  const yearText = values.get('y') ?? values.get('u');
  const year = yearText === undefined ? 1970 : yearOf(yearText);
  const month = monthOf(values.get('M') ?? values.get('L'));
  const day = number('d', 1);
  const hour = hourOf(values, number);
  const minute = number('m', 0);
  const second = number('s', 0);
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const days = values.has('D')
    ? daysFromCivil(year, 1, 1) + number('D', 1) - 1
    : daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
  const fraction = BigInt((values.get('S') ?? '').slice(0, 9).padEnd(9, '0'));
  const seconds = BigInt((hour * 60 + minute) * 60 + second);
  return {
    nanos: BigInt(days) * NANOS_PER_DAY + seconds * NANOS_PER_SECOND + fraction,
    offsetSeconds: offsetOf(values.get('X') ?? values.get('x') ?? values.get('Z')),
  };
}

function yearOf(text: string): number {
  return text.length === 2 ? 2000 + Number(text) : Number(text);
}

function monthOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (/^\d/.test(text)) return Number(text);
  const prefix = text.slice(0, 3).toLowerCase();
  return MONTHS.findIndex((name) => name.toLowerCase().startsWith(prefix)) + 1;
}

function hourOf(
  values: FieldValues,
  number: (letter: string, otherwise: number) => number,
): number {
  if (values.has('H')) return number('H', 0);
  if (values.has('k')) return number('k', 0) % 24;
  if (!values.has('h') && !values.has('K')) return 0;
  const half = values.get('a')?.toUpperCase() === 'PM' ? 12 : 0;
  return (number(values.has('h') ? 'h' : 'K', 0) % 12) + half;
}

function offsetOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text.toUpperCase() === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}

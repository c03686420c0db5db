import { unreachable } from '../common/assert.ts';
import { directionsOf, takesOrder } from '../functions/ordered-aggregate.ts';
import type { DataType } from '../types/data-type.ts';
import { withNullable } from '../types/data-type.ts';
import { printDecimal } from '../types/decimal.ts';
import { printDayTime, printYearMonth } from '../types/interval.ts';
import { printType } from '../types/print.ts';
import { printDate, printTime, printTimestamp } from '../types/time.ts';
import type { AggregateCall, Call, Expr, FrameBound, SortKey, WindowCall } from './expr.ts';

/** Operators that are printed between their operands, in parentheses. */
const INFIX = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  'AND',
  'OR',
  'LIKE',
  'ILIKE',
  'RLIKE',
  'SIMILAR TO',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
]);

/** Tests that are printed after their operand. */
const POSTFIX = /^IS (NOT )?(NULL|TRUE|FALSE|UNKNOWN)$/;

/** Prints an expression for people, as EXPLAIN shows it; `names` are the columns of its input. */
export function printExpr(expr: Expr, names: readonly string[]): string {
  switch (expr.kind) {
    case 'Literal':
      return printLiteral(expr.value, expr.type);
    case 'InputRef':
      return names[expr.index] ?? `$${expr.index}`;
    case 'Parameter':
      return `?${expr.index}`;
    case 'Call':
      return printCall(expr, names);
    case 'Cast': {
      const type = printType(withNullable(expr.type, true));
      return `${expr.safe ? 'TRY_CAST' : 'CAST'}(${printExpr(expr.input, names)} AS ${type})`;
    }
    case 'Case': {
      const branches = expr.branches.map(
        ({ when, then }) => `WHEN ${printExpr(when, names)} THEN ${printExpr(then, names)}`,
      );
      return `CASE ${branches.join(' ')} ELSE ${printExpr(expr.otherwise, names)} END`;
    }
    default:
      return unreachable(expr);
  }
}

/** Prints an aggregate call, e.g. `SUM(DISTINCT a) FILTER (WHERE b)`. */
export function printAggregateCall(
  call: AggregateCall | WindowCall,
  names: readonly string[],
): string {
  const { definition, distinct, filter } = call;
  const none = definition.kind === 'aggregate' ? '*' : '';
  const { keys, args } = partsOf(call);
  const list = args.length === 0 ? none : args.map((a) => printExpr(a, names)).join(', ');
  const order = keys.map((key) => printSortKey(key, names)).join(', ');
  const inside = `${distinct ? 'DISTINCT ' : ''}${list}${order === '' ? '' : ` ORDER BY ${order}`}`;
  const text = `${definition.name.replace(/^\$(.*) ORDER BY$/, '$1')}(${inside})`;
  return filter === null ? text : `${text} FILTER (WHERE ${printExpr(filter, names)})`;
}

/** The order of a call that takes its rows in one, and the arguments of its function. */
function partsOf({ definition, args }: AggregateCall | WindowCall): {
  readonly keys: readonly SortKey[];
  readonly args: readonly Expr[];
} {
  const [order, ...rest] = args;
  if (order?.kind !== 'Literal' || !takesOrder(definition)) return { keys: [], args };
  const keys = directionsOf(order.value).map((direction, i) => ({ ...direction, expr: rest[i]! }));
  return { keys, args: rest.slice(keys.length) };
}

/** Prints a call with OVER, e.g. `SUM(a) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW`. */
export function printWindowCall(call: WindowCall, names: readonly string[]): string {
  const text = printAggregateCall(call, names);
  if (call.definition.kind === 'window') return text;
  const { unit, start, end } = call.frame;
  const from = printFrameBound(start, 'PRECEDING');
  return `${text} ${unit} BETWEEN ${from} AND ${printFrameBound(end, 'FOLLOWING')}`;
}

function printFrameBound(bound: FrameBound, side: string): string {
  switch (bound.bound) {
    case 'unbounded':
      return `UNBOUNDED ${side}`;
    case 'current':
      return 'CURRENT ROW';
    case 'offset':
      return `${printExpr(bound.offset, [])} ${bound.following ? 'FOLLOWING' : 'PRECEDING'}`;
  }
}

/** Prints one key of an ORDER BY; the place of NULLs only when it is not Flink's default. */
export function printSortKey(key: SortKey, names: readonly string[]): string {
  const direction = key.descending ? 'DESC' : 'ASC';
  const nulls =
    key.nullsFirst === !key.descending ? '' : ` NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
  return `${printExpr(key.expr, names)} ${direction}${nulls}`;
}

function printCall({ definition, args }: Call, names: readonly string[]): string {
  const { name } = definition;
  const texts = args.map((a) => printExpr(a, names));
  if (INFIX.has(name) && args.length >= 2) return `(${texts.join(` ${name} `)})`;
  if (POSTFIX.test(name)) return `${texts[0]} ${name}`;
  switch (name) {
    case 'NOT':
      return `NOT ${texts[0]}`;
    case 'NEGATE':
      return `-${texts[0]}`;
    case 'IN':
      return `${texts[0]} IN (${texts.slice(1).join(', ')})`;
    case 'ITEM':
      return `${texts[0]}[${texts[1]}]`;
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
      return `${name}[${texts.join(', ')}]`;
    case 'FIELD':
      return printField(args, texts);
    default:
      return `${name}(${texts.join(', ')})`;
  }
}

function printField(args: readonly Expr[], texts: readonly string[]): string {
  const [row, index] = args;
  if (row?.type.kind !== 'ROW' || index?.kind !== 'Literal') return `FIELD(${texts.join(', ')})`;
  return `${texts[0]}.${row.type.fields[Number(index.value)]?.name}`;
}

function printLiteral(value: unknown, type: DataType): string {
  if (value === null) return `NULL:${printType(withNullable(type, true))}`;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return `'${String(value).replaceAll("'", "''")}'`;
    case 'BOOLEAN':
      return value === true ? 'TRUE' : 'FALSE';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
      return String(value);
    case 'BINARY':
    case 'VARBINARY':
      return `X'${Buffer.from(value as Uint8Array).toString('hex')}'`;
    case 'DECIMAL':
      return printDecimal(value as bigint, type.scale);
    case 'DATE':
      return printDate(value as number);
    case 'TIME':
      return printTime(value as number, type.precision);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return printTimestamp(value as bigint, type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return printYearMonth(value as number);
    case 'INTERVAL_DAY_TIME':
      return printDayTime(value as bigint);
    default:
      return `${printValue(value)}:${printType(withNullable(type, true))}`;
  }
}

function printValue(value: unknown): string {
  return JSON.stringify(value instanceof Map ? [...value] : value, (_, inner) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
}

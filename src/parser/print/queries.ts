import type {
  FromItem,
  GroupingElement,
  Hint,
  Join,
  MatchRecognize,
  Pattern,
  Query,
  QueryBody,
  Select,
  TableAlias,
  WindowFrame,
  WindowName,
  WindowSpec,
} from '../ast/queries.ts';
import { quoteIdentifier, quotePath, quoteString } from '../quoting.ts';
import { ExpressionPrinter } from './expressions.ts';

/** Prints queries as SQL that parses to the same tree. */
export class QueryPrinter extends ExpressionPrinter {
  override query({ with: tables, body, orderBy, offset, limit }: Query): string {
    const parts: string[] = [];
    if (tables.length > 0) {
      const list = tables.map(
        ({ name, columns, query }) =>
          `${quoteIdentifier(name)}${nameList(columns)} AS (${this.query(query)})`,
      );
      parts.push(`WITH ${list.join(', ')}`);
    }
    parts.push(this.#body(body));
    if (orderBy.length > 0) parts.push(this.orderBy(orderBy));
    if (limit !== null) parts.push(`LIMIT ${this.expr(limit)}`);
    if (offset !== null) parts.push(`OFFSET ${this.expr(offset)}`);
    return parts.join(' ');
  }

  #body(body: QueryBody): string {
    switch (body.kind) {
      case 'Select':
        return this.#select(body);
      case 'Values':
        return `VALUES ${body.rows
          .map((row) => `(${row.map((item) => this.arg(item)).join(', ')})`)
          .join(', ')}`;
      case 'ExplicitTable':
        return `TABLE ${quotePath(body.name.parts)}`;
      case 'SetOperation': {
        const inputs = body.inputs.map((input) =>
          input.kind === 'SetOperation' ? `(${this.#body(input)})` : this.#body(input),
        );
        return inputs.join(` ${body.op}${body.all ? ' ALL' : ''} `);
      }
      case 'Query':
        return `(${this.query(body)})`;
    }
  }

  #select(select: Select): string {
    const parts = ['SELECT'];
    if (select.hints.length > 0) parts.push(printHints(select.hints));
    if (select.distinct) parts.push('DISTINCT');
    const items = select.items.map((item) => {
      if (item.kind === 'Star') return this.arg(item);
      const alias = item.alias === null ? '' : ` AS ${quoteIdentifier(item.alias)}`;
      return `${this.expr(item.expr)}${alias}`;
    });
    parts.push(items.join(', '));
    if (select.from !== null) parts.push(`FROM ${this.from(select.from)}`);
    if (select.where !== null) parts.push(`WHERE ${this.expr(select.where)}`);
    if (select.groupBy !== null) {
      const { distinct, elements } = select.groupBy;
      const list = elements.map((element) => this.#grouping(element)).join(', ');
      parts.push(`GROUP BY ${distinct ? 'DISTINCT ' : ''}${list}`);
    }
    if (select.having !== null) parts.push(`HAVING ${this.expr(select.having)}`);
    if (select.windows.length > 0) {
      const windows = select.windows.map(
        ({ name, window }) => `${quoteIdentifier(name)} AS ${this.window(window)}`,
      );
      parts.push(`WINDOW ${windows.join(', ')}`);
    }
    if (select.qualify !== null) parts.push(`QUALIFY ${this.expr(select.qualify)}`);
    return parts.join(' ');
  }

  #grouping(element: GroupingElement): string {
    switch (element.kind) {
      case 'GroupingSet': {
        const list = this.list(element.exprs);
        return element.exprs.length === 1 ? list : `(${list})`;
      }
      case 'Rollup':
        return `ROLLUP (${element.sets.map((set) => this.#grouping(set)).join(', ')})`;
      case 'Cube':
        return `CUBE (${element.sets.map((set) => this.#grouping(set)).join(', ')})`;
      case 'GroupingSets':
        return `GROUPING SETS (${element.elements.map((e) => this.#grouping(e)).join(', ')})`;
    }
  }

  override window(window: WindowSpec | WindowName): string {
    if (window.kind === 'WindowName') return quoteIdentifier(window.name);
    const { base, partitionBy, orderBy, frame } = window;
    const parts: string[] = [];
    if (base !== null) parts.push(quoteIdentifier(base));
    if (partitionBy.length > 0) parts.push(`PARTITION BY ${this.list(partitionBy)}`);
    if (orderBy.length > 0) parts.push(this.orderBy(orderBy));
    if (frame !== null) parts.push(this.#frame(frame));
    return `(${parts.join(' ')})`;
  }

  #frame({ unit, start, end }: WindowFrame): string {
    const bound = ({ type, offset }: WindowFrame['start']) =>
      offset === null ? type : `${this.expr(offset)} ${type}`;
    if (end === null) return `${unit} ${bound(start)}`;
    return `${unit} BETWEEN ${bound(start)} AND ${bound(end)}`;
  }

  // ── FROM ───────────────────────────────────────────────────────────────────────────────────

  /** Something in a FROM clause. Joins lean to the left and may be many: a loop walks them. */
  from(item: FromItem): string {
    const parts: string[] = [];
    let left = item;
    while (left.kind === 'Join') {
      parts.push(this.#joined(left));
      left = left.left;
    }
    parts.push(this.#table(left));
    return parts.reverse().join(' ');
  }

  #joined({ type, natural, right, condition, using }: Join): string {
    const table = right.kind === 'Join' ? `(${this.from(right)})` : this.#table(right);
    const join = `${natural ? 'NATURAL ' : ''}${type} JOIN ${table}`;
    if (using !== null) return `${join} USING${nameList(using)}`;
    return condition === null ? join : `${join} ON ${this.expr(condition)}`;
  }

  #table(item: Exclude<FromItem, Join>): string {
    switch (item.kind) {
      case 'TableName': {
        const time =
          item.systemTime === null ? '' : ` FOR SYSTEM_TIME AS OF ${this.expr(item.systemTime)}`;
        const hints = item.hints.length === 0 ? '' : ` ${printHints(item.hints)}`;
        return `${quotePath(item.name.parts)}${hints}${time}${printAlias(item.alias)}`;
      }
      case 'DerivedTable':
        return `${lateral(item)}(${this.query(item.query)})${printAlias(item.alias)}`;
      case 'TableFunction': {
        const hints = item.hints.length === 0 ? '' : ` ${printHints(item.hints)}`;
        return `${lateral(item)}TABLE(${this.call(item.call)})${hints}${printAlias(item.alias)}`;
      }
      case 'Unnest': {
        const ordinality = item.ordinality ? ' WITH ORDINALITY' : '';
        return `${lateral(item)}UNNEST(${this.list(item.items)})${ordinality}${printAlias(item.alias)}`;
      }
      case 'MatchRecognize':
        return this.#matchRecognize(item);
    }
  }

  #matchRecognize(match: MatchRecognize): string {
    const { input, partitionBy, orderBy, measures, afterMatch, within, subsets, define } = match;
    const table = input.kind === 'Join' ? `(${this.from(input)})` : this.#table(input);
    const parts: string[] = [];
    if (partitionBy.length > 0) parts.push(`PARTITION BY ${this.list(partitionBy)}`);
    if (orderBy.length > 0) parts.push(this.orderBy(orderBy));
    if (measures.length > 0) {
      const list = measures.map(
        ({ expr, alias }) => `${this.expr(expr)} AS ${quoteIdentifier(alias ?? '')}`,
      );
      parts.push(`MEASURES ${list.join(', ')}`);
    }
    if (match.rowsPerMatch !== null) parts.push(`${match.rowsPerMatch} PER MATCH`);
    if (afterMatch !== null) {
      const variable =
        afterMatch.variable === null ? '' : ` ${quoteIdentifier(afterMatch.variable)}`;
      parts.push(`AFTER MATCH SKIP ${afterMatch.skip}${variable}`);
    }
    const anchors = [match.anchoredStart ? '^ ' : '', match.anchoredEnd ? ' $' : ''] as const;
    parts.push(`PATTERN (${anchors[0]}${printPattern(match.pattern)}${anchors[1]})`);
    if (within !== null) parts.push(`WITHIN ${this.expr(within)}`);
    if (subsets.length > 0) {
      const list = subsets.map(
        ({ name, variables }) => `${quoteIdentifier(name)} =${nameList(variables)}`,
      );
      parts.push(`SUBSET ${list.join(', ')}`);
    }
    const definitions = define.map(
      ({ variable, condition }) => `${quoteIdentifier(variable)} AS ${this.expr(condition)}`,
    );
    parts.push(`DEFINE ${definitions.join(', ')}`);
    return `${table} MATCH_RECOGNIZE (${parts.join(' ')})${printAlias(match.alias)}`;
  }
}

function lateral(item: { readonly lateral: boolean }): string {
  return item.lateral ? 'LATERAL ' : '';
}

/** ` (a, b)`, or nothing. */
export function nameList(names: readonly string[] | null): string {
  return names === null ? '' : ` (${names.map(quoteIdentifier).join(', ')})`;
}

function printAlias(alias: TableAlias | null): string {
  return alias === null ? '' : ` AS ${quoteIdentifier(alias.name)}${nameList(alias.columns)}`;
}

/** A hint comment. */
export function printHints(hints: readonly Hint[]): string {
  const list = hints.map(({ name, args }) => {
    const inner = args.map(({ key, value }) =>
      key === null ? quoteString(value) : `${quoteString(key)} = ${quoteString(value)}`,
    );
    return inner.length === 0
      ? quoteIdentifier(name)
      : `${quoteIdentifier(name)}(${inner.join(', ')})`;
  });
  return `/*+ ${list.join(', ')} */`;
}

function printPattern(pattern: Pattern): string {
  const factor = (inner: Pattern) =>
    inner.kind === 'PatternVariable' || inner.kind === 'PatternPermutation'
      ? printPattern(inner)
      : `(${printPattern(inner)})`;
  switch (pattern.kind) {
    case 'PatternVariable':
      return quoteIdentifier(pattern.name);
    case 'PatternSequence':
      if (pattern.items.length === 0) return '()';
      return pattern.items
        .map((item) => (item.kind === 'PatternQuantified' ? printPattern(item) : factor(item)))
        .join(' ');
    case 'PatternAlternation':
      return pattern.items
        .map((item) => (item.kind === 'PatternAlternation' ? factor(item) : printPattern(item)))
        .join(' | ');
    case 'PatternPermutation':
      return `PERMUTE(${pattern.items.map(printPattern).join(', ')})`;
    case 'PatternExclusion':
      return `{- ${printPattern(pattern.pattern)} -}`;
    case 'PatternQuantified': {
      const { min, max, reluctant } = pattern;
      const times = max === null ? `{${min},}` : min === max ? `{${min}}` : `{${min},${max}}`;
      return `${factor(pattern.pattern)}${times}${reluctant ? '?' : ''}`;
    }
  }
}

import type { Expr } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type {
  Distribution,
  PartitionSpec,
  Property,
  TableConstraint,
  TableElement,
  TableLike,
  TableLikeOption,
  Watermark,
} from '../ast/tables.ts';
import { invalidStatement } from '../errors.ts';
import { Comma, Equal, K, LParen, RParen } from '../vocabulary.ts';
import { EntryRules } from './entries.ts';

/**
 * Chapter 12: what the statements about tables share.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/create/
 */
export abstract class TableRules extends EntryRules {
  // ── options ────────────────────────────────────────────────────────────────────────────────

  /** `('k' = 'v', ...)` */
  protected readonly properties = this.RULE('properties', (): Property[] => {
    const properties: Property[] = [];
    this.CONSUME(LParen);
    this.MANY_SEP({ SEP: Comma, DEF: () => properties.push(this.SUBRULE(this.property)) });
    this.CONSUME(RParen);
    return properties;
  });

  protected readonly property = this.RULE('property', (): Property => {
    const start = this.LA(1);
    const key = this.SUBRULE(this.string);
    this.CONSUME(Equal);
    const value = this.SUBRULE2(this.string);
    return { kind: 'Property', key, value, span: this.span(start) };
  });

  /** `WITH ('k' = 'v', ...)` */
  protected readonly withOptions = this.RULE('withOptions', (): Property[] => {
    this.CONSUME(K.WITH);
    return this.SUBRULE(this.properties);
  });

  /** `('k', ...)` */
  protected readonly keys = this.RULE('keys', (): string[] => {
    const keys: string[] = [];
    this.CONSUME(LParen);
    this.MANY_SEP({ SEP: Comma, DEF: () => keys.push(this.SUBRULE(this.string)) });
    this.CONSUME(RParen);
    return keys;
  });

  /** `COMMENT 'text'` */
  protected readonly comment = this.RULE('comment', (): string => {
    this.CONSUME(K.COMMENT);
    return this.SUBRULE(this.string);
  });

  // ── columns, watermarks, constraints ───────────────────────────────────────────────────────

  /** `(a INT, b AS a + 1, ...)` */
  protected readonly tableElements = this.RULE('tableElements', (): TableElement[] => {
    const elements: TableElement[] = [];
    this.CONSUME(LParen);
    this.MANY_SEP({ SEP: Comma, DEF: () => elements.push(this.SUBRULE(this.tableElement)) });
    this.CONSUME(RParen);
    this.ACTION(() => checkElements(elements));
    return elements;
  });

  protected readonly tableElement = this.RULE(
    'tableElement',
    (): TableElement =>
      this.OR([
        { ALT: (): TableElement => this.SUBRULE(this.tableConstraint) },
        {
          GATE: () => this.isNext(K.FOR, 2),
          ALT: (): TableElement => this.SUBRULE(this.watermark),
        },
        { ALT: (): TableElement => this.SUBRULE(this.column) },
      ]),
  );

  /** `WATERMARK FOR ts AS ts - INTERVAL '5' SECOND` */
  protected readonly watermark = this.RULE('watermark', (): Watermark => {
    const start = this.CONSUME(K.WATERMARK);
    this.CONSUME(K.FOR);
    const column = this.SUBRULE(this.path);
    this.CONSUME(K.AS);
    const expr = this.SUBRULE(this.rowExpression);
    return { kind: 'Watermark', column, expr, span: this.span(start) };
  });

  /** An expression over one row: no query may stand in it. */
  protected readonly rowExpression = this.RULE('rowExpression', (): Expr => {
    this.queriesAllowed = false;
    const expr = this.SUBRULE(this.expression);
    this.queriesAllowed = true;
    return expr;
  });

  /** `[CONSTRAINT n] PRIMARY KEY (a, b) NOT ENFORCED` */
  protected readonly tableConstraint = this.RULE('tableConstraint', (): TableConstraint => {
    const start = this.LA(1);
    const name = this.OPTION(() => this.SUBRULE(this.constraintName)) ?? null;
    const type = this.SUBRULE(this.constraintType);
    const columns = this.SUBRULE(this.nameList);
    const enforced = this.OPTION2(() => this.SUBRULE(this.enforced)) ?? null;
    return { kind: 'TableConstraint', name, type, columns, enforced, span: this.span(start) };
  });

  protected readonly constraintName = this.RULE('constraintName', (): string => {
    this.CONSUME(K.CONSTRAINT);
    return this.SUBRULE(this.name);
  });

  protected readonly constraintType = this.RULE('constraintType', (): TableConstraint['type'] =>
    this.OR([
      {
        ALT: (): TableConstraint['type'] => {
          this.CONSUME(K.PRIMARY);
          this.CONSUME(K.KEY);
          return 'PRIMARY KEY';
        },
      },
      this.word('UNIQUE'),
    ]),
  );

  protected readonly enforced = this.RULE('enforced', (): boolean => {
    const not = this.OPTION(() => this.CONSUME(K.NOT)) !== undefined;
    this.CONSUME(K.ENFORCED);
    return !not;
  });

  /** `a INT`, `b AS a + 1`, `c INT METADATA FROM 'key' VIRTUAL`, or `a` alone */
  protected readonly column = this.RULE('column', (): TableElement => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.path);
    const element = this.OPTION(() =>
      this.OR([
        {
          ALT: (): TableElement => {
            this.CONSUME(K.AS);
            const expr = this.SUBRULE(this.rowExpression);
            const comment = this.OPTION2(() => this.SUBRULE(this.comment)) ?? null;
            return { kind: 'ComputedColumn', name, expr, comment, span: this.span(start) };
          },
        },
        { ALT: (): TableElement => this.SUBRULE(this.typedColumn, { ARGS: [name] }) },
      ]),
    );
    return element ?? { kind: 'ColumnReference', name, span: this.span(start) };
  });

  protected readonly typedColumn = this.RULE(
    'typedColumn',
    (name: Identifier = { kind: 'Identifier', parts: [], span: null }): TableElement => {
      const type = this.SUBRULE(this.typeName);
      let from: string | null = null;
      let virtual = false;
      const isMetadata =
        this.OPTION(() => {
          this.CONSUME(K.METADATA);
          this.OPTION2(() => {
            this.CONSUME(K.FROM);
            from = this.SUBRULE(this.string);
          });
          this.OPTION3(() => {
            this.CONSUME(K.VIRTUAL);
            virtual = true;
          });
          return true;
        }) ?? false;
      const constraint =
        this.OPTION4({
          GATE: () => !isMetadata,
          DEF: () => this.SUBRULE(this.columnConstraint, { ARGS: [name] }),
        }) ?? null;
      const comment = this.OPTION5(() => this.SUBRULE(this.comment)) ?? null;
      const span = { start: name.span?.start ?? 0, end: this.endOffset() };
      return isMetadata
        ? { kind: 'MetadataColumn', name, type, from, virtual, comment, span }
        : { kind: 'PhysicalColumn', name, type, constraint, comment, span };
    },
  );

  protected readonly columnConstraint = this.RULE(
    'columnConstraint',
    (column: Identifier = { kind: 'Identifier', parts: [], span: null }): TableConstraint => {
      const start = this.LA(1);
      const name = this.OPTION(() => this.SUBRULE(this.constraintName)) ?? null;
      const type = this.SUBRULE(this.constraintType);
      const enforced = this.OPTION2(() => this.SUBRULE(this.enforced)) ?? null;
      const columns = column.parts.slice(-1);
      return { kind: 'TableConstraint', name, type, columns, enforced, span: this.span(start) };
    },
  );

  // ── distribution, partitions, LIKE ─────────────────────────────────────────────────────────

  /** `DISTRIBUTED BY HASH (a) INTO 4 BUCKETS`, `DISTRIBUTED INTO 4 BUCKETS` */
  protected readonly distributed = this.RULE('distributed', (): Distribution => {
    this.CONSUME(K.DISTRIBUTED);
    return this.SUBRULE(this.distributionBody);
  });

  /** The same after DISTRIBUTION, as ALTER TABLE writes it. */
  protected readonly distribution = this.RULE('distribution', (): Distribution => {
    this.CONSUME(K.DISTRIBUTION);
    return this.SUBRULE(this.distributionBody);
  });

  protected readonly distributionBody = this.RULE('distributionBody', (): Distribution => {
    const start = this.LA(0);
    let method: Distribution['method'] = null;
    let columns: string[] = [];
    let buckets: number | null = null;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.BY);
          method = this.OPTION(() => this.OR2([this.word('HASH'), this.word('RANGE')])) ?? null;
          columns = this.SUBRULE(this.nameList);
          this.OPTION2(() => {
            buckets = this.SUBRULE(this.buckets);
          });
        },
      },
      {
        ALT: () => {
          buckets = this.SUBRULE2(this.buckets);
        },
      },
    ]);
    return { kind: 'Distribution', method, columns, buckets, span: this.span(start) };
  });

  protected readonly buckets = this.RULE('buckets', (): number => {
    this.CONSUME(K.INTO);
    const count = this.SUBRULE(this.integer);
    this.CONSUME(K.BUCKETS);
    return count;
  });

  /** `PARTITIONED BY (a, b)` */
  protected readonly partitionedBy = this.RULE('partitionedBy', (): string[] => {
    this.CONSUME(K.PARTITIONED);
    this.CONSUME(K.BY);
    return this.SUBRULE(this.nameList);
  });

  /** `PARTITION (a = 1, b)` */
  protected readonly partition = this.RULE('partition', (): PartitionSpec => {
    const start = this.CONSUME(K.PARTITION);
    const entries: PartitionSpec['entries'][number][] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const column = this.SUBRULE(this.name);
        const value =
          this.OPTION(() => {
            this.CONSUME(Equal);
            return this.SUBRULE(this.expression);
          }) ?? null;
        entries.push({ column, value });
      },
    });
    this.CONSUME(RParen);
    return { kind: 'PartitionSpec', entries, span: this.span(start) };
  });

  /** `LIKE source (INCLUDING ALL EXCLUDING OPTIONS)` */
  protected readonly tableLike = this.RULE('tableLike', (): TableLike => {
    const start = this.CONSUME(K.LIKE);
    const source = this.SUBRULE(this.path);
    const options: TableLikeOption[] = [];
    this.OPTION(() => {
      this.CONSUME(LParen);
      this.MANY(() => options.push(this.SUBRULE(this.tableLikeOption)));
      this.CONSUME(RParen);
    });
    return { kind: 'TableLike', source, options, span: this.span(start) };
  });

  protected readonly tableLikeOption = this.RULE('tableLikeOption', (): TableLikeOption => {
    const strategy = this.OR([
      this.word('INCLUDING'),
      this.word('EXCLUDING'),
      this.word('OVERWRITING'),
    ]);
    const feature = this.OR2([
      this.word('ALL'),
      this.word('CONSTRAINTS'),
      this.word('DISTRIBUTION'),
      this.word('GENERATED'),
      this.word('METADATA'),
      this.word('OPTIONS'),
      this.word('PARTITIONS'),
      this.word('WATERMARKS'),
    ]);
    return { strategy, feature };
  });
}

function checkElements(elements: readonly TableElement[]): void {
  const watermarks = elements.filter((element) => element.kind === 'Watermark');
  const second = watermarks[1];
  if (second !== undefined) {
    throw invalidStatement('A table has at most one WATERMARK', second.span);
  }
  const bare = elements.find((element) => element.kind === 'ColumnReference');
  const typed = elements.find(
    ({ kind }) =>
      kind === 'PhysicalColumn' || kind === 'MetadataColumn' || kind === 'ComputedColumn',
  );
  if (bare !== undefined && typed !== undefined) {
    const reason = 'Columns are either all declared or all named only';
    throw invalidStatement(reason, bare.span);
  }
}

import type { Identifier } from '../ast/node.ts';
import type {
  Describe,
  ShowColumns,
  ShowCreate,
  ShowFilter,
  ShowObjects,
  ShowPartitions,
  Statement,
} from '../ast/statements.ts';
import { K, Name, QuotedString } from '../vocabulary.ts';
import { DmlRules } from './dml.ts';

/**
 * Chapter 17: SHOW and DESCRIBE.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/show/
 */
export abstract class ShowRules extends DmlRules {
  protected readonly show = this.RULE('show', (): Statement => {
    const start = this.CONSUME(K.SHOW);
    const statement = this.OR([
      { ALT: (): Statement => this.SUBRULE(this.showObjects) },
      { ALT: (): Statement => this.SUBRULE(this.showCreate) },
      { ALT: (): Statement => this.SUBRULE(this.showColumns) },
      { ALT: (): Statement => this.SUBRULE(this.showPartitions) },
      {
        ALT: (): Statement => {
          this.CONSUME(K.CURRENT);
          const object = this.OR2([this.word('CATALOG'), this.word('DATABASE')]);
          return { kind: 'ShowCurrent', object, span: null };
        },
      },
      {
        ALT: (): Statement => {
          const full = this.OPTION(() => this.CONSUME(K.FULL)) !== undefined;
          this.CONSUME(K.MODULES);
          return { kind: 'ShowModules', full, span: null };
        },
      },
    ]);
    return { ...statement, span: this.span(start) };
  });

  /** `TABLES FROM db LIKE 'a%'` and the like */
  protected readonly showObjects = this.RULE('showObjects', (): ShowObjects => {
    const objects: ShowObjects['objects'] = this.OR([
      this.word('CATALOGS'),
      this.word('DATABASES'),
      this.word('TABLES'),
      this.word('VIEWS'),
      this.word('FUNCTIONS'),
      this.word('PROCEDURES'),
      this.word('MODELS'),
      this.word('CONNECTIONS'),
      this.word('JARS'),
      this.word('JOBS'),
      {
        ALT: (): ShowObjects['objects'] => {
          this.CONSUME(K.MATERIALIZED);
          this.CONSUME2(K.TABLES);
          return 'MATERIALIZED TABLES';
        },
      },
      {
        ALT: (): ShowObjects['objects'] => {
          this.CONSUME(K.USER);
          this.CONSUME2(K.FUNCTIONS);
          return 'USER FUNCTIONS';
        },
      },
    ]);
    const from =
      this.OPTION({
        GATE: () => !['CATALOGS', 'JARS', 'JOBS'].includes(objects),
        DEF: () => this.SUBRULE(this.fromOrIn),
      }) ?? null;
    const filter =
      this.OPTION2({
        GATE: () => objects !== 'JARS' && objects !== 'JOBS',
        DEF: () => this.SUBRULE(this.showFilter),
      }) ?? null;
    return { kind: 'ShowObjects', objects, from, filter, span: null };
  });

  protected readonly fromOrIn = this.RULE('fromOrIn', (): Identifier => {
    this.OR([{ ALT: () => this.CONSUME(K.FROM) }, { ALT: () => this.CONSUME(K.IN) }]);
    return this.SUBRULE(this.path);
  });

  /** `[NOT] LIKE 'pattern'` */
  protected readonly showFilter = this.RULE('showFilter', (): ShowFilter => {
    const start = this.LA(1);
    const negated = this.OPTION(() => this.CONSUME(K.NOT)) !== undefined;
    const form = this.OR([this.word('LIKE'), this.word('ILIKE')]);
    const pattern = this.SUBRULE(this.string);
    return { kind: 'ShowFilter', form, pattern, negated, span: this.span(start) };
  });

  protected readonly showCreate = this.RULE('showCreate', (): ShowCreate => {
    this.CONSUME(K.CREATE);
    const orAlter =
      this.OPTION(() => {
        this.CONSUME(K.OR);
        this.CONSUME(K.ALTER);
        return true;
      }) ?? false;
    const object: ShowCreate['object'] = this.OR([
      this.word('TABLE'),
      this.word('VIEW'),
      this.word('CATALOG'),
      this.word('MODEL'),
      this.word('CONNECTION'),
      {
        ALT: (): ShowCreate['object'] => {
          this.CONSUME(K.MATERIALIZED);
          this.CONSUME2(K.TABLE);
          return 'MATERIALIZED TABLE';
        },
      },
    ]);
    const name = this.SUBRULE(this.path);
    return { kind: 'ShowCreate', object, orAlter, name, span: null };
  });

  protected readonly showColumns = this.RULE('showColumns', (): ShowColumns => {
    this.CONSUME(K.COLUMNS);
    const table = this.SUBRULE(this.fromOrIn);
    const filter = this.OPTION(() => this.SUBRULE(this.showFilter)) ?? null;
    return { kind: 'ShowColumns', table, filter, span: null };
  });

  protected readonly showPartitions = this.RULE('showPartitions', (): ShowPartitions => {
    this.CONSUME(K.PARTITIONS);
    const table = this.SUBRULE(this.path);
    const partition = this.OPTION(() => this.SUBRULE(this.partition)) ?? null;
    return { kind: 'ShowPartitions', table, partition, span: null };
  });

  // ── DESCRIBE ───────────────────────────────────────────────────────────────────────────────

  /** `DESCRIBE [CATALOG | DATABASE | ...] [EXTENDED] name`, `DESCRIBE JOB 'id'` */
  protected readonly describe = this.RULE('describe', (): Statement => {
    const start = this.LA(1);
    this.OR([this.word('DESCRIBE'), this.word('DESC')]);
    return this.OR2([
      {
        GATE: () => this.isNext(QuotedString, 2),
        ALT: (): Statement => {
          this.CONSUME(K.JOB);
          const jobId = this.SUBRULE(this.string);
          return { kind: 'DescribeJob', jobId, span: this.span(start) };
        },
      },
      { ALT: (): Statement => ({ ...this.SUBRULE(this.described), span: this.span(start) }) },
    ]);
  });

  protected readonly described = this.RULE('described', (): Describe => {
    const word = this.OPTION({
      // `DESCRIBE catalog` is about a table of that name.
      GATE: () => this.isNext(Name, 2),
      DEF: () =>
        this.OR([
          this.word('CATALOG'),
          this.word('DATABASE'),
          this.word('MODEL'),
          this.word('CONNECTION'),
          this.word('FUNCTION'),
          this.word('TABLE'),
        ]),
    });
    const object: Describe['object'] = word ?? 'TABLE';
    const extended =
      this.OPTION3({
        GATE: () => this.isNext(Name, 2),
        DEF: () => this.CONSUME(K.EXTENDED),
      }) !== undefined;
    const name = this.SUBRULE(this.path);
    return { kind: 'Describe', object, extended, name, span: null };
  });
}

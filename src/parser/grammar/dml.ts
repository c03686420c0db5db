import { notImplemented } from '../../common/errors.ts';
import type { CallArg, Expr } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import {
  type Analyze,
  type CallProcedure,
  type Delete,
  EXPLAIN_FORMATS,
  type Explain,
  type ExplainDetail,
  type ExplainFormat,
  type Insert,
  type Statement,
  type StatementSet,
  type Update,
} from '../ast/statements.ts';
import { Comma, Equal, K, LParen, Name, RParen, Semicolon } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { OtherDdlRules } from './ddl-other.ts';

/**
 * Chapter 16: statements that run queries.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/insert/
 */
export abstract class DmlRules extends OtherDdlRules {
  protected abstract readonly statement: Rule<Statement>;

  /** `INSERT INTO t PARTITION (p = 1) (a, b) query ON CONFLICT DO NOTHING` */
  protected readonly insert = this.RULE('insert', (): Insert => {
    const start = this.CONSUME(K.INSERT);
    const word = this.OR([this.word('INTO'), this.word('OVERWRITE')]);
    const table = this.SUBRULE(this.path);
    this.OPTION({
      GATE: () => this.isNext(Name, 2) && !this.isNext(Comma, 3) && !this.isNext(RParen, 3),
      DEF: () => {
        this.SUBRULE(this.tableElements);
        this.ACTION(() => {
          throw notImplemented('Declaring columns in INSERT', { span: this.span(start) });
        });
      },
    });
    const hints = this.OPTION2(() => this.SUBRULE(this.hints)) ?? [];
    const partition = this.OPTION3(() => this.SUBRULE(this.partition)) ?? null;
    const columns =
      this.OPTION4({
        GATE: () => !this.atQuery(),
        DEF: () => this.SUBRULE(this.columnList),
      }) ?? null;
    const query = this.SUBRULE(this.query);
    const onConflict =
      this.OPTION5(() => {
        this.CONSUME(K.ON);
        this.CONSUME(K.CONFLICT);
        this.CONSUME(K.DO);
        return this.OR2([this.word('NOTHING'), this.word('ERROR'), this.word('DEDUPLICATE')]);
      }) ?? null;
    return {
      kind: 'Insert',
      overwrite: word === 'OVERWRITE',
      table,
      hints,
      partition,
      columns,
      query,
      onConflict,
      span: this.span(start),
    };
  });

  /** `(a, b.c)` */
  protected readonly columnList = this.RULE('columnList', (): Identifier[] => {
    const columns: Identifier[] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => columns.push(this.SUBRULE(this.path)) });
    this.CONSUME(RParen);
    return columns;
  });

  /** `STATEMENT SET BEGIN insert; insert; END` */
  protected readonly statementSet = this.RULE('statementSet', (): StatementSet => {
    const start = this.CONSUME(K.STATEMENT);
    this.CONSUME(K.SET);
    this.CONSUME(K.BEGIN);
    const statements: Insert[] = [];
    this.AT_LEAST_ONE(() => {
      statements.push(this.SUBRULE(this.insert));
      this.CONSUME(Semicolon);
    });
    this.CONSUME(K.END);
    return { kind: 'StatementSet', statements, span: this.span(start) };
  });

  /** `EXECUTE insert | query | STATEMENT SET ... | PLAN 'file'` */
  protected readonly execute = this.RULE('execute', (): Statement => {
    const start = this.CONSUME(K.EXECUTE);
    return this.OR([
      { ALT: (): Statement => this.SUBRULE(this.insert) },
      { ALT: (): Statement => this.SUBRULE(this.statementSet) },
      {
        ALT: (): Statement => {
          this.CONSUME(K.PLAN);
          const path = this.SUBRULE(this.string);
          return { kind: 'ExecutePlan', path, span: this.span(start) };
        },
      },
      { ALT: (): Statement => this.SUBRULE(this.queryStatement) },
    ]);
  });

  /** `COMPILE [AND EXECUTE] PLAN 'file' [IF NOT EXISTS] FOR insert | STATEMENT SET ...` */
  protected readonly compilePlan = this.RULE('compilePlan', (): Statement => {
    const start = this.CONSUME(K.COMPILE);
    const execute =
      this.OPTION(() => {
        this.CONSUME(K.AND);
        this.CONSUME(K.EXECUTE);
        return true;
      }) ?? false;
    this.CONSUME(K.PLAN);
    const path = this.SUBRULE(this.string);
    const ifNotExists = this.OPTION2(() => this.SUBRULE(this.ifNotExists)) ?? false;
    this.CONSUME(K.FOR);
    const statement = this.OR([
      { ALT: (): Insert | StatementSet => this.SUBRULE(this.insert) },
      { ALT: (): Insert | StatementSet => this.SUBRULE(this.statementSet) },
    ]);
    return { kind: 'CompilePlan', path, ifNotExists, execute, statement, span: this.span(start) };
  });

  /**
   * `EXPLAIN statement`, `EXPLAIN details statement`, `EXPLAIN PLAN FOR statement`; as in
   * PostgreSQL `EXPLAIN ANALYZE statement`, `EXPLAIN (ANALYZE, FORMAT JSON) statement`
   */
  protected readonly explain = this.RULE('explain', (): Explain => {
    const start = this.CONSUME(K.EXPLAIN);
    const details: ExplainDetail[] = [];
    let analyze = false;
    let format: ExplainFormat = 'TEXT';
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.ANALYZE);
          analyze = true;
        },
      },
      {
        GATE: () => this.isNext(K.ANALYZE, 2) || this.isNext(K.FORMAT, 2),
        ALT: () => {
          this.CONSUME(LParen);
          this.AT_LEAST_ONE_SEP({
            SEP: Comma,
            DEF: () => {
              const option = this.SUBRULE(this.explainOption);
              if (option === 'ANALYZE') analyze = true;
              else format = option;
            },
          });
          this.CONSUME(RParen);
        },
      },
      {
        GATE: () => this.isNext(K.FOR, 2),
        ALT: () => {
          this.CONSUME(K.PLAN);
          this.CONSUME(K.FOR);
        },
      },
      {
        ALT: () =>
          this.MANY_SEP({ SEP: Comma, DEF: () => details.push(this.SUBRULE(this.explainDetail)) }),
      },
    ]);
    const statement = this.SUBRULE(this.explained);
    return { kind: 'Explain', analyze, format, details, statement, span: this.span(start) };
  });

  /** `ANALYZE`, `FORMAT JSON` */
  protected readonly explainOption = this.RULE('explainOption', (): 'ANALYZE' | ExplainFormat =>
    this.OR([
      this.word('ANALYZE'),
      {
        ALT: () => {
          this.CONSUME(K.FORMAT);
          const name = this.CONSUME(Name);
          const format = EXPLAIN_FORMATS.find((known) => known === name.image?.toUpperCase());
          return this.ACTION(() => {
            if (format !== undefined) return format;
            throw this.unexpected(name, EXPLAIN_FORMATS);
          });
        },
      },
    ]),
  );

  protected readonly explainDetail = this.RULE(
    'explainDetail',
    (): ExplainDetail =>
      this.OR([
        this.word('ESTIMATED_COST'),
        this.word('CHANGELOG_MODE'),
        this.word('PLAN_ADVICE'),
        this.word('JSON_EXECUTION_PLAN'),
      ]),
  );

  /** What EXPLAIN can explain. */
  protected readonly explained = this.RULE(
    'explained',
    (): Statement =>
      this.OR([
        { ALT: (): Statement => this.SUBRULE(this.queryStatement) },
        { ALT: (): Statement => this.SUBRULE(this.insert) },
        { ALT: (): Statement => this.SUBRULE(this.statementSet) },
        { ALT: (): Statement => this.SUBRULE(this.execute) },
        { ALT: (): Statement => this.SUBRULE(this.create) },
        { ALT: (): Statement => this.SUBRULE(this.replace) },
        { ALT: (): Statement => this.SUBRULE(this.update) },
        { ALT: (): Statement => this.SUBRULE(this.delete) },
      ]),
  );

  /** `REPLACE TABLE t AS query` */
  protected readonly replace = this.RULE('replace', (): Statement => {
    const start = this.CONSUME(K.REPLACE);
    const head = { start, or: null, temporary: false, system: false };
    return this.SUBRULE(this.createTable, { ARGS: [head, true] });
  });

  /** `UPDATE t SET a = 1 WHERE b` */
  protected readonly update = this.RULE('update', (): Update => {
    const start = this.CONSUME(K.UPDATE);
    const table = this.SUBRULE(this.path);
    const alias = this.OPTION(() => this.SUBRULE(this.rowAlias)) ?? null;
    const assignments: Update['assignments'][number][] = [];
    this.CONSUME(K.SET);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const column = this.SUBRULE2(this.path);
        this.CONSUME(Equal);
        assignments.push({ column, value: this.SUBRULE(this.expression) });
      },
    });
    const where = this.OPTION2(() => this.SUBRULE(this.where)) ?? null;
    return { kind: 'Update', table, alias, assignments, where, span: this.span(start) };
  });

  /** `DELETE FROM t WHERE a` */
  protected readonly delete = this.RULE('delete', (): Delete => {
    const start = this.CONSUME(K.DELETE);
    this.CONSUME(K.FROM);
    const table = this.SUBRULE(this.path);
    const alias = this.OPTION(() => this.SUBRULE(this.rowAlias)) ?? null;
    const where = this.OPTION2(() => this.SUBRULE(this.where)) ?? null;
    return { kind: 'Delete', table, alias, where, span: this.span(start) };
  });

  protected readonly rowAlias = this.RULE('rowAlias', (): string => {
    this.OPTION(() => this.CONSUME(K.AS));
    return this.SUBRULE(this.name);
  });

  protected readonly where = this.RULE('where', (): Expr => {
    this.CONSUME(K.WHERE);
    return this.SUBRULE(this.expression);
  });

  protected readonly truncate = this.RULE('truncate', (): Statement => {
    const start = this.CONSUME(K.TRUNCATE);
    this.CONSUME(K.TABLE);
    const table = this.SUBRULE(this.path);
    return { kind: 'Truncate', table, span: this.span(start) };
  });

  /** `ANALYZE TABLE t PARTITION (p) COMPUTE STATISTICS FOR ALL COLUMNS` */
  protected readonly analyze = this.RULE('analyze', (): Analyze => {
    const start = this.CONSUME(K.ANALYZE);
    this.CONSUME(K.TABLE);
    const table = this.SUBRULE(this.path);
    const partition = this.OPTION(() => this.SUBRULE(this.partition)) ?? null;
    this.CONSUME(K.COMPUTE);
    this.CONSUME(K.STATISTICS);
    const columns = this.OPTION2(() => {
      this.CONSUME(K.FOR);
      return this.OR([
        {
          ALT: (): Analyze['columns'] => {
            this.CONSUME(K.ALL);
            this.CONSUME(K.COLUMNS);
            return 'ALL';
          },
        },
        {
          ALT: (): Analyze['columns'] => {
            const names: string[] = [];
            this.CONSUME2(K.COLUMNS);
            this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => names.push(this.SUBRULE(this.name)) });
            return names;
          },
        },
      ]);
    });
    return { kind: 'Analyze', table, partition, columns: columns ?? null, span: this.span(start) };
  });

  /** `CALL procedure(a, b => 1)` */
  protected readonly callProcedure = this.RULE('callProcedure', (): CallProcedure => {
    const start = this.CONSUME(K.CALL);
    const name = this.SUBRULE(this.path);
    const args: CallArg[] = [];
    this.CONSUME(LParen);
    this.MANY_SEP({ SEP: Comma, DEF: () => args.push(this.SUBRULE(this.callArg)) });
    this.CONSUME(RParen);
    return { kind: 'CallProcedure', name, args, span: this.span(start) };
  });
}

import type { Statement } from '../ast/statements.ts';
import type { TableElement } from '../ast/tables.ts';
import { Comma, Equal, K, Name, Semicolon } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { ShowRules } from './show.ts';

/**
 * Chapter 18: the session, and the list of all statements.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/overview/
 */
export abstract class StatementRules extends ShowRules {
  protected override readonly statement: Rule<Statement> = this.RULE(
    'statement',
    (): Statement =>
      this.OR([
        { ALT: (): Statement => this.SUBRULE(this.queryStatement) },
        { ALT: (): Statement => this.SUBRULE(this.insert) },
        { ALT: (): Statement => this.SUBRULE(this.execute) },
        { ALT: (): Statement => this.SUBRULE(this.explain) },
        { ALT: (): Statement => this.SUBRULE(this.create) },
        { ALT: (): Statement => this.SUBRULE(this.replace) },
        { ALT: (): Statement => this.SUBRULE(this.alter) },
        { ALT: (): Statement => this.SUBRULE(this.drop) },
        { ALT: (): Statement => this.SUBRULE(this.show) },
        { ALT: (): Statement => this.SUBRULE(this.describe) },
        { ALT: (): Statement => this.SUBRULE(this.use) },
        { ALT: (): Statement => this.SUBRULE(this.set) },
        { ALT: (): Statement => this.SUBRULE(this.resetOption) },
        { ALT: (): Statement => this.SUBRULE(this.update) },
        { ALT: (): Statement => this.SUBRULE(this.delete) },
        { ALT: (): Statement => this.SUBRULE(this.truncate) },
        { ALT: (): Statement => this.SUBRULE(this.analyze) },
        { ALT: (): Statement => this.SUBRULE(this.callProcedure) },
        { ALT: (): Statement => this.SUBRULE(this.compilePlan) },
        { ALT: (): Statement => this.SUBRULE(this.statementSet) },
        { ALT: (): Statement => this.SUBRULE(this.beginOrEnd) },
        { ALT: (): Statement => this.SUBRULE(this.loadModule) },
        { ALT: (): Statement => this.SUBRULE(this.jar) },
        { ALT: (): Statement => this.SUBRULE(this.stopJob) },
      ]),
  );

  /** `BEGIN STATEMENT SET`, `END` */
  protected readonly beginOrEnd = this.RULE('beginOrEnd', (): Statement => {
    const start = this.LA(1);
    const kind = this.OR([
      {
        ALT: () => {
          this.CONSUME(K.BEGIN);
          this.CONSUME(K.STATEMENT);
          this.CONSUME(K.SET);
          return 'BeginStatementSet' as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.END);
          return 'EndStatementSet' as const;
        },
      },
    ]);
    return { kind, span: this.span(start) };
  });

  /** `USE CATALOG c`, `USE MODULES a, b`, `USE c.db` */
  protected readonly use = this.RULE('use', (): Statement => {
    const start = this.CONSUME(K.USE);
    return this.OR([
      {
        ALT: (): Statement => {
          const modules: string[] = [];
          this.CONSUME(K.MODULES);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => modules.push(this.SUBRULE(this.name)) });
          return { kind: 'UseModules', modules, span: this.span(start) };
        },
      },
      {
        GATE: () => this.isNext(Name, 2),
        ALT: (): Statement => {
          this.CONSUME(K.CATALOG);
          const name = this.SUBRULE(this.path);
          return { kind: 'Use', object: 'CATALOG', name, span: this.span(start) };
        },
      },
      {
        ALT: (): Statement => {
          const name = this.SUBRULE2(this.path);
          return { kind: 'Use', object: 'DATABASE', name, span: this.span(start) };
        },
      },
    ]);
  });

  /** `SET`, `SET 'key' = 'value'` */
  protected readonly set = this.RULE('set', (): Statement => {
    const start = this.CONSUME(K.SET);
    let key: string | null = null;
    let value: string | null = null;
    this.OPTION(() => {
      key = this.SUBRULE(this.string);
      this.CONSUME(Equal);
      value = this.SUBRULE2(this.string);
    });
    return { kind: 'SetOption', key, value, span: this.span(start) };
  });

  /** `RESET`, `RESET 'key'` */
  protected readonly resetOption = this.RULE('resetOption', (): Statement => {
    const start = this.CONSUME(K.RESET);
    const key = this.OPTION(() => this.SUBRULE(this.string)) ?? null;
    return { kind: 'ResetOption', key, span: this.span(start) };
  });

  /** `LOAD MODULE m WITH (...)`, `UNLOAD MODULE m` */
  protected readonly loadModule = this.RULE('loadModule', (): Statement => {
    const start = this.LA(1);
    return this.OR([
      {
        ALT: (): Statement => {
          this.CONSUME(K.LOAD);
          this.CONSUME(K.MODULE);
          const name = this.SUBRULE(this.name);
          const options = this.OPTION(() => this.SUBRULE(this.withOptions)) ?? null;
          return { kind: 'LoadModule', name, options, span: this.span(start) };
        },
      },
      {
        ALT: (): Statement => {
          this.CONSUME(K.UNLOAD);
          this.CONSUME2(K.MODULE);
          const name = this.SUBRULE2(this.name);
          return { kind: 'UnloadModule', name, span: this.span(start) };
        },
      },
    ]);
  });

  /** `ADD JAR 'path'`, `REMOVE JAR 'path'` */
  protected readonly jar = this.RULE('jar', (): Statement => {
    const start = this.LA(1);
    const operation = this.OR([this.word('ADD'), this.word('REMOVE')]);
    this.CONSUME(K.JAR);
    const path = this.SUBRULE(this.string);
    return { kind: 'JarStatement', operation, path, span: this.span(start) };
  });

  /** `STOP JOB 'id' [WITH SAVEPOINT [WITH DRAIN]]` */
  protected readonly stopJob = this.RULE('stopJob', (): Statement => {
    const start = this.CONSUME(K.STOP);
    this.CONSUME(K.JOB);
    const jobId = this.SUBRULE(this.string);
    let savepoint = false;
    let drain = false;
    this.OPTION(() => {
      this.CONSUME(K.WITH);
      this.CONSUME(K.SAVEPOINT);
      savepoint = true;
      this.OPTION2(() => {
        this.CONSUME2(K.WITH);
        this.CONSUME(K.DRAIN);
        drain = true;
      });
    });
    return { kind: 'StopJob', jobId, savepoint, drain, span: this.span(start) };
  });

  // ── entries ────────────────────────────────────────────────────────────────────────────────

  /** Statements separated by `;`; empty ones are left out. */
  readonly statements = this.RULE('statements', (): Statement[] => {
    const statements: Statement[] = [];
    this.MANY(() => this.CONSUME(Semicolon));
    this.OPTION(() => {
      statements.push(this.SUBRULE(this.statement));
      this.MANY2(() => {
        this.AT_LEAST_ONE(() => this.CONSUME2(Semicolon));
        this.OPTION2(() => statements.push(this.SUBRULE2(this.statement)));
      });
    });
    return statements;
  });

  /** One statement and nothing else. */
  readonly oneStatement = this.RULE('oneStatement', (): Statement => {
    const statement = this.SUBRULE(this.statement);
    this.MANY(() => this.CONSUME(Semicolon));
    return statement;
  });

  /** The inside of a table's parentheses. */
  readonly elementList = this.RULE('elementList', (): TableElement[] => {
    const elements: TableElement[] = [];
    this.MANY_SEP({ SEP: Comma, DEF: () => elements.push(this.SUBRULE(this.tableElement)) });
    return elements;
  });
}

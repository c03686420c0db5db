import type { IToken } from 'chevrotain';
import type {
  AlterFunction,
  AlterMaterializedTable,
  FunctionLanguage,
  FunctionScope,
  OptionAction,
  SchemaAction,
} from '../ast/ddl.ts';
import type { Identifier } from '../ast/node.ts';
import type { Statement } from '../ast/statements.ts';
import { Comma, K, LParen, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { TableStatementRules } from './ddl-table.ts';

/** What may change about an object that is no table. */
type Change =
  | OptionAction
  | { readonly action: 'RENAME'; readonly to: Identifier }
  | { readonly action: 'COMMENT'; readonly comment: string };

/**
 * Chapter 14: ALTER.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/alter/
 */
export abstract class AlterRules extends TableStatementRules {
  /** `VIEW v RENAME TO w`, `VIEW v AS query` */
  protected readonly alterView = this.RULE('alterView', (start: IToken = this.LA(1)): Statement => {
    this.CONSUME(K.VIEW);
    const ifExists = this.OPTION(() => this.SUBRULE(this.ifExists)) ?? false;
    const name = this.SUBRULE(this.path);
    const change = this.OR([
      { ALT: () => ({ action: 'RENAME', to: this.SUBRULE(this.renameTo) }) as const },
      { ALT: () => ({ action: 'AS', query: this.SUBRULE(this.asQuery) }) as const },
    ]);
    return { kind: 'AlterView', ifExists, name, change, span: this.span(start) };
  });

  protected readonly renameTo = this.RULE('renameTo', (): Identifier => {
    this.CONSUME(K.RENAME);
    this.CONSUME(K.TO);
    return this.SUBRULE(this.path);
  });

  /** `[TEMPORARY [SYSTEM]] FUNCTION f AS 'class' [LANGUAGE JAVA]` */
  protected readonly alterFunction = this.RULE(
    'alterFunction',
    (start: IToken = this.LA(1)): AlterFunction => {
      let scope: FunctionScope = 'CATALOG';
      this.OPTION(() => {
        this.CONSUME(K.TEMPORARY);
        const system = this.OPTION2(() => this.CONSUME(K.SYSTEM)) !== undefined;
        scope = system ? 'TEMPORARY SYSTEM' : 'TEMPORARY';
      });
      this.CONSUME(K.FUNCTION);
      const ifExists = this.OPTION3(() => this.SUBRULE(this.ifExists)) ?? false;
      const name = this.SUBRULE(this.path);
      this.CONSUME(K.AS);
      const reference = this.SUBRULE(this.string);
      const language = this.OPTION4(() => this.SUBRULE(this.language)) ?? null;
      const span = this.span(start);
      return { kind: 'AlterFunction', scope, ifExists, name, reference, language, span };
    },
  );

  /** `CATALOG c ...`, `DATABASE d ...`, `MODEL m ...`, `CONNECTION c ...` */
  protected readonly alterNamed = this.RULE(
    'alterNamed',
    (start: IToken = this.LA(1)): Statement => {
      const object = this.OR([
        this.word('CATALOG'),
        this.word('DATABASE'),
        this.word('MODEL'),
        this.word('CONNECTION'),
      ]);
      const ifExists = this.OPTION(() => this.SUBRULE(this.ifExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const change: Change = this.OR2([
        { ALT: (): Change => this.SUBRULE(this.optionAction) },
        { ALT: (): Change => ({ action: 'RENAME', to: this.SUBRULE(this.renameTo) }) },
        { ALT: (): Change => ({ action: 'COMMENT', comment: this.SUBRULE(this.comment) }) },
      ]);
      return this.ACTION((): Statement => {
        const span = this.span(start);
        const { action } = change;
        this.refuse(action === 'COMMENT' && object !== 'CATALOG', `${object} has no COMMENT`, {
          start,
        });
        const renames = object === 'MODEL' || object === 'CONNECTION';
        this.refuse(action === 'RENAME' && !renames, `${object} cannot be renamed`, { start });
        if (action === 'COMMENT') {
          return { kind: 'AlterCatalog', name: name.parts.join('.'), change, span };
        }
        if (action === 'RENAME') {
          const kind = object === 'MODEL' ? 'AlterModel' : 'AlterConnection';
          return { kind, ifExists, name, change, span };
        }
        switch (object) {
          case 'CATALOG':
            return { kind: 'AlterCatalog', name: name.parts.join('.'), change, span };
          case 'DATABASE':
            return { kind: 'AlterDatabase', name, change, span };
          case 'MODEL':
            return { kind: 'AlterModel', ifExists, name, change, span };
          case 'CONNECTION':
            return { kind: 'AlterConnection', ifExists, name, change, span };
        }
      });
    },
  );

  protected readonly language = this.RULE('language', (): FunctionLanguage => {
    this.CONSUME(K.LANGUAGE);
    return this.OR([
      this.word('JAVA'),
      this.word('SCALA'),
      this.word('PYTHON'),
      this.word('JAVASCRIPT'),
    ]);
  });

  protected readonly alter = this.RULE('alter', (): Statement => {
    const start = this.CONSUME(K.ALTER);
    const ARGS: [IToken] = [start];
    return this.OR([
      { ALT: (): Statement => this.SUBRULE(this.alterTable, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.alterMaterializedTable, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.alterView, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.alterFunction, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.alterNamed, { ARGS }) },
    ]);
  });

  /** `PRIMARY KEY`, `CONSTRAINT n`, `WATERMARK`, `DISTRIBUTION`, `a`, `(a, b)` behind DROP */
  protected override readonly schemaDrop: Rule<SchemaAction> = this.RULE(
    'schemaDrop',
    (): SchemaAction =>
      this.OR([
        {
          ALT: (): SchemaAction => {
            this.CONSUME(K.PRIMARY);
            this.CONSUME(K.KEY);
            return { action: 'DROP PRIMARY KEY' };
          },
        },
        {
          ALT: (): SchemaAction => ({
            action: 'DROP CONSTRAINT',
            name: this.SUBRULE(this.constraintName),
          }),
        },
        {
          GATE: () => this.isNext(K.WATERMARK),
          ALT: (): SchemaAction => {
            this.CONSUME(K.WATERMARK);
            return { action: 'DROP WATERMARK' };
          },
        },
        {
          GATE: () => this.isNext(K.DISTRIBUTION),
          ALT: (): SchemaAction => {
            this.CONSUME(K.DISTRIBUTION);
            return { action: 'DROP DISTRIBUTION' };
          },
        },
        {
          ALT: (): SchemaAction => {
            const columns: Identifier[] = [];
            this.CONSUME(LParen);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => columns.push(this.SUBRULE(this.path)),
            });
            this.CONSUME(RParen);
            return { action: 'DROP COLUMNS', columns };
          },
        },
        {
          ALT: (): SchemaAction => ({
            action: 'DROP COLUMNS',
            columns: [this.SUBRULE2(this.path)],
          }),
        },
      ]),
  );

  protected readonly alterMaterializedTable = this.RULE(
    'alterMaterializedTable',
    (start: IToken = this.LA(1)): AlterMaterializedTable => {
      type Change = AlterMaterializedTable['change'];
      this.CONSUME(K.MATERIALIZED);
      this.CONSUME(K.TABLE);
      const name = this.SUBRULE(this.path);
      const change = this.OR([
        {
          GATE: () => !this.isNext(K.SET) || this.isNext(LParen, 2),
          ALT: (): Change => this.SUBRULE(this.optionAction),
        },
        { ALT: (): Change => this.SUBRULE(this.schemaAction) },
        { ALT: (): Change => this.SUBRULE(this.refreshAction) },
        {
          ALT: (): Change => {
            const startMode = this.OPTION(() => this.SUBRULE(this.startMode)) ?? null;
            return { action: 'AS', startMode, query: this.SUBRULE(this.asQuery) };
          },
        },
      ]);
      return { kind: 'AlterMaterializedTable', name, change, span: this.span(start) };
    },
  );

  /** `SUSPEND`, `RESUME`, `REFRESH`, `SET FRESHNESS = ..`, `SET REFRESH_MODE = ..` */
  protected readonly refreshAction = this.RULE(
    'refreshAction',
    (): AlterMaterializedTable['change'] => {
      type Change = AlterMaterializedTable['change'];
      return this.OR([
        {
          ALT: (): Change => {
            this.CONSUME(K.SUSPEND);
            return { action: 'SUSPEND' };
          },
        },
        {
          ALT: (): Change => {
            this.CONSUME(K.RESUME);
            const options = this.OPTION(() => this.SUBRULE(this.withOptions)) ?? null;
            return { action: 'RESUME', options };
          },
        },
        {
          ALT: (): Change => {
            this.CONSUME(K.REFRESH);
            const partition = this.OPTION2(() => this.SUBRULE(this.partition)) ?? null;
            return { action: 'REFRESH', partition };
          },
        },
        {
          ALT: (): Change => {
            this.CONSUME(K.SET);
            return this.OR2([
              {
                ALT: (): Change => ({
                  action: 'SET FRESHNESS',
                  freshness: this.SUBRULE(this.freshness),
                }),
              },
              {
                ALT: (): Change => ({
                  action: 'SET REFRESH_MODE',
                  refreshMode: this.SUBRULE(this.refreshMode),
                }),
              },
            ]);
          },
        },
      ]);
    },
  );
}

import type { IToken } from 'chevrotain';
import type {
  AlterTable,
  ColumnPosition,
  CreateMaterializedTable,
  CreateTable,
  OptionAction,
  SchemaAction,
  SchemaChange,
  StartMode,
} from '../ast/ddl.ts';
import type { IntervalLiteral } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { Query } from '../ast/queries.ts';
import type { PartitionSpec, TableElement } from '../ast/tables.ts';
import { invalidStatement } from '../errors.ts';
import { Comma, Equal, K, LParen, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { TableRules } from './tables.ts';

/** What stands between CREATE and the kind of object. */
export interface CreateHead {
  readonly start: IToken;
  readonly or: 'REPLACE' | 'ALTER' | null;
  readonly temporary: boolean;
  readonly system: boolean;
}

/**
 * Chapter 13: CREATE and ALTER of tables and materialized tables.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/create/
 */
export abstract class TableStatementRules extends TableRules {
  protected abstract readonly schemaDrop: Rule<SchemaAction>;

  /** `TABLE t (...) ...` behind CREATE or REPLACE */
  protected readonly createTable = this.RULE(
    'createTable',
    (head: CreateHead = this.noHead(), replace = false): CreateTable => {
      this.CONSUME(K.TABLE);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const elements = this.OPTION2(() => this.SUBRULE(this.tableElements)) ?? null;
      const comment = this.OPTION3(() => this.SUBRULE(this.comment)) ?? null;
      const distribution = this.OPTION4(() => this.SUBRULE(this.distributed)) ?? null;
      const partitionedBy = this.OPTION5(() => this.SUBRULE(this.partitionedBy)) ?? null;
      const connection = this.OPTION6(() => this.SUBRULE(this.usingConnection)) ?? null;
      const options = this.OPTION7(() => this.SUBRULE(this.withOptions)) ?? null;
      const like = this.OPTION8(() => this.SUBRULE(this.tableLike)) ?? null;
      const query = this.OPTION9(() => this.SUBRULE(this.asQuery)) ?? null;
      const mode = head.or === 'REPLACE' ? 'CREATE OR REPLACE' : replace ? 'REPLACE' : 'CREATE';
      const span = this.span(head.start);
      this.ACTION(() => {
        this.refuse(head.or === 'ALTER', 'CREATE OR ALTER is for materialized tables', head);
        this.refuse(head.system, 'A table is never a SYSTEM object', head);
        checkQuery(elements, query);
        if (connection !== null && query !== null) {
          throw invalidStatement('USING CONNECTION does not go with AS', connection.span);
        }
      });
      return {
        kind: 'CreateTable',
        mode,
        temporary: head.temporary,
        ifNotExists,
        name,
        elements,
        comment,
        distribution,
        partitionedBy,
        options,
        connection,
        like,
        query,
        span,
      };
    },
  );

  /** The empty head, for recording. */
  protected noHead(): CreateHead {
    return { start: this.LA(1), or: null, temporary: false, system: false };
  }

  /** Raises INVALID_STATEMENT at the beginning of a statement. */
  protected refuse(condition: boolean, reason: string, head: { readonly start: IToken }): void {
    if (condition) throw invalidStatement(reason, this.span(head.start));
  }

  protected readonly asQuery = this.RULE('asQuery', (): Query => {
    this.CONSUME(K.AS);
    return this.SUBRULE(this.query);
  });

  protected readonly usingConnection = this.RULE('usingConnection', (): Identifier => {
    this.CONSUME(K.USING);
    this.CONSUME(K.CONNECTION);
    return this.SUBRULE(this.path);
  });

  // ── materialized tables ────────────────────────────────────────────────────────────────────

  protected readonly createMaterializedTable = this.RULE(
    'createMaterializedTable',
    (head: CreateHead = this.noHead()): CreateMaterializedTable => {
      this.CONSUME(K.MATERIALIZED);
      this.CONSUME(K.TABLE);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const elements = this.OPTION2(() => this.SUBRULE(this.tableElements)) ?? null;
      const comment = this.OPTION3(() => this.SUBRULE(this.comment)) ?? null;
      const distribution = this.OPTION4(() => this.SUBRULE(this.distributed)) ?? null;
      const partitionedBy = this.OPTION5(() => this.SUBRULE(this.partitionedBy)) ?? null;
      const options = this.OPTION6(() => this.SUBRULE(this.withOptions)) ?? null;
      const startMode = this.OPTION7(() => this.SUBRULE(this.startMode)) ?? null;
      const freshness = this.OPTION8(() => this.SUBRULE(this.freshness)) ?? null;
      const refreshMode = this.OPTION9(() => this.SUBRULE(this.refreshMode)) ?? null;
      const query = this.SUBRULE(this.asQuery);
      this.ACTION(() => {
        this.refuse(head.or === 'REPLACE', 'A materialized table cannot be replaced', head);
        this.refuse(head.temporary || head.system, 'A materialized table is never temporary', head);
      });
      return {
        kind: 'CreateMaterializedTable',
        orAlter: head.or === 'ALTER',
        ifNotExists,
        name,
        elements,
        comment,
        distribution,
        partitionedBy,
        options,
        startMode,
        freshness,
        refreshMode,
        query,
        span: this.span(head.start),
      };
    },
  );

  /** `FRESHNESS = INTERVAL '3' MINUTE` */
  protected readonly freshness = this.RULE('freshness', (): IntervalLiteral => {
    this.CONSUME(K.FRESHNESS);
    this.CONSUME(Equal);
    return this.SUBRULE(this.intervalLiteral);
  });

  /** `REFRESH_MODE = FULL` */
  protected readonly refreshMode = this.RULE('refreshMode', (): 'CONTINUOUS' | 'FULL' => {
    this.CONSUME(K.REFRESH_MODE);
    this.CONSUME(Equal);
    return this.OR([this.word('CONTINUOUS'), this.word('FULL')]);
  });

  /** `START_MODE = FROM_TIMESTAMP (TIMESTAMP '...')` */
  protected readonly startMode = this.RULE('startMode', (): StartMode => {
    const start = this.CONSUME(K.START_MODE);
    this.CONSUME(Equal);
    let argument: StartMode['argument'] = null;
    const mode = this.OR([
      this.word('FROM_BEGINNING'),
      this.word('RESUME_OR_FROM_BEGINNING'),
      {
        ALT: () => {
          const now = this.OR2([this.word('FROM_NOW'), this.word('RESUME_OR_FROM_NOW')]);
          this.OPTION(() => {
            this.CONSUME(LParen);
            argument = this.SUBRULE(this.intervalLiteral);
            this.CONSUME(RParen);
          });
          return now;
        },
      },
      {
        ALT: () => {
          const from = this.OR3([
            this.word('FROM_TIMESTAMP'),
            this.word('RESUME_OR_FROM_TIMESTAMP'),
          ]);
          this.CONSUME2(LParen);
          argument = this.SUBRULE(this.temporalLiteral);
          this.CONSUME2(RParen);
          return from;
        },
      },
    ]);
    return { kind: 'StartMode', mode, argument, span: this.span(start) };
  });

  // ── ALTER ──────────────────────────────────────────────────────────────────────────────────

  /** `TABLE [IF EXISTS] t ...` behind ALTER */
  protected readonly alterTable = this.RULE(
    'alterTable',
    (start: IToken = this.LA(1)): AlterTable => {
      this.CONSUME(K.TABLE);
      const ifExists = this.OPTION(() => this.SUBRULE(this.ifExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const change = this.OR([
        {
          GATE: () => this.isNext(K.PARTITION, 2) || this.isNext(K.IF, 2),
          ALT: (): AlterTable['change'] => this.SUBRULE(this.alterPartitions),
        },
        { ALT: (): AlterTable['change'] => this.SUBRULE(this.schemaAction) },
        { ALT: (): AlterTable['change'] => this.SUBRULE(this.optionAction) },
        { ALT: (): AlterTable['change'] => this.SUBRULE(this.renameTableOrColumn) },
      ]);
      return { kind: 'AlterTable', ifExists, name, change, span: this.span(start) };
    },
  );

  /** `ADD [IF NOT EXISTS] PARTITION (..) ...`, `DROP [IF EXISTS] PARTITION (..), ...` */
  protected readonly alterPartitions = this.RULE('alterPartitions', (): AlterTable['change'] =>
    this.OR([
      {
        ALT: (): AlterTable['change'] => {
          this.CONSUME(K.ADD);
          const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
          const partitions: Extract<
            AlterTable['change'],
            { action: 'ADD PARTITIONS' }
          >['partitions'][number][] = [];
          this.AT_LEAST_ONE(() => {
            const spec = this.SUBRULE(this.partition);
            const options = this.OPTION2(() => this.SUBRULE(this.withOptions)) ?? null;
            partitions.push({ spec, options });
          });
          return { action: 'ADD PARTITIONS', ifNotExists, partitions };
        },
      },
      {
        ALT: (): AlterTable['change'] => {
          this.CONSUME(K.DROP);
          const ifExists = this.OPTION3(() => this.SUBRULE(this.ifExists)) ?? false;
          const partitions: PartitionSpec[] = [];
          this.AT_LEAST_ONE_SEP({
            SEP: Comma,
            DEF: () => partitions.push(this.SUBRULE2(this.partition)),
          });
          return { action: 'DROP PARTITIONS', ifExists, partitions };
        },
      },
    ]),
  );

  /** `RENAME TO t2`, `RENAME a TO b` */
  protected readonly renameTableOrColumn = this.RULE(
    'renameTableOrColumn',
    (): AlterTable['change'] => {
      this.CONSUME(K.RENAME);
      const column = this.OPTION(() => this.SUBRULE(this.path)) ?? null;
      this.CONSUME(K.TO);
      const to = this.SUBRULE2(this.path);
      return column === null ? { action: 'RENAME', to } : { action: 'RENAME COLUMN', column, to };
    },
  );

  /** `SET ('k' = 'v')`, `RESET ('k')` */
  protected readonly optionAction = this.RULE(
    'optionAction',
    (): OptionAction =>
      this.OR([
        {
          ALT: (): OptionAction => {
            this.CONSUME(K.SET);
            return { action: 'SET', options: this.SUBRULE(this.properties) };
          },
        },
        {
          ALT: (): OptionAction => {
            this.CONSUME(K.RESET);
            return { action: 'RESET', keys: this.SUBRULE(this.keys) };
          },
        },
      ]),
  );

  /** `ADD ...`, `MODIFY ...`, `DROP ...` of columns, constraints, watermark and distribution */
  protected readonly schemaAction = this.RULE(
    'schemaAction',
    (): SchemaAction =>
      this.OR([
        {
          ALT: (): SchemaAction => {
            const action = this.OR2([this.word('ADD'), this.word('MODIFY')]);
            return { action, changes: this.SUBRULE(this.schemaChanges) };
          },
        },
        {
          ALT: (): SchemaAction => {
            this.CONSUME(K.DROP);
            return this.SUBRULE(this.schemaDrop);
          },
        },
      ]),
  );

  protected readonly schemaChanges = this.RULE('schemaChanges', (): SchemaChange[] => {
    const changes: SchemaChange[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(LParen);
          this.AT_LEAST_ONE_SEP({
            SEP: Comma,
            DEF: () => changes.push(this.SUBRULE(this.schemaChange)),
          });
          this.CONSUME(RParen);
        },
      },
      { ALT: () => changes.push(this.SUBRULE2(this.schemaChange)) },
    ]);
    this.ACTION(() => {
      const watermarks = changes.filter(({ element }) => element.kind === 'Watermark');
      const second = watermarks[1]?.element;
      if (second !== undefined) {
        throw invalidStatement('A table has at most one WATERMARK', second.span);
      }
    });
    return changes;
  });

  protected readonly schemaChange = this.RULE('schemaChange', (): SchemaChange => {
    const element: SchemaChange['element'] = this.OR([
      {
        GATE: () => this.isNext(K.BY, 2) || this.isNext(K.INTO, 2),
        ALT: (): SchemaChange['element'] => this.SUBRULE(this.distribution),
      },
      { ALT: (): SchemaChange['element'] => this.SUBRULE(this.tableElement) },
    ]);
    const position =
      this.OPTION(() =>
        this.OR2([
          {
            ALT: (): ColumnPosition => {
              this.CONSUME(K.FIRST);
              return { place: 'FIRST' };
            },
          },
          {
            ALT: (): ColumnPosition => {
              this.CONSUME(K.AFTER);
              return { place: 'AFTER', column: this.SUBRULE(this.path) };
            },
          },
        ]),
      ) ?? null;
    return { element, position };
  });
}

function checkQuery(elements: readonly TableElement[] | null, query: Query | null): void {
  const bare = elements?.find((element) => element.kind === 'ColumnReference');
  if (bare !== undefined && query === null) {
    throw invalidStatement('A column without a type needs AS and a query', bare.span);
  }
}

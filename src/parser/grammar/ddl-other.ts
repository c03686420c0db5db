import type {
  CreateCatalog,
  CreateConnection,
  CreateDatabase,
  CreateFunction,
  CreateModel,
  CreateView,
  Drop,
  FunctionScope,
} from '../ast/ddl.ts';
import type { Identifier } from '../ast/node.ts';
import type { Statement } from '../ast/statements.ts';
import { Comma, K, LParen, RParen } from '../vocabulary.ts';
import { AlterRules } from './alter.ts';
import type { CreateHead } from './ddl-table.ts';

/**
 * Chapter 15: CREATE and DROP of everything else.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/create/
 */
export abstract class OtherDdlRules extends AlterRules {
  // ── CREATE ─────────────────────────────────────────────────────────────────────────────────

  protected readonly create = this.RULE('create', (): Statement => {
    const start = this.CONSUME(K.CREATE);
    const or =
      this.OPTION(() => {
        this.CONSUME(K.OR);
        return this.OR([this.word('REPLACE'), this.word('ALTER')]);
      }) ?? null;
    const temporary = this.OPTION2(() => this.CONSUME(K.TEMPORARY)) !== undefined;
    const system = this.OPTION3(() => this.CONSUME(K.SYSTEM)) !== undefined;
    const head = { start, or, temporary, system };
    const ARGS: [CreateHead] = [head];
    return this.OR2([
      { ALT: (): Statement => this.SUBRULE(this.createTable, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createMaterializedTable, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createView, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createFunction, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createCatalog, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createDatabase, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createModel, { ARGS }) },
      { ALT: (): Statement => this.SUBRULE(this.createConnection, { ARGS }) },
    ]);
  });

  /** Refuses the words before an object that does not take them. */
  #plainHead(head: CreateHead, object: string, temporaryToo: boolean): void {
    this.ACTION(() => {
      const or = `CREATE OR ${head.or ?? ''} is not for ${object}`;
      this.refuse(head.or !== null, or, head);
      this.refuse(head.system, `SYSTEM is not for ${object}`, head);
      this.refuse(head.temporary && !temporaryToo, `TEMPORARY is not for ${object}`, head);
    });
  }

  protected readonly createView = this.RULE(
    'createView',
    (head: CreateHead = this.noHead()): CreateView => {
      this.CONSUME(K.VIEW);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const columns = this.OPTION2(() => this.SUBRULE(this.viewColumns)) ?? null;
      const comment = this.OPTION3(() => this.SUBRULE(this.comment)) ?? null;
      const query = this.SUBRULE(this.asQuery);
      this.#plainHead({ ...head, or: head.or === 'ALTER' ? 'ALTER' : null }, 'a view', true);
      const orReplace = head.or === 'REPLACE';
      const span = this.span(head.start);
      const { temporary } = head;
      return {
        kind: 'CreateView',
        orReplace,
        temporary,
        ifNotExists,
        name,
        columns,
        comment,
        query,
        span,
      };
    },
  );

  /** `(a, b COMMENT 'text')` */
  protected readonly viewColumns = this.RULE('viewColumns', () => {
    const columns: { readonly name: string; readonly comment: string | null }[] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const name = this.SUBRULE(this.name);
        const comment = this.OPTION(() => this.SUBRULE(this.comment)) ?? null;
        columns.push({ name, comment });
      },
    });
    this.CONSUME(RParen);
    return columns;
  });

  protected readonly createFunction = this.RULE(
    'createFunction',
    (head: CreateHead = this.noHead()): CreateFunction => {
      this.CONSUME(K.FUNCTION);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      this.CONSUME(K.AS);
      const reference = this.SUBRULE(this.string);
      const language = this.OPTION2(() => this.SUBRULE(this.language)) ?? null;
      const resources: CreateFunction['resources'][number][] = [];
      this.OPTION3(() => {
        this.CONSUME(K.USING);
        this.AT_LEAST_ONE_SEP({
          SEP: Comma,
          DEF: () => {
            const type = this.OR([this.word('JAR'), this.word('ARTIFACT')]);
            resources.push({ type, path: this.SUBRULE2(this.string) });
          },
        });
      });
      const options = this.OPTION4(() => this.SUBRULE(this.withOptions)) ?? null;
      const scope = this.#scope(head, name, 'functions');
      const span = this.span(head.start);
      return {
        kind: 'CreateFunction',
        scope,
        ifNotExists,
        name,
        reference,
        language,
        resources,
        options,
        span,
      };
    },
  );

  #scope(head: CreateHead, name: Identifier, objects: string): FunctionScope {
    const { temporary, system } = head;
    this.ACTION(() => {
      this.refuse(head.or !== null, `CREATE OR ${head.or ?? ''} is not for ${objects}`, head);
      this.refuse(system && !temporary, `SYSTEM ${objects} are always TEMPORARY`, head);
      this.refuse(system && name.parts.length > 1, `SYSTEM ${objects} have no database`, head);
    });
    if (system) return 'TEMPORARY SYSTEM';
    return temporary ? 'TEMPORARY' : 'CATALOG';
  }

  protected readonly createCatalog = this.RULE(
    'createCatalog',
    (head: CreateHead = this.noHead()): CreateCatalog => {
      this.CONSUME(K.CATALOG);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.name);
      const comment = this.OPTION2(() => this.SUBRULE(this.comment)) ?? null;
      const options = this.OPTION3(() => this.SUBRULE(this.withOptions)) ?? null;
      this.#plainHead(head, 'a catalog', false);
      const span = this.span(head.start);
      return { kind: 'CreateCatalog', ifNotExists, name, comment, options, span };
    },
  );

  protected readonly createDatabase = this.RULE(
    'createDatabase',
    (head: CreateHead = this.noHead()): CreateDatabase => {
      this.CONSUME(K.DATABASE);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const comment = this.OPTION2(() => this.SUBRULE(this.comment)) ?? null;
      const options = this.OPTION3(() => this.SUBRULE(this.withOptions)) ?? null;
      this.#plainHead(head, 'a database', false);
      const span = this.span(head.start);
      return { kind: 'CreateDatabase', ifNotExists, name, comment, options, span };
    },
  );

  protected readonly createModel = this.RULE(
    'createModel',
    (head: CreateHead = this.noHead()): CreateModel => {
      this.CONSUME(K.MODEL);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const input = this.OPTION2(() => {
        this.CONSUME(K.INPUT);
        return this.SUBRULE(this.tableElements);
      });
      const output = this.OPTION3(() => {
        this.CONSUME(K.OUTPUT);
        return this.SUBRULE2(this.tableElements);
      });
      const comment = this.OPTION4(() => this.SUBRULE(this.comment)) ?? null;
      const options = this.OPTION5(() => this.SUBRULE(this.withOptions)) ?? null;
      const query = this.OPTION6(() => this.SUBRULE(this.asQuery)) ?? null;
      this.#plainHead(head, 'a model', true);
      const { temporary } = head;
      return {
        kind: 'CreateModel',
        temporary,
        ifNotExists,
        name,
        input: input ?? null,
        output: output ?? null,
        comment,
        options,
        query,
        span: this.span(head.start),
      };
    },
  );

  protected readonly createConnection = this.RULE(
    'createConnection',
    (head: CreateHead = this.noHead()): CreateConnection => {
      this.CONSUME(K.CONNECTION);
      const ifNotExists = this.OPTION(() => this.SUBRULE(this.ifNotExists)) ?? false;
      const name = this.SUBRULE(this.path);
      const comment = this.OPTION2(() => this.SUBRULE(this.comment)) ?? null;
      const options = this.OPTION3(() => this.SUBRULE(this.withOptions)) ?? null;
      const scope = this.#scope(head, name, 'connections');
      const span = this.span(head.start);
      return { kind: 'CreateConnection', scope, ifNotExists, name, comment, options, span };
    },
  );

  // ── DROP ───────────────────────────────────────────────────────────────────────────────────

  /** `DROP [TEMPORARY [SYSTEM]] object [IF EXISTS] name [RESTRICT | CASCADE]` */
  protected readonly drop = this.RULE('drop', (): Drop => {
    const start = this.CONSUME(K.DROP);
    const temporary = this.OPTION(() => this.CONSUME(K.TEMPORARY)) !== undefined;
    const system = this.OPTION2(() => this.CONSUME(K.SYSTEM)) !== undefined;
    const object: Drop['object'] = this.OR([
      this.word('TABLE'),
      this.word('VIEW'),
      this.word('FUNCTION'),
      this.word('CATALOG'),
      this.word('DATABASE'),
      this.word('MODEL'),
      this.word('CONNECTION'),
      {
        ALT: (): Drop['object'] => {
          this.CONSUME(K.MATERIALIZED);
          this.CONSUME2(K.TABLE);
          return 'MATERIALIZED TABLE';
        },
      },
    ]);
    const ifExists = this.OPTION3(() => this.SUBRULE(this.ifExists)) ?? false;
    const name = this.SUBRULE(this.path);
    const behavior = this.OPTION4(() => this.OR2([this.word('RESTRICT'), this.word('CASCADE')]));
    this.ACTION(() => {
      const isTemporary = !NEVER_TEMPORARY.has(object);
      this.refuse(temporary && !isTemporary, `${object} is never TEMPORARY`, { start });
      this.refuse(system && !temporary, 'SYSTEM objects are always TEMPORARY', { start });
      const mayBeSystem = object === 'FUNCTION' || object === 'CONNECTION';
      this.refuse(system && !mayBeSystem, `SYSTEM is not for ${object}`, { start });
    });
    const cascade = behavior === 'CASCADE';
    return {
      kind: 'Drop',
      object,
      temporary,
      system,
      ifExists,
      name,
      cascade,
      span: this.span(start),
    };
  });
}

/** Objects that live in a catalog only. */
const NEVER_TEMPORARY: ReadonlySet<string> = new Set(['CATALOG', 'DATABASE', 'MATERIALIZED TABLE']);

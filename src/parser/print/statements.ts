import type { CreateFunction, Drop, FunctionScope } from '../ast/ddl.ts';
import type {
  Analyze,
  Describe,
  Explain,
  Insert,
  ShowFilter,
  ShowObjects,
  Statement,
  StatementSet,
} from '../ast/statements.ts';
import { quoteIdentifier, quotePath, quoteString } from '../quoting.ts';
import { printHints } from './queries.ts';
import { printComment, printOptionAction, printOptions, TablePrinter, words } from './tables.ts';

/** Prints statements as SQL that parses to the same tree. */
export class StatementPrinter extends TablePrinter {
  statement(statement: Statement): string {
    switch (statement.kind) {
      case 'QueryStatement':
        return this.query(statement.query);
      case 'Insert':
        return this.#insert(statement);
      case 'Update': {
        const { table, alias, assignments, where } = statement;
        const list = assignments.map(
          ({ column, value }) => `${quotePath(column.parts)} = ${this.expr(value)}`,
        );
        return words(
          `UPDATE ${quotePath(table.parts)}`,
          printAs(alias),
          `SET ${list.join(', ')}`,
          where === null ? null : `WHERE ${this.expr(where)}`,
        );
      }
      case 'Delete': {
        const { table, alias, where } = statement;
        return words(
          `DELETE FROM ${quotePath(table.parts)}`,
          printAs(alias),
          where === null ? null : `WHERE ${this.expr(where)}`,
        );
      }
      case 'Truncate':
        return `TRUNCATE TABLE ${quotePath(statement.table.parts)}`;
      case 'StatementSet':
        return this.#statementSet(statement);
      case 'CallProcedure':
        return `CALL ${quotePath(statement.name.parts)}(${statement.args.map((arg) => this.arg(arg)).join(', ')})`;
      case 'Explain':
        return words('EXPLAIN', explainOptions(statement), this.statement(statement.statement));
      case 'Analyze':
        return this.#analyze(statement);
      case 'CompilePlan': {
        const { path, ifNotExists, execute } = statement;
        return words(
          execute ? 'COMPILE AND EXECUTE PLAN' : 'COMPILE PLAN',
          quoteString(path),
          ifNotExists ? 'IF NOT EXISTS' : null,
          'FOR',
          this.statement(statement.statement).replace(/^EXECUTE /, ''),
        );
      }
      case 'ShowPartitions': {
        const { table, partition } = statement;
        const spec = partition === null ? null : this.partition(partition);
        return words('SHOW PARTITIONS', quotePath(table.parts), spec);
      }
      default:
        return this.#definition(statement);
    }
  }

  #insert({ overwrite, table, hints, partition, columns, query, onConflict }: Insert): string {
    return words(
      overwrite ? 'INSERT OVERWRITE' : 'INSERT INTO',
      quotePath(table.parts),
      hints.length === 0 ? null : printHints(hints),
      partition === null ? null : this.partition(partition),
      columns === null ? null : `(${columns.map(({ parts }) => quotePath(parts)).join(', ')})`,
      this.query(query),
      onConflict === null ? null : `ON CONFLICT DO ${onConflict}`,
    );
  }

  #statementSet({ statements }: StatementSet): string {
    const inserts = statements.map((insert) => `${this.#insert(insert)};`).join(' ');
    return `EXECUTE STATEMENT SET BEGIN ${inserts} END`;
  }

  #analyze({ table, partition, columns }: Analyze): string {
    return words(
      `ANALYZE TABLE ${quotePath(table.parts)}`,
      partition === null ? null : this.partition(partition),
      'COMPUTE STATISTICS',
      columns === null
        ? null
        : columns === 'ALL'
          ? 'FOR ALL COLUMNS'
          : `FOR COLUMNS ${columns.map(quoteIdentifier).join(', ')}`,
    );
  }

  #definition(statement: Definition): string {
    switch (statement.kind) {
      case 'CreateTable':
        return this.createTable(statement);
      case 'CreateMaterializedTable':
        return this.createMaterializedTable(statement);
      case 'AlterTable':
        return this.alterTable(statement);
      case 'AlterMaterializedTable':
        return this.alterMaterializedTable(statement);
      case 'CreateView': {
        const { orReplace, temporary, ifNotExists, name, columns, comment, query } = statement;
        const list = columns?.map((column) =>
          words(quoteIdentifier(column.name), printComment(column.comment)),
        );
        return words(
          orReplace ? 'CREATE OR REPLACE' : 'CREATE',
          temporary ? 'TEMPORARY VIEW' : 'VIEW',
          ifNotExists ? 'IF NOT EXISTS' : null,
          quotePath(name.parts),
          list === undefined ? null : `(${list.join(', ')})`,
          printComment(comment),
          `AS ${this.query(query)}`,
        );
      }
      case 'CreateModel': {
        const { temporary, ifNotExists, name, input, output, comment, options, query } = statement;
        return words(
          temporary ? 'CREATE TEMPORARY MODEL' : 'CREATE MODEL',
          ifNotExists ? 'IF NOT EXISTS' : null,
          quotePath(name.parts),
          input === null ? null : `INPUT ${this.elements(input)}`,
          output === null ? null : `OUTPUT ${this.elements(output)}`,
          printComment(comment),
          printOptions(options),
          query === null ? null : `AS ${this.query(query)}`,
        );
      }
      case 'AlterView': {
        const { ifExists, name, change } = statement;
        const head = words('ALTER VIEW', ifExists ? 'IF EXISTS' : null, quotePath(name.parts));
        if (change.action === 'AS') return `${head} AS ${this.query(change.query)}`;
        return `${head} RENAME TO ${quotePath(change.to.parts)}`;
      }
      default:
        return printPlain(statement);
    }
  }
}

type Definition = Exclude<
  Statement,
  {
    kind:
      | 'QueryStatement'
      | 'Insert'
      | 'Update'
      | 'Delete'
      | 'Truncate'
      | 'StatementSet'
      | 'CallProcedure'
      | 'Explain'
      | 'Analyze'
      | 'CompilePlan'
      | 'ShowPartitions';
  }
>;

/** Statements that hold neither expressions nor queries. */
type Plain = Exclude<
  Definition,
  {
    kind:
      | 'CreateTable'
      | 'CreateMaterializedTable'
      | 'AlterTable'
      | 'AlterMaterializedTable'
      | 'CreateView'
      | 'CreateModel'
      | 'AlterView';
  }
>;

function printPlain(statement: Plain): string {
  switch (statement.kind) {
    case 'CreateFunction':
      return printCreateFunction(statement);
    case 'AlterFunction': {
      const { scope, ifExists, name, reference, language } = statement;
      return words(
        `ALTER ${scopeWords(scope)}FUNCTION`,
        ifExists ? 'IF EXISTS' : null,
        quotePath(name.parts),
        `AS ${quoteString(reference)}`,
        language === null ? null : `LANGUAGE ${language}`,
      );
    }
    case 'CreateCatalog':
    case 'CreateDatabase':
    case 'CreateConnection': {
      const { ifNotExists, name, comment, options } = statement;
      return words(
        'CREATE',
        statement.kind === 'CreateConnection' ? scopeWords(statement.scope).trim() : null,
        statement.kind.slice('Create'.length).toUpperCase(),
        ifNotExists ? 'IF NOT EXISTS' : null,
        typeof name === 'string' ? quoteIdentifier(name) : quotePath(name.parts),
        printComment(comment),
        printOptions(options),
      );
    }
    case 'AlterCatalog': {
      const { name, change } = statement;
      const text =
        change.action === 'COMMENT' ? printComment(change.comment) : printOptionAction(change);
      return words('ALTER CATALOG', quoteIdentifier(name), text);
    }
    case 'AlterDatabase':
      return `ALTER DATABASE ${quotePath(statement.name.parts)} ${printOptionAction(statement.change)}`;
    case 'AlterModel':
    case 'AlterConnection': {
      const { ifExists, name, change } = statement;
      return words(
        `ALTER ${statement.kind === 'AlterModel' ? 'MODEL' : 'CONNECTION'}`,
        ifExists ? 'IF EXISTS' : null,
        quotePath(name.parts),
        change.action === 'RENAME'
          ? `RENAME TO ${quotePath(change.to.parts)}`
          : printOptionAction(change),
      );
    }
    case 'Drop':
      return printDrop(statement);
    default:
      return printSession(statement);
  }
}

type Session = Exclude<
  Plain,
  {
    kind:
      | 'CreateFunction'
      | 'AlterFunction'
      | 'CreateCatalog'
      | 'CreateDatabase'
      | 'CreateConnection'
      | 'AlterCatalog'
      | 'AlterDatabase'
      | 'AlterModel'
      | 'AlterConnection'
      | 'Drop';
  }
>;

function printSession(statement: Session): string {
  switch (statement.kind) {
    case 'Describe':
      return printDescribe(statement);
    case 'DescribeJob':
      return `DESCRIBE JOB ${quoteString(statement.jobId)}`;
    case 'ShowObjects':
      return printShowObjects(statement);
    case 'ShowCurrent':
      return `SHOW CURRENT ${statement.object}`;
    case 'ShowCreate':
      return words(
        statement.orAlter ? 'SHOW CREATE OR ALTER' : 'SHOW CREATE',
        statement.object,
        quotePath(statement.name.parts),
      );
    case 'ShowColumns':
      return words(
        'SHOW COLUMNS FROM',
        quotePath(statement.table.parts),
        printFilter(statement.filter),
      );
    case 'ShowModules':
      return statement.full ? 'SHOW FULL MODULES' : 'SHOW MODULES';
    case 'Use':
      return words(
        'USE',
        statement.object === 'CATALOG' ? 'CATALOG' : null,
        quotePath(statement.name.parts),
      );
    case 'UseModules':
      return `USE MODULES ${statement.modules.map(quoteIdentifier).join(', ')}`;
    case 'LoadModule':
      return words('LOAD MODULE', quoteIdentifier(statement.name), printOptions(statement.options));
    case 'UnloadModule':
      return `UNLOAD MODULE ${quoteIdentifier(statement.name)}`;
    case 'SetOption':
      if (statement.key === null) return 'SET';
      return `SET ${quoteString(statement.key)} = ${quoteString(statement.value ?? '')}`;
    case 'ResetOption':
      return statement.key === null ? 'RESET' : `RESET ${quoteString(statement.key)}`;
    case 'JarStatement':
      return `${statement.operation} JAR ${quoteString(statement.path)}`;
    case 'StopJob':
      return words(
        `STOP JOB ${quoteString(statement.jobId)}`,
        statement.savepoint ? 'WITH SAVEPOINT' : null,
        statement.drain ? 'WITH DRAIN' : null,
      );
    case 'ExecutePlan':
      return `EXECUTE PLAN ${quoteString(statement.path)}`;
    case 'BeginStatementSet':
      return 'BEGIN STATEMENT SET';
    case 'EndStatementSet':
      return 'END';
  }
}

function scopeWords(scope: FunctionScope): string {
  return scope === 'CATALOG' ? '' : `${scope} `;
}

function printAs(alias: string | null): string | null {
  return alias === null ? null : `AS ${quoteIdentifier(alias)}`;
}

function printCreateFunction(create: CreateFunction): string {
  const { scope, ifNotExists, name, reference, language, resources, options } = create;
  const list = resources.map(({ type, path }) => `${type} ${quoteString(path)}`);
  return words(
    `CREATE ${scopeWords(scope)}FUNCTION`,
    ifNotExists ? 'IF NOT EXISTS' : null,
    quotePath(name.parts),
    `AS ${quoteString(reference)}`,
    language === null ? null : `LANGUAGE ${language}`,
    list.length === 0 ? null : `USING ${list.join(', ')}`,
    printOptions(options),
  );
}

function printDrop({ object, temporary, system, ifExists, name, cascade }: Drop): string {
  return words(
    'DROP',
    temporary ? 'TEMPORARY' : null,
    system ? 'SYSTEM' : null,
    object,
    ifExists ? 'IF EXISTS' : null,
    quotePath(name.parts),
    cascade ? 'CASCADE' : null,
  );
}

function printDescribe({ object, extended, name }: Describe): string {
  return words(
    'DESCRIBE',
    object === 'TABLE' ? null : object,
    extended ? 'EXTENDED' : null,
    quotePath(name.parts),
  );
}

function printShowObjects({ objects, from, filter }: ShowObjects): string {
  const source = from === null ? null : `FROM ${quotePath(from.parts)}`;
  return words('SHOW', objects, source, printFilter(filter));
}

function printFilter(filter: ShowFilter | null): string | null {
  if (filter === null) return null;
  return words(filter.negated ? 'NOT' : null, filter.form, quoteString(filter.pattern));
}

function explainOptions({ analyze, format, details }: Explain): string | null {
  if (format !== 'TEXT') return `(${analyze ? 'ANALYZE, ' : ''}FORMAT ${format})`;
  return analyze ? 'ANALYZE' : details.join(', ') || null;
}

import type { Expr } from './ast/expressions.ts';
import type { Query } from './ast/queries.ts';
import type { Statement } from './ast/statements.ts';
import type { TableElement } from './ast/tables.ts';
import type { TypeName } from './ast/types.ts';
import type { Making } from './grammar/base.ts';
import { EntryRules } from './grammar/entries.ts';
import { StatementRules } from './grammar/session.ts';

/** The chapters up to queries: built in two thirds of the time of the whole grammar. */
export class QueryParser extends EntryRules {
  constructor(making: Making = 'decided') {
    super(making);
    this.complete(making);
  }

  protected override learnt(): QueryParser {
    return new QueryParser('learnt');
  }
}

/** The whole grammar. */
export class SqlParser extends StatementRules {
  constructor(making: Making = 'decided') {
    super(making);
    this.complete(making);
  }

  protected override learnt(): SqlParser {
    return new SqlParser('learnt');
  }
}

let sqlParser: SqlParser | null = null;
let queryParser: QueryParser | null = null;

/** The parser of every statement, built on first use. */
function theSqlParser(): SqlParser {
  sqlParser ??= new SqlParser();
  return sqlParser;
}

/** A parser of queries: the whole one if it is there already. */
function theQueryParser(): EntryRules {
  if (sqlParser !== null) return sqlParser;
  queryParser ??= new QueryParser();
  return queryParser;
}

const QUERY_START = /^\s*(?:SELECT|WITH|VALUES)\b/i;

/** Parses statements separated by `;`. Errors: SqlParserError, ResourceError. */
export function parseStatements(sql: string): readonly Statement[] {
  const parser = theSqlParser();
  return parser.run((rules) => rules.statements, sql);
}

/** Parses one statement; `;` may follow it. Errors: SqlParserError, ResourceError. */
export function parseStatement(sql: string): Statement {
  if (QUERY_START.test(sql)) {
    const parser = theQueryParser();
    return parser.run((rules) => rules.oneQueryStatement, sql);
  }
  const parser = theSqlParser();
  return parser.run((rules) => rules.oneStatement, sql);
}

/** Parses one query; `;` may follow it. Errors: SqlParserError, ResourceError. */
export function parseQuery(sql: string): Query {
  const parser = theQueryParser();
  return parser.run((rules) => rules.oneQuery, sql);
}

/** Parses an expression. Errors: SqlParserError, ResourceError. */
export function parseExpression(sql: string): Expr {
  const parser = theQueryParser();
  return parser.run((rules) => rules.oneExpression, sql);
}

/** Parses a type: `DECIMAL(10, 2) NOT NULL`. Errors: SqlParserError, ResourceError. */
export function parseType(text: string): TypeName {
  const parser = theQueryParser();
  return parser.run((rules) => rules.oneType, text);
}

/**
 * Parses the columns, constraints and watermarks of a table, without the parentheses:
 * `a INT, b AS a + 1, PRIMARY KEY (a) NOT ENFORCED`. Errors: SqlParserError, ResourceError.
 */
export function parseTableElements(text: string): readonly TableElement[] {
  const parser = theSqlParser();
  return parser.run((rules) => rules.elementList, text);
}

import type { ResetOption, SetOption, Statement } from '../parser/ast/statements.ts';
import { parseStatement } from '../parser/parser.ts';

/** `SET key = value` and `RESET key` without quotes, as Flink's clients take them. */
const SET = /^\s*SET\s+(?<key>[^'=\s;]+)\s*=\s*(?:'(?<quoted>[^']*)'|(?<plain>[^';\s]+))\s*;?\s*$/i;
const RESET = /^\s*RESET\s+(?<key>[^'\s;]+)\s*;?\s*$/i;

/** Parses a statement; options may be set and reset without quotes. Errors: SqlParserError. */
export function parseClientStatement(sql: string): Statement {
  return unquoted(sql) ?? parseStatement(sql);
}

function unquoted(sql: string): SetOption | ResetOption | null {
  const span = { start: 0, end: sql.length };
  const set = SET.exec(sql)?.groups;
  if (set !== undefined) {
    const value = set['quoted'] ?? set['plain'] ?? '';
    return { kind: 'SetOption', key: set['key'] ?? '', value, span };
  }
  const reset = RESET.exec(sql)?.groups;
  return reset === undefined ? null : { kind: 'ResetOption', key: reset['key'] ?? '', span };
}

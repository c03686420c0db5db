import type { Expr } from '../ast/expressions.ts';
import type {
  JsonArray,
  JsonArrayAgg,
  JsonBehavior,
  JsonExists,
  JsonNullHandling,
  JsonObject,
  JsonObjectAgg,
  JsonQuery,
  JsonValue,
} from '../ast/json.ts';
import type { TypeName } from '../ast/types.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import { Colon, Comma, K, LParen, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { SpecialCallRules } from './special-calls.ts';

type Entry = JsonObject['entries'][number];
type Item = JsonArray['items'][number];

/**
 * Chapter 5: the JSON functions of SQL.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/functions/systemfunctions/#json-functions
 */
export abstract class JsonRules extends SpecialCallRules {
  protected override readonly jsonCall: Rule<Expr> = this.RULE('jsonCall', (): Expr => {
    this.enter(NESTING_WEIGHT.call);
    const expr = this.OR([
      { ALT: (): Expr => this.SUBRULE(this.jsonValue) },
      { ALT: () => this.SUBRULE(this.jsonQuery) },
      { ALT: () => this.SUBRULE(this.jsonExists) },
      { ALT: () => this.SUBRULE(this.jsonObject) },
      { ALT: () => this.SUBRULE(this.jsonArray) },
      { ALT: () => this.SUBRULE(this.jsonObjectAgg) },
      { ALT: () => this.SUBRULE(this.jsonArrayAgg) },
    ]);
    this.leave(NESTING_WEIGHT.call);
    return expr;
  });

  protected readonly jsonValue = this.RULE('jsonValue', (): JsonValue => {
    const start = this.CONSUME(K.JSON_VALUE);
    this.CONSUME(LParen);
    const { input, path } = this.SUBRULE(this.jsonInput);
    const returning = this.OPTION(() => this.SUBRULE(this.jsonReturning)) ?? null;
    const { onEmpty, onError } = this.SUBRULE(this.jsonBehaviors);
    this.CONSUME(RParen);
    return { kind: 'JsonValue', input, path, returning, onEmpty, onError, span: this.span(start) };
  });

  protected readonly jsonQuery = this.RULE('jsonQuery', (): JsonQuery => {
    const start = this.CONSUME(K.JSON_QUERY);
    this.CONSUME(LParen);
    const { input, path } = this.SUBRULE(this.jsonInput);
    const returning = this.OPTION(() => this.SUBRULE(this.jsonReturning)) ?? null;
    const wrapper = this.OPTION2(() => this.SUBRULE(this.jsonWrapper)) ?? null;
    const { onEmpty, onError } = this.SUBRULE(this.jsonBehaviors);
    this.CONSUME(RParen);
    const span = this.span(start);
    return { kind: 'JsonQuery', input, path, returning, wrapper, onEmpty, onError, span };
  });

  protected readonly jsonExists = this.RULE('jsonExists', (): JsonExists => {
    const start = this.CONSUME(K.JSON_EXISTS);
    this.CONSUME(LParen);
    const { input, path } = this.SUBRULE(this.jsonInput);
    const onError =
      this.OPTION(() => {
        const behavior = this.SUBRULE(this.jsonBehavior);
        this.CONSUME(K.ON);
        this.CONSUME(K.ERROR);
        return behavior;
      }) ?? null;
    this.CONSUME(RParen);
    return { kind: 'JsonExists', input, path, onError, span: this.span(start) };
  });

  protected readonly jsonInput = this.RULE('jsonInput', (): { input: Expr; path: Expr } => {
    const input = this.SUBRULE(this.expression);
    this.OPTION(() => this.SUBRULE(this.formatJson));
    this.CONSUME(Comma);
    return { input, path: this.SUBRULE2(this.expression) };
  });

  protected readonly jsonReturning = this.RULE('jsonReturning', (): TypeName => {
    this.CONSUME(K.RETURNING);
    return this.SUBRULE(this.typeName);
  });

  /** `WITHOUT [ARRAY] WRAPPER`, `WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER` */
  protected readonly jsonWrapper = this.RULE(
    'jsonWrapper',
    (): 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL' => {
      const wrapper = this.OR([
        this.word('WITHOUT'),
        {
          ALT: () => {
            this.CONSUME(K.WITH);
            const condition = this.OPTION(() =>
              this.OR2([this.word('CONDITIONAL'), this.word('UNCONDITIONAL')]),
            );
            return condition ?? 'UNCONDITIONAL';
          },
        },
      ]);
      this.OPTION2(() => this.CONSUME(K.ARRAY));
      this.CONSUME(K.WRAPPER);
      return wrapper;
    },
  );

  /** `NULL ON EMPTY ERROR ON ERROR`, in either order */
  protected readonly jsonBehaviors = this.RULE(
    'jsonBehaviors',
    (): { onEmpty: JsonBehavior | null; onError: JsonBehavior | null } => {
      let onEmpty: JsonBehavior | null = null;
      let onError: JsonBehavior | null = null;
      this.MANY(() => {
        const behavior = this.SUBRULE(this.jsonBehavior);
        this.CONSUME(K.ON);
        const when = this.OR([this.word('EMPTY'), this.word('ERROR')]);
        if (when === 'EMPTY') onEmpty = behavior;
        else onError = behavior;
      });
      return { onEmpty, onError };
    },
  );

  protected readonly jsonBehavior = this.RULE('jsonBehavior', (): JsonBehavior => {
    let value: Expr | null = null;
    const action = this.OR([
      this.word('NULL'),
      this.word('ERROR'),
      this.word('TRUE'),
      this.word('FALSE'),
      this.word('UNKNOWN'),
      {
        ALT: (): JsonBehavior['action'] => {
          this.CONSUME(K.DEFAULT);
          value = this.SUBRULE(this.expression);
          return 'DEFAULT';
        },
      },
      {
        ALT: (): JsonBehavior['action'] => {
          this.CONSUME(K.EMPTY);
          const what = this.OPTION(() => this.OR2([this.word('ARRAY'), this.word('OBJECT')]));
          return what === undefined ? 'EMPTY' : `EMPTY ${what}`;
        },
      },
    ]);
    return { action, value };
  });

  // ── constructors ───────────────────────────────────────────────────────────────────────────

  protected readonly jsonObject = this.RULE('jsonObject', (): JsonObject => {
    const start = this.CONSUME(K.JSON_OBJECT);
    const entries: Entry[] = [];
    this.CONSUME(LParen);
    this.OPTION({
      GATE: () => !this.#atNullHandling(),
      DEF: () =>
        this.AT_LEAST_ONE_SEP({
          SEP: Comma,
          DEF: () => entries.push(this.SUBRULE(this.jsonEntry)),
        }),
    });
    const nullHandling = this.OPTION2(() => this.SUBRULE(this.jsonNullHandling)) ?? null;
    this.CONSUME(RParen);
    return { kind: 'JsonObject', entries, nullHandling, span: this.span(start) };
  });

  protected readonly jsonArray = this.RULE('jsonArray', (): JsonArray => {
    const start = this.CONSUME(K.JSON_ARRAY);
    const items: Item[] = [];
    this.CONSUME(LParen);
    this.OPTION({
      GATE: () => !this.#atNullHandling(),
      DEF: () =>
        this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.jsonItem)) }),
    });
    const nullHandling = this.OPTION2(() => this.SUBRULE(this.jsonNullHandling)) ?? null;
    this.CONSUME(RParen);
    return { kind: 'JsonArray', items, nullHandling, span: this.span(start) };
  });

  protected readonly jsonObjectAgg = this.RULE('jsonObjectAgg', (): JsonObjectAgg => {
    const start = this.CONSUME(K.JSON_OBJECTAGG);
    this.CONSUME(LParen);
    const { key, value, formatJson } = this.SUBRULE(this.jsonEntry);
    const nullHandling = this.OPTION(() => this.SUBRULE(this.jsonNullHandling)) ?? null;
    this.CONSUME(RParen);
    const filter = this.OPTION2(() => this.SUBRULE(this.filter)) ?? null;
    const over = this.OPTION3(() => this.SUBRULE(this.over)) ?? null;
    const span = this.span(start);
    return { kind: 'JsonObjectAgg', key, value, formatJson, nullHandling, filter, over, span };
  });

  protected readonly jsonArrayAgg = this.RULE('jsonArrayAgg', (): JsonArrayAgg => {
    const start = this.CONSUME(K.JSON_ARRAYAGG);
    this.CONSUME(LParen);
    const { value, formatJson } = this.SUBRULE(this.jsonItem);
    const orderBy = this.OPTION(() => this.SUBRULE(this.orderBy)) ?? [];
    const nullHandling = this.OPTION2(() => this.SUBRULE(this.jsonNullHandling)) ?? null;
    this.CONSUME(RParen);
    const filter = this.OPTION3(() => this.SUBRULE(this.filter)) ?? null;
    const over = this.OPTION4(() => this.SUBRULE(this.over)) ?? null;
    const span = this.span(start);
    return { kind: 'JsonArrayAgg', value, formatJson, orderBy, nullHandling, filter, over, span };
  });

  /** `KEY k VALUE v`, `k VALUE v`, `k : v` */
  protected readonly jsonEntry = this.RULE('jsonEntry', (): Entry => {
    this.OPTION({
      GATE: () => !this.isNext(K.VALUE, 2) && !this.isNext(Colon, 2),
      DEF: () => this.CONSUME(K.KEY),
    });
    const key = this.SUBRULE(this.expression);
    this.OR([{ ALT: () => this.CONSUME(K.VALUE) }, { ALT: () => this.CONSUME(Colon) }]);
    const { value, formatJson } = this.SUBRULE(this.jsonItem);
    return { key, value, formatJson };
  });

  protected readonly jsonItem = this.RULE('jsonItem', (): Item => {
    const value = this.SUBRULE(this.expression);
    const formatJson = this.OPTION(() => this.SUBRULE(this.formatJson)) ?? false;
    return { value, formatJson };
  });

  protected readonly formatJson = this.RULE('formatJson', (): true => {
    this.CONSUME(K.FORMAT);
    this.CONSUME(K.JSON);
    return true;
  });

  protected readonly jsonNullHandling = this.RULE('jsonNullHandling', (): JsonNullHandling => {
    const what = this.OR([this.word('NULL'), this.word('ABSENT')]);
    this.CONSUME(K.ON);
    this.CONSUME2(K.NULL);
    return `${what} ON NULL`;
  });

  /** NULL ON NULL without an item before it. */
  #atNullHandling(): boolean {
    return (this.isNext(K.NULL) || this.isNext(K.ABSENT)) && this.isNext(K.ON, 2);
  }
}

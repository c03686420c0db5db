import type { Expr, IntervalLiteral, StringLiteral, TemporalLiteral } from '../ast/expressions.ts';
import {
  decodeBinary,
  decodeEscapeString,
  decodeUnicodeString,
  unquoteString,
} from '../literals.ts';
import {
  Colon,
  K,
  Minus,
  NumberToken,
  Plus,
  PrefixedString,
  Question,
  QuotedString,
} from '../vocabulary.ts';
import { TypeRules } from './types.ts';

/** Chapter 2: literals and parameters. */
export abstract class LiteralRules extends TypeRules {
  /** A literal of one token that needs no decoding, or NULL, TRUE, FALSE, UNKNOWN. */
  protected readonly simpleLiteral = this.RULE(
    'simpleLiteral',
    (): Expr =>
      this.OR([
        {
          ALT: (): Expr => {
            const token = this.CONSUME(NumberToken);
            const text = token.image;
            const form = /[eE]/.test(text)
              ? 'approximate'
              : text.includes('.')
                ? 'decimal'
                : 'integer';
            return { kind: 'NumberLiteral', text, form, span: this.span(token) };
          },
        },
        {
          ALT: (): Expr => {
            const token = this.CONSUME(K.NULL);
            return { kind: 'NullLiteral', span: this.span(token) };
          },
        },
        { ALT: () => this.SUBRULE(this.booleanLiteral) },
        { ALT: () => this.SUBRULE(this.stringLiteral) },
        { ALT: () => this.SUBRULE(this.prefixedLiteral) },
      ]),
  );

  protected readonly booleanLiteral = this.RULE('booleanLiteral', (): Expr => {
    const start = this.LA(1);
    const word = this.OR([this.word('TRUE'), this.word('FALSE'), this.word('UNKNOWN')]);
    const value = word === 'UNKNOWN' ? null : word === 'TRUE';
    return { kind: 'BooleanLiteral', value, span: this.span(start) };
  });

  /** `'one' 'two'` is one string. */
  protected readonly stringLiteral = this.RULE('stringLiteral', (): StringLiteral => {
    const start = this.CONSUME(QuotedString);
    let value = unquoteString(start.image);
    this.MANY(() => {
      value += unquoteString(this.CONSUME2(QuotedString).image);
    });
    return { kind: 'StringLiteral', value, span: this.span(start) };
  });

  /** U&'...' [UESCAPE 'c'], E'...', X'...' */
  protected readonly prefixedLiteral = this.RULE('prefixedLiteral', (): Expr => {
    const token = this.CONSUME(PrefixedString);
    const prefix = token.image.charAt(0).toUpperCase();
    let marker = '\\';
    this.OPTION({
      GATE: () => prefix === 'U',
      DEF: () => {
        this.CONSUME(K.UESCAPE);
        const markerToken = this.LA(1);
        marker = this.SUBRULE(this.string);
        this.ACTION(() => {
          if (!/^[^0-9a-fA-F+'"\s]$/.test(marker)) {
            throw this.unexpected(markerToken, ['one escape character']);
          }
        });
      },
    });
    const span = this.span(token);
    return this.ACTION((): Expr => {
      if (prefix === 'X') return { kind: 'BinaryLiteral', value: decodeBinary(token), span };
      const value = prefix === 'E' ? decodeEscapeString(token) : decodeUnicodeString(token, marker);
      return { kind: 'StringLiteral', value, span };
    });
  });

  /** DATE '...', TIME '...', TIMESTAMP '...', TIMESTAMP WITH LOCAL TIME ZONE '...' */
  protected readonly temporalLiteral = this.RULE('temporalLiteral', (): TemporalLiteral => {
    const start = this.LA(1);
    let type: TemporalLiteral['type'] = this.OR([
      this.word('DATE'),
      this.word('TIME'),
      this.word('TIMESTAMP'),
    ]);
    this.OPTION(() => {
      this.CONSUME(K.WITH);
      this.CONSUME(K.LOCAL);
      this.CONSUME2(K.TIME);
      this.CONSUME(K.ZONE);
      type = 'TIMESTAMP_LTZ';
    });
    const text = this.SUBRULE(this.string);
    return { kind: 'TemporalLiteral', type, text, span: this.span(start) };
  });

  /** INTERVAL [-] '...' DAY TO SECOND */
  protected readonly intervalLiteral = this.RULE('intervalLiteral', (): IntervalLiteral => {
    const start = this.CONSUME(K.INTERVAL);
    let negative = false;
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(Minus);
            negative = true;
          },
        },
        { ALT: () => this.CONSUME(Plus) },
      ]);
    });
    const text = this.SUBRULE(this.string);
    const qualifier = this.SUBRULE(this.intervalQualifier);
    return { kind: 'IntervalLiteral', text, negative, qualifier, span: this.span(start) };
  });

  /** `?` or `:name` */
  protected readonly parameter = this.RULE(
    'parameter',
    (): Expr =>
      this.OR([
        {
          ALT: (): Expr => {
            const start = this.CONSUME(Question);
            return {
              kind: 'PositionalParameter',
              index: this.nextParameter(),
              span: this.span(start),
            };
          },
        },
        {
          ALT: (): Expr => {
            const start = this.CONSUME(Colon);
            const name = this.SUBRULE(this.name);
            return { kind: 'NamedParameter', name, span: this.span(start) };
          },
        },
      ]),
  );
}

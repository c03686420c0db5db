import type { IntervalQualifier, TimeUnit } from '../ast/node.ts';
import type {
  CollectionType,
  IntervalType,
  MapType,
  RawType,
  RowType,
  SimpleType,
  TypeName,
} from '../ast/types.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import { timeUnit } from '../units.ts';
import { Comma, Dot, Greater, K, Less, LParen, Name, NotEqual, RParen } from '../vocabulary.ts';
import { BaseRules, type Rule } from './base.ts';

/** How many arguments the types with arguments take. */
const ARGUMENTS_MAX: Readonly<Record<string, number>> = {
  CHAR: 1,
  VARCHAR: 1,
  BINARY: 1,
  VARBINARY: 1,
  DECIMAL: 2,
  TIME: 1,
  TIMESTAMP: 1,
  TIMESTAMP_LTZ: 1,
  TIMESTAMP_TZ: 1,
};

/** Other spellings of type names. */
const SYNONYMS: Readonly<Record<string, string>> = {
  INTEGER: 'INT',
  DEC: 'DECIMAL',
  NUMERIC: 'DECIMAL',
  CHARACTER: 'CHAR',
  REAL: 'FLOAT',
};

/** Non-reserved words that are types all the same, in any case. */
const TYPE_WORDS = new Set(['VARIANT', 'BITMAP', 'DESCRIPTOR', 'TIMESTAMP_LTZ']);

/**
 * Chapter 1: types.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/types/
 */
export abstract class TypeRules extends BaseRules {
  /** A type with NOT NULL or NULL, and ARRAY or MULTISET behind it. */
  protected override readonly typeName: Rule<TypeName> = this.RULE('typeName', (): TypeName => {
    this.enter(NESTING_WEIGHT.type);
    const start = this.LA(1);
    let type: TypeName = this.OR([
      { ALT: () => this.SUBRULE(this.rowType) },
      { GATE: () => this.isNext(Less, 2), ALT: () => this.SUBRULE(this.structuredType) },
      { ALT: () => this.SUBRULE(this.collectionType) },
      { GATE: () => this.isNext(Less, 2), ALT: () => this.SUBRULE(this.mapType) },
      { ALT: () => this.SUBRULE(this.intervalType) },
      { ALT: () => this.SUBRULE(this.rawType) },
      { ALT: () => this.SUBRULE(this.simpleType) },
    ]);
    this.OPTION(() => {
      const nullable = this.SUBRULE(this.nullability);
      type = { ...type, nullable, span: this.span(start) };
    });
    let levels = 1;
    this.MANY(() => {
      this.enter(NESTING_WEIGHT.type);
      levels++;
      const collection = this.OR2([this.word('ARRAY'), this.word('MULTISET')]);
      const nullable = this.OPTION2(() => this.SUBRULE2(this.nullability)) ?? null;
      type = {
        kind: 'CollectionType',
        collection,
        element: type,
        nullable,
        span: this.span(start),
      };
    });
    this.leave(levels * NESTING_WEIGHT.type);
    return type;
  });

  protected readonly nullability = this.RULE('nullability', (): boolean => {
    const not = this.OPTION(() => this.CONSUME(K.NOT)) !== undefined;
    this.CONSUME(K.NULL);
    return !not;
  });

  /** `ROW<a INT 'comment', b STRING>`, `ROW(a INT)` */
  protected readonly rowType = this.RULE('rowType', (): RowType => {
    const start = this.CONSUME(K.ROW);
    const fields: RowType['fields'][number][] = [];
    const field = () => fields.push(this.SUBRULE(this.rowField));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Less);
          this.MANY_SEP({ SEP: Comma, DEF: field });
          this.CONSUME(Greater);
        },
      },
      {
        // `ROW<>`: the lexer reads the two brackets as one symbol.
        ALT: () => this.CONSUME(NotEqual),
      },
      {
        ALT: () => {
          this.CONSUME(LParen);
          this.MANY_SEP2({ SEP: Comma, DEF: () => fields.push(this.SUBRULE2(this.rowField)) });
          this.CONSUME(RParen);
        },
      },
    ]);
    return { kind: 'RowType', structured: null, fields, nullable: null, span: this.span(start) };
  });

  protected readonly rowField = this.RULE('rowField', (): RowType['fields'][number] => {
    const name = this.SUBRULE(this.name);
    const type = this.SUBRULE(this.typeName);
    const comment = this.OPTION(() => this.SUBRULE(this.string)) ?? null;
    return { name, type, comment };
  });

  /** `STRUCTURED<'com.example.Order', amount DOUBLE>` */
  protected readonly structuredType = this.RULE('structuredType', (): RowType => {
    const start = this.CONSUME(K.STRUCTURED);
    const fields: RowType['fields'][number][] = [];
    this.CONSUME(Less);
    const structured = this.SUBRULE(this.string);
    this.MANY(() => {
      this.CONSUME(Comma);
      fields.push(this.SUBRULE(this.rowField));
    });
    this.CONSUME(Greater);
    return { kind: 'RowType', structured, fields, nullable: null, span: this.span(start) };
  });

  protected readonly collectionType = this.RULE('collectionType', (): CollectionType => {
    const start = this.LA(1);
    const collection = this.OR([this.word('ARRAY'), this.word('MULTISET')]);
    this.CONSUME(Less);
    const element = this.SUBRULE(this.typeName);
    this.CONSUME(Greater);
    return { kind: 'CollectionType', collection, element, nullable: null, span: this.span(start) };
  });

  protected readonly mapType = this.RULE('mapType', (): MapType => {
    const start = this.CONSUME(K.MAP);
    this.CONSUME(Less);
    const key = this.SUBRULE(this.typeName);
    this.CONSUME(Comma);
    const value = this.SUBRULE2(this.typeName);
    this.CONSUME(Greater);
    return { kind: 'MapType', key, value, nullable: null, span: this.span(start) };
  });

  protected readonly intervalType = this.RULE('intervalType', (): IntervalType => {
    const start = this.CONSUME(K.INTERVAL);
    const qualifier = this.SUBRULE(this.intervalQualifier);
    return { kind: 'IntervalType', qualifier, nullable: null, span: this.span(start) };
  });

  protected readonly rawType = this.RULE('rawType', (): RawType => {
    const start = this.CONSUME(K.RAW);
    this.CONSUME(LParen);
    const className = this.SUBRULE(this.string);
    this.CONSUME(Comma);
    const serializer = this.SUBRULE2(this.string);
    this.CONSUME(RParen);
    return { kind: 'RawType', className, serializer, nullable: null, span: this.span(start) };
  });

  /** A type that is a name with numbers. */
  protected readonly simpleType = this.RULE('simpleType', (): SimpleType => {
    const start = this.LA(1);
    const args: number[] = [];
    let name: readonly string[] = [];
    this.OR([
      {
        // TIMESTAMP_LTZ is a name as well: `timestamp_ltz.t` is somebody's type.
        GATE: () => !this.isNext(Dot, 2),
        ALT: () => {
          name = [this.SUBRULE(this.timestampType, { ARGS: [args] })];
        },
      },
      {
        ALT: () => {
          name = [this.SUBRULE(this.wordType)];
          this.OPTION(() => this.SUBRULE(this.typeArguments, { ARGS: [name, args] }));
        },
      },
      {
        ALT: () => {
          const { parts } = this.SUBRULE(this.path);
          name = this.ACTION(() => builtinName(parts));
        },
      },
    ]);
    return { kind: 'SimpleType', name, args, nullable: null, span: this.span(start) };
  });

  /** `TIMESTAMP(3) WITH LOCAL TIME ZONE`, `TIME(0) WITHOUT TIME ZONE`, `TIMESTAMP_LTZ(3)` */
  protected readonly timestampType = this.RULE('timestampType', (args: number[] = []): string => {
    let name: string = this.OR([
      this.word('TIMESTAMP'),
      this.word('TIME'),
      this.word('TIMESTAMP_LTZ'),
    ]);
    this.OPTION(() => this.SUBRULE(this.typeArguments, { ARGS: [[name], args] }));
    this.OPTION2(() => {
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(K.WITH);
            name = this.OPTION3(() => this.CONSUME(K.LOCAL)) ? `${name}_LTZ` : `${name}_TZ`;
          },
        },
        { ALT: () => this.CONSUME(K.WITHOUT) },
      ]);
      this.CONSUME2(K.TIME);
      this.CONSUME(K.ZONE);
    });
    return name;
  });

  /** The reserved words that are types. */
  protected readonly wordType = this.RULE('wordType', (): string => {
    const word = this.OR([
      this.word('INT'),
      this.word('BIGINT'),
      this.word('STRING'),
      this.word('BOOLEAN'),
      this.word('DECIMAL'),
      this.word('VARCHAR'),
      this.word('BYTES'),
      this.word('DATE'),
      this.word('FLOAT'),
      this.word('INTEGER'),
      this.word('SMALLINT'),
      this.word('TINYINT'),
      this.word('NUMERIC'),
      this.word('DEC'),
      this.word('REAL'),
      this.word('VARBINARY'),
      this.word('BITMAP'),
      this.word('NULL'),
      {
        ALT: () => {
          this.CONSUME(K.DOUBLE);
          this.OPTION(() => this.CONSUME(K.PRECISION));
          return 'DOUBLE';
        },
      },
      {
        ALT: () => {
          const base = this.OR2([this.word('CHAR'), this.word('CHARACTER'), this.word('BINARY')]);
          const varying = this.OPTION2(() => this.CONSUME(K.VARYING)) !== undefined;
          return `${varying ? 'VAR' : ''}${base === 'CHARACTER' ? 'CHAR' : base}`;
        },
      },
    ]);
    return SYNONYMS[word] ?? word;
  });

  protected readonly typeArguments = this.RULE(
    'typeArguments',
    (name: readonly string[] = [], args: number[] = []): void => {
      const open = this.CONSUME(LParen);
      this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => args.push(this.SUBRULE(this.integer)) });
      const close = this.CONSUME(RParen);
      this.ACTION(() => {
        const most = ARGUMENTS_MAX[name[0] ?? ''] ?? 0;
        if (most === 0) throw this.unexpected(open, []);
        if (args.length > most) throw this.unexpected(close, []);
      });
    },
  );

  // ── intervals ──────────────────────────────────────────────────────────────────────────────

  /** `DAY(2) TO SECOND(3)` */
  protected readonly intervalQualifier = this.RULE('intervalQualifier', (): IntervalQualifier => {
    const from = this.SUBRULE(this.unit);
    const digits: (number | null)[] = [];
    this.OPTION(() => {
      this.CONSUME(LParen);
      digits.push(this.SUBRULE(this.integer));
      this.OPTION2(() => {
        this.CONSUME(Comma);
        digits.push(this.SUBRULE2(this.integer));
      });
      this.CONSUME(RParen);
    });
    let to: TimeUnit | null = null;
    let fraction = digits[1] ?? null;
    this.OPTION3(() => {
      this.CONSUME(K.TO);
      to = this.SUBRULE2(this.unit);
      fraction =
        this.OPTION4(() => {
          this.CONSUME2(LParen);
          const value = this.SUBRULE3(this.integer);
          this.CONSUME2(RParen);
          return value;
        }) ?? null;
    });
    return { from, to, precision: digits[0] ?? null, fraction };
  });

  /** A unit of time. */
  protected readonly unit = this.RULE('unit', (): TimeUnit => {
    const token = this.OR([
      { ALT: () => this.CONSUME(K.YEAR) },
      { ALT: () => this.CONSUME(K.MONTH) },
      { ALT: () => this.CONSUME(K.DAY) },
      { ALT: () => this.CONSUME(K.HOUR) },
      { ALT: () => this.CONSUME(K.MINUTE) },
      { ALT: () => this.CONSUME(K.SECOND) },
      { ALT: () => this.CONSUME(Name) },
    ]);
    return this.ACTION(() => {
      const unit = timeUnit(token.image);
      if (unit === null) throw this.unexpected(token, ['time unit']);
      return unit;
    });
  });
}

/** Built-in names are known in any case; the path of a user's type stays as it is. */
function builtinName(parts: readonly string[]): readonly string[] {
  const [first = ''] = parts;
  const upper = first.toUpperCase();
  return parts.length === 1 && TYPE_WORDS.has(upper) ? [upper] : parts;
}

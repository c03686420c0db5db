import type { CatalogInfo, TableDistribution } from '../catalog/catalog.ts';
import { optionText, requireInstance, requireOptions, requireText } from '../common/arguments.ts';
import type { Schema } from './schema.ts';

/** What an option may be given as; it is kept as text. */
export type OptionValue = string | number | boolean;

/**
 * A table without a name: what CREATE TABLE declares after it.
 *
 * @example
 * ```ts
 * import { Schema, TableDescriptor, TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const schema = Schema.newBuilder().column('n', 'INT').build();
 * const table = TableDescriptor.forConnector('datagen')
 *   .schema(schema)
 *   .option('number-of-rows', 3)
 *   .option('fields.n.kind', 'sequence')
 *   .option('fields.n.start', 1)
 *   .option('fields.n.end', 3)
 *   .build();
 * tEnv.createTemporaryTable('numbers', table);
 * const result = await tEnv.executeSql('SELECT SUM(n) AS s FROM numbers');
 * console.log(await result.toArray()); // [ { s: 6 } ]
 * await tEnv.close();
 * ```
 */
export class TableDescriptor {
  readonly schema: Schema | null;
  readonly options: ReadonlyMap<string, string>;
  readonly partitionKeys: readonly string[];
  readonly distribution: TableDistribution | null;
  readonly comment: string | null;

  /** Made by `forConnector` and `inMemory`. @internal */
  constructor(parts: TableDescriptorParts) {
    this.schema = parts.schema;
    this.options = new Map(parts.options);
    this.partitionKeys = parts.partitionKeys;
    this.distribution = parts.distribution;
    this.comment = parts.comment;
  }

  /** Starts a table of a connector. */
  static forConnector(connector: string): TableDescriptorBuilder {
    return new TableDescriptorBuilder().option('connector', connector);
  }

  /** Starts a table in memory. */
  static inMemory(): TableDescriptorBuilder {
    return new TableDescriptorBuilder();
  }
}

/** What a table descriptor holds. */
export interface TableDescriptorParts {
  readonly schema: Schema | null;
  readonly options: ReadonlyMap<string, string>;
  readonly partitionKeys: readonly string[];
  readonly distribution: TableDistribution | null;
  readonly comment: string | null;
}

/** Collects the parts of a table. */
export class TableDescriptorBuilder {
  readonly #options = new Map<string, string>();
  #schema: Schema | null = null;
  #partitionKeys: readonly string[] = [];
  #distribution: TableDistribution | null = null;
  #comment: string | null = null;

  /** Its columns; without them they are inferred where the connector can. */
  schema(schema: Schema): this {
    this.#schema = schema;
    return this;
  }

  /** A WITH option. */
  option(key: string, value: OptionValue): this {
    this.#options.set(key, optionText(key, value));
    return this;
  }

  /** The format, by name or with its options; `prefix` for connectors with several formats. */
  format(format: FormatDescriptor | string, prefix = ''): this {
    requireText('The prefix of a format', prefix);
    if (typeof format === 'string') return this.option(`${prefix}format`, format);
    requireInstance('A format', format, FormatDescriptor);
    const name = format.format;
    this.option(`${prefix}format`, name);
    for (const [key, value] of format.options) this.option(`${prefix}${name}.${key}`, value);
    return this;
  }

  /** The columns of PARTITIONED BY. */
  partitionedBy(...columns: readonly string[]): this {
    this.#partitionKeys = columns;
    return this;
  }

  /** DISTRIBUTED BY (columns) INTO buckets. */
  distributedBy(columns: readonly string[], buckets: number | null = null): this {
    this.#distribution = { method: null, columns, buckets };
    return this;
  }

  /** The COMMENT of the table. */
  comment(comment: string): this {
    this.#comment = comment;
    return this;
  }

  /** The table with these parts. */
  build(): TableDescriptor {
    return new TableDescriptor({
      schema: this.#schema,
      options: this.#options,
      partitionKeys: this.#partitionKeys,
      distribution: this.#distribution,
      comment: this.#comment,
    });
  }
}

/** A format with its options, whose keys leave out the format's name. */
export class FormatDescriptor {
  readonly format: string;
  readonly options: ReadonlyMap<string, string>;

  /** Made by `forFormat`. @internal */
  constructor(format: string, options: ReadonlyMap<string, string>) {
    this.format = format;
    this.options = options;
  }

  /** Starts a format. */
  static forFormat(format: string): FormatDescriptorBuilder {
    return new FormatDescriptorBuilder(format);
  }
}

/** Collects the options of a format. */
export class FormatDescriptorBuilder {
  readonly #format: string;
  readonly #options = new Map<string, string>();

  /** @internal */
  constructor(format: string) {
    this.#format = format;
  }

  /** An option of the format, without its name before the key. */
  option(key: string, value: OptionValue): this {
    this.#options.set(key, optionText(key, value));
    return this;
  }

  /** The format with its options. */
  build(): FormatDescriptor {
    return new FormatDescriptor(this.#format, new Map(this.#options));
  }
}

/** A catalog without a name: what CREATE CATALOG declares after it. */
export class CatalogDescriptor implements CatalogInfo {
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | null;

  /** @internal */
  constructor(options: Readonly<Record<string, OptionValue>>, comment: string | null = null) {
    this.options = textOptions(options);
    this.comment = comment;
  }

  /** A catalog of these options, with its `type` among them. */
  static of(
    options: Readonly<Record<string, OptionValue>>,
    comment: string | null = null,
  ): CatalogDescriptor {
    return new CatalogDescriptor(options, comment);
  }
}

/** A model without a name: what CREATE MODEL declares after it. */
export class ModelDescriptor {
  readonly input: Schema | null;
  readonly output: Schema | null;
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | null;

  /** Made by `forProvider`. @internal */
  constructor(
    input: Schema | null,
    output: Schema | null,
    options: ReadonlyMap<string, string>,
    comment: string | null,
  ) {
    this.input = input;
    this.output = output;
    this.options = options;
    this.comment = comment;
  }

  /** Starts a model of a provider. */
  static forProvider(provider: string): ModelDescriptorBuilder {
    return new ModelDescriptorBuilder().option('provider', provider);
  }
}

/** Collects the parts of a model. */
export class ModelDescriptorBuilder {
  readonly #options = new Map<string, string>();
  #input: Schema | null = null;
  #output: Schema | null = null;
  #comment: string | null = null;

  /** The columns that the model reads. */
  inputSchema(schema: Schema): this {
    this.#input = schema;
    return this;
  }

  /** The columns that the model makes. */
  outputSchema(schema: Schema): this {
    this.#output = schema;
    return this;
  }

  /** A WITH option. */
  option(key: string, value: OptionValue): this {
    this.#options.set(key, optionText(key, value));
    return this;
  }

  /** The COMMENT of the model. */
  comment(comment: string): this {
    this.#comment = comment;
    return this;
  }

  /** The model with these parts. */
  build(): ModelDescriptor {
    return new ModelDescriptor(this.#input, this.#output, new Map(this.#options), this.#comment);
  }
}

function textOptions(options: Readonly<Record<string, OptionValue>>): ReadonlyMap<string, string> {
  requireOptions('a catalog', options);
  return new Map(Object.entries(options).map(([key, value]) => [key, optionText(key, value)]));
}

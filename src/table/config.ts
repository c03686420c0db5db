import { availableParallelism, totalmem } from 'node:os';
import type { TypeMapping } from '../columnar/rows.ts';
import { invalidArgument, optionText, requireOptions, requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { requireForeignKey } from '../common/foreign-options.ts';
import { type ConfigKey, type ConfigValue, configValue, isConfigKey } from '../common/options.ts';
import { timeZone } from '../types/time-zone.ts';

/** The arena without `table.exec.memory.limit`: a quarter of the machine, at most 4 GiB. */
const MEMORY_SHARE = 1 / 4;
const MEMORY_MAX = 4 * 1024 ** 3;

let systemZone: string | null = null;

/** The zone of the process, asked for once. */
function systemTimeZone(): string {
  systemZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return systemZone;
}

/** Configuration values by key; numbers and booleans are taken as their text. */
export type ConfigValues = Readonly<Record<string, string | number | boolean>>;

/** The configuration of an environment: texts by key, as SET and `config` write them. */
export class TableConfig {
  readonly #values: Map<string, string>;
  #version = 0;
  /** Values that were parsed since the last change: a small query asks for ten of them. */
  readonly #parsed = new Map<ConfigKey, unknown>();

  constructor(values: ConfigValues = {}) {
    this.#values = new Map();
    for (const [key, value] of Object.entries(values)) this.set(key, value);
  }

  /**
   * Sets a key. Errors: ValidationError INVALID_OPTION for a value that the key does not take,
   * UNKNOWN_CONFIG for a misspelt key, INVALID_ARGUMENT for a key that is no text and a value that
   * is an object.
   */
  set(key: string, value: string | number | boolean): this {
    const text = optionText(key, value);
    if (isConfigKey(key)) configValue(new Map([[key, text]]), key);
    else requireForeignKey(key);
    if (key === 'table.local-time-zone' && text !== 'default') timeZone(text);
    this.#values.set(key, text);
    this.#changed();
    return this;
  }

  /** The text of a key; `fallback` when it is not set. */
  get(key: string, fallback: string | null = null): string | null {
    return this.#values.get(key) ?? fallback;
  }

  /** Forgets a key, or all of them. */
  reset(key?: string): this {
    if (key === undefined) this.#values.clear();
    else this.#values.delete(key);
    this.#changed();
    return this;
  }

  /** `table.local-time-zone`, as an IANA name. */
  getLocalTimeZone(): string {
    return this.localTimeZone()();
  }

  /** The same, asked for later, as few statements need the system's zone. @internal */
  localTimeZone(): () => string {
    const zone = this.#values.get('table.local-time-zone') ?? 'default';
    return zone === 'default' ? systemTimeZone : () => zone;
  }

  /** Sets every key of another configuration. Errors: those of `set`. */
  addConfiguration(values: ConfigValues | TableConfig): this {
    requireOptions('a configuration', values);
    const entries = values instanceof TableConfig ? values.entries() : Object.entries(values);
    for (const [key, value] of entries) this.set(key, value);
    return this;
  }

  /** Every key that is set, with its text: a copy. */
  toMap(): Map<string, string> {
    return new Map(this.#values);
  }

  /** `table.sql-dialect`. */
  getSqlDialect(): string {
    return this.value('table.sql-dialect');
  }

  /** Errors: ValidationError INVALID_OPTION for other dialects than `default`. */
  setSqlDialect(dialect: string): this {
    return this.set('table.sql-dialect', dialect);
  }

  /** `table.exec.state.ttl` in milliseconds. */
  getIdleStateRetention(): number {
    return this.value('table.exec.state.ttl');
  }

  /** Sets `table.exec.state.ttl`: milliseconds, or a text such as `1 h`. Errors: INVALID_OPTION. */
  setIdleStateRetention(duration: number | string): this {
    return this.set('table.exec.state.ttl', duration);
  }

  /** Errors: ValidationError INVALID_TIME_ZONE. */
  setLocalTimeZone(zone: string): this {
    return this.set('table.local-time-zone', zone);
  }

  /** Every key that is set, with its text, sorted. */
  entries(): readonly (readonly [key: string, value: string])[] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Grows with every change: plans made before are made again. @internal */
  get version(): number {
    return this.#version;
  }

  /** The typed value of a known key, or its default. @internal */
  value<K extends ConfigKey>(key: K): ConfigValue<K> {
    const known = this.#parsed.get(key);
    if (known !== undefined) return known as ConfigValue<K>; // what was kept under the key
    requireText('A key', key);
    if (!isConfigKey(key)) throw invalidArgument('A key', 'a known option', key);
    const value = configValue(this.#values, key);
    this.#parsed.set(key, value);
    return value;
  }

  #changed(): void {
    this.#version++;
    this.#parsed.clear();
  }

  /** Threads that one statement uses at most. Errors: INVALID_OPTION when it is below 1. */
  get parallelism(): number {
    const own = this.value('table.exec.resource.default-parallelism');
    const threads = own > 0 ? own : (this.value('parallelism.default') ?? availableParallelism());
    if (threads >= 1) return threads;
    throw validationError('INVALID_OPTION', {
      key: 'parallelism.default',
      value: String(threads),
      expected: 'a number from 1',
    });
  }

  /** Bytes of the environment's memory. @internal */
  get memoryLimitBytes(): number {
    const limit = this.value('table.exec.memory.limit');
    return limit ?? Math.min(totalmem() * MEMORY_SHARE, MEMORY_MAX);
  }

  /** How values appear in results, by `table.result.type-mapping.*`. */
  get typeMapping(): TypeMapping {
    return {
      bigint: this.value('table.result.type-mapping.bigint'),
      decimal: this.value('table.result.type-mapping.decimal'),
      timestamp: this.value('table.result.type-mapping.timestamp'),
    };
  }
}

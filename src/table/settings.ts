import { requireOptions } from '../common/arguments.ts';
import { type ConfigValues, TableConfig } from './config.ts';

/** What `TableEnvironment.create` takes, beside EnvironmentSettings. */
export interface SettingsOptions {
  /** Default: `batch`, or `execution.runtime-mode` of the configuration. */
  readonly mode?: 'batch' | 'streaming';
  readonly config?: ConfigValues;
  /** The first catalog and database; default: `default_catalog`, `default_database`. */
  readonly builtinCatalogName?: string;
  readonly builtinDatabaseName?: string;
}

const SETTINGS = [
  'mode',
  'config',
  'builtinCatalogName',
  'builtinDatabaseName',
] satisfies readonly (keyof SettingsOptions)[];

/** The settings of an environment, in Flink's spelling. */
export class EnvironmentSettings {
  readonly config: ConfigValues;
  readonly #config: TableConfig;

  /** Errors: ValidationError INVALID_ARGUMENT, UNKNOWN_OPTION, and those of `TableConfig.set`. */
  constructor(options: SettingsOptions = {}) {
    requireOptions('an environment', options, SETTINGS);
    const { mode, config = {}, builtinCatalogName, builtinDatabaseName } = options;
    requireOptions("'config'", config);
    this.#config = new TableConfig(config);
    const set = (key: string, value: string | undefined): void => {
      if (value !== undefined) this.#config.set(key, value);
    };
    // The configuration goes before the mode: it may come from outside of the program.
    if (this.#config.get('execution.runtime-mode') === null) set('execution.runtime-mode', mode);
    set('table.builtin-catalog-name', builtinCatalogName);
    set('table.builtin-database-name', builtinDatabaseName);
    this.config = Object.fromEntries(this.#config.entries());
  }

  /** Settings of an environment whose queries have one final result. */
  static inBatchMode(): EnvironmentSettings {
    return new EnvironmentSettings({ mode: 'batch' });
  }

  /** Settings of an environment whose queries give changelogs. */
  static inStreamingMode(): EnvironmentSettings {
    return new EnvironmentSettings({ mode: 'streaming' });
  }

  /** Starts settings. */
  static newInstance(): EnvironmentSettingsBuilder {
    return new EnvironmentSettingsBuilder();
  }

  /** `batch` or `streaming`. */
  get mode(): 'batch' | 'streaming' {
    return this.#config.value('execution.runtime-mode');
  }

  /** The name of the first catalog. */
  get builtinCatalogName(): string {
    return this.#config.value('table.builtin-catalog-name');
  }

  /** The name of the first database. */
  get builtinDatabaseName(): string {
    return this.#config.value('table.builtin-database-name');
  }

  /** Whether queries give changelogs. */
  isStreamingMode(): boolean {
    return this.mode === 'streaming';
  }

  /** The same as `builtinCatalogName`. */
  getBuiltInCatalogName(): string {
    return this.builtinCatalogName;
  }

  /** The same as `builtinDatabaseName`. */
  getBuiltInDatabaseName(): string {
    return this.builtinDatabaseName;
  }

  /** The settings as a configuration: a copy. */
  getConfiguration(): TableConfig {
    return new TableConfig(this.config);
  }
}

/** Collects settings. */
export class EnvironmentSettingsBuilder {
  #options: SettingsOptions = {};

  /** Queries have one final result. */
  inBatchMode(): this {
    return this.#set({ mode: 'batch' });
  }

  /** Queries give changelogs. */
  inStreamingMode(): this {
    return this.#set({ mode: 'streaming' });
  }

  /** Adds configuration values. */
  withConfiguration(values: ConfigValues | TableConfig): this {
    const added = new TableConfig(this.#options.config).addConfiguration(values);
    return this.#set({ config: Object.fromEntries(added.entries()) });
  }

  /** Names the first catalog. */
  withBuiltInCatalogName(name: string): this {
    return this.#set({ builtinCatalogName: name });
  }

  /** Names the first database. */
  withBuiltInDatabaseName(name: string): this {
    return this.#set({ builtinDatabaseName: name });
  }

  /** Errors: those of EnvironmentSettings. */
  build(): EnvironmentSettings {
    return new EnvironmentSettings(this.#options);
  }

  #set(options: SettingsOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }
}

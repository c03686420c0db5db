import { requireOptions } from '../common/arguments.ts';

/** Configuration values by key; numbers and booleans are taken as their text. */
export type ConfigValues = Readonly<Record<string, string | number | boolean>>;

/** What `TableEnvironment.create` takes, beside EnvironmentSettings. */
export interface SettingsOptions {
  /** Default: `batch`. */
  readonly mode?: 'batch' | 'streaming';
  readonly config?: ConfigValues;
  /** The names of the first catalog and database; default: `default_catalog`, `default_database`. */
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
  readonly mode: 'batch' | 'streaming';
  readonly config: ConfigValues;
  readonly builtinCatalogName: string;
  readonly builtinDatabaseName: string;

  /** Errors: ValidationError INVALID_ARGUMENT, UNKNOWN_OPTION. */
  constructor(options: SettingsOptions = {}) {
    requireOptions('an environment', options, SETTINGS);
    if (options.config !== undefined) requireOptions("'config'", options.config);
    this.mode = options.mode ?? 'batch';
    this.config = options.config ?? {};
    this.builtinCatalogName = options.builtinCatalogName ?? 'default_catalog';
    this.builtinDatabaseName = options.builtinDatabaseName ?? 'default_database';
  }

  /** Settings of an environment whose queries have one final result. */
  static inBatchMode(): EnvironmentSettings {
    return new EnvironmentSettings({ mode: 'batch' });
  }

  /** Settings of an environment whose queries give changelogs. */
  static inStreamingMode(): EnvironmentSettings {
    return new EnvironmentSettings({ mode: 'streaming' });
  }

  isStreamingMode(): boolean {
    return this.mode === 'streaming';
  }
}

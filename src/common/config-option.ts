/** Parsed option values by key; absent keys have their default. */
export type OptionValues = Readonly<Record<string, unknown>>;

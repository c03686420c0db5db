/** A value that estimates count with: numbers inside; null for columns of other types. */
export type SummaryValue = number | bigint | null;

/** What is about known of the values of a column without reading them all; null: unknown. */
export interface ColumnSummary {
  /** The share of the rows that are NULL. */
  readonly nullShare: number | null;
  /** Different values that are not NULL. */
  readonly distinctCount: number | null;
  readonly min: SummaryValue;
  readonly max: SummaryValue;
}

/** A part of a table, by its share of the rows, and what is known of a column there. */
export interface SummaryPart {
  readonly weight: number;
  readonly summary: ColumnSummary;
}

/**
 * What is known of a column from what is known of its parts. Of different values it has at least as
 * many as the part with the most: values of few kinds come again in each part.
 */
export function mergeSummaries(parts: readonly SummaryPart[]): ColumnSummary {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const of = <T>(pick: (summary: ColumnSummary) => T | null): readonly T[] => {
    const values = parts.map((part) => pick(part.summary)).filter((value) => value !== null);
    return values.length === parts.length ? values : [];
  };
  const shares = of((summary) => summary.nullShare);
  const weighted = shares.map((share, i) => share * parts[i]!.weight);
  const counts = of((summary) => summary.distinctCount);
  return {
    nullShare: shares.length === 0 ? null : weighted.reduce((a, b) => a + b) / Math.max(1, total),
    distinctCount: counts.length === 0 ? null : Math.max(...counts),
    min: of((summary) => summary.min).reduce(lesser, null),
    max: of((summary) => summary.max).reduce(greater, null),
  };
}

/** The lesser of two values of a summary; null stands for none. */
export function lesser(a: SummaryValue, b: SummaryValue): SummaryValue {
  return a === null || (b !== null && b < a) ? b : a;
}

/** The greater of two values of a summary; null stands for none. */
export function greater(a: SummaryValue, b: SummaryValue): SummaryValue {
  return a === null || (b !== null && b > a) ? b : a;
}

/** A value of a summary; null for what is no number. */
export function summaryValue(value: unknown): SummaryValue {
  return typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

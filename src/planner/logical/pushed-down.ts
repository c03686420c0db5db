import type { ScanTableSource } from '../../connectors/connector.ts';
import type { PushedDown, Scan } from './nodes.ts';

/** The scan with a source that carries out a part of the plan: what that was is kept. */
export function withPushed(scan: Scan, source: ScanTableSource, part: PushedDown): Scan {
  const { origin } = scan;
  if (origin === null) return { ...scan, source };
  return { ...scan, source, origin: { ...origin, pushed: [...origin.pushed, part] } };
}

/**
 * Gives a new source of the same table what another one was given. Null when it does not take all
 * of that: the connector or the layout of its data is another one.
 */
export function pushAgain(
  source: ScanTableSource,
  pushed: readonly PushedDown[],
): ScanTableSource | null {
  let current: ScanTableSource | null = source;
  for (const part of pushed) {
    if (current === null) return null;
    current = pushOne(current, part);
  }
  return current;
}

function pushOne(source: ScanTableSource, part: PushedDown): ScanTableSource | null {
  switch (part.kind) {
    case 'projection':
      return source.applyProjection?.(part.columns) ?? null;
    case 'limit':
      return source.applyLimit?.(part.rows) ?? null;
    case 'filters': {
      const result = source.applyFilters?.(part.filters);
      if (result === undefined) return null;
      const remaining = indexesOf(part.filters, result.remaining);
      const evaluated = remaining.every((index) => part.remaining.includes(index));
      return evaluated ? result.source : null;
    }
  }
}

/** The places of some items in a list. */
export function indexesOf<T>(list: readonly T[], items: readonly T[]): readonly number[] {
  return list.flatMap((item, index) => (items.includes(item) ? [index] : []));
}

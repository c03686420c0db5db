/** A tree with every span set to null, for comparisons. */
export function withoutSpans<T>(tree: T): T {
  return structuredCloneWith(tree) as T;
}

function structuredCloneWith(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneWith);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'span' ? null : structuredCloneWith(item),
    ]),
  );
}

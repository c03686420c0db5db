/** The value by which a JavaScript value is told apart: objects by their class and what they say. */
export function valueKey(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return `${Object.prototype.toString.call(value)} ${JSON.stringify(value, plain)}`;
}

/** One text for several values, the same for equal values only. */
export function textKey(values: readonly unknown[]): string {
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return only;
  return values.map((value) => `${typeof value} ${JSON.stringify(value, plain)}`).join('\n');
}

/** What JSON has no form for, as something that it has. */
function plain(_: string, value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { bigint: String(value) };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { number: Object.is(value, -0) ? '-0' : String(value) };
    default:
      return value instanceof Map ? [...value] : value;
  }
}

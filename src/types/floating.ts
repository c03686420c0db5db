/** Prints a DOUBLE as Java and Flink do: `1.0`, `1.0E10`, `1.0E-5`, `NaN`, `-Infinity`. */
export function printDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const shortest = value.toExponential();
  // With its second digit the smallest number is 4.9E-324, not 5.0E-324.
  const text = shortest.includes('.') ? shortest : value.toExponential(1);
  return text.replace('e', 'E').replace('+', '');
}

/** Decimal digits that tell any two FLOAT values apart. */
const FLOAT_DIGITS_MAX = 9;

/** Prints a FLOAT: the shortest digits, at least two, that give the same FLOAT again. */
export function printFloat(value: number): string {
  if (!Number.isFinite(value) || value === 0) return printDouble(value);
  for (let digits = 2; digits < FLOAT_DIGITS_MAX; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return printDouble(short);
  }
  return printDouble(Number(value.toPrecision(FLOAT_DIGITS_MAX)));
}

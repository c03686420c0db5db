/** The signed number that big-endian bytes, a value of a BYTES column, are. */
export function bigEndian(value: unknown): bigint {
  // Columns of bytes give bytes.
  const hex = Buffer.from(value as Uint8Array).toString('hex');
  return hex === '' ? 0n : BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`));
}

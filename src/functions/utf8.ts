/**
 * The text of bytes in UTF-8 as Java decodes them: every malformed byte becomes one replacement
 * character, but a surrogate encoded in three bytes, or a sequence cut off, only one in all.
 */
export function utf8Replaced(bytes: Uint8Array): string {
  const own = Uint8Array.from(bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(own);
  // The decoder of the web platform replaces each byte of an encoded surrogate.
  if (!text.includes('\ufffd')) return text;
  return joinSurrogates(own);
}

/** Whether bytes are well-formed UTF-8. */
export function utf8Valid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

function joinSurrogates(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let start = 0;
  for (let i = 0; i + 2 < bytes.length; i++) {
    const surrogate =
      bytes[i] === 0xed && (bytes[i + 1]! & 0xe0) === 0xa0 && (bytes[i + 2]! & 0xc0) === 0x80;
    if (!surrogate) continue;
    text += `${decoder.decode(bytes.subarray(start, i))}\ufffd`;
    start = i + 3;
    i += 2;
  }
  return text + decoder.decode(bytes.subarray(start));
}

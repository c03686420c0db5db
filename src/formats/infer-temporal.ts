import type { DataType } from '../types/data-type.ts';
import { parseDate, parseTimestamp } from '../types/time.ts';
import { DATE, timestamp } from '../types/types.ts';

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_TIMESTAMP = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.(\d{1,9}))?)?$/;

/** DATE or TIMESTAMP if all texts are written as such; else null. There is at least one text. */
export function inferTemporal(texts: readonly string[]): DataType | null {
  if (texts.every((text) => ISO_DATE.test(text) && parseDate(text) !== null)) return DATE;
  if (!texts.every((text) => ISO_TIMESTAMP.test(text) && parseTimestamp(text) !== null))
    return null;
  let digits = 3;
  for (const text of texts) digits = Math.max(digits, ISO_TIMESTAMP.exec(text)?.[1]?.length ?? 0);
  return timestamp(digits <= 3 ? 3 : digits <= 6 ? 6 : 9);
}

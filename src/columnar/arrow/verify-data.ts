import type * as arrow from 'apache-arrow';
import { isValid } from '../bitmap.ts';
import { TypeId } from './types.ts';
import { ArrowFormatError } from './verify-messages.ts';

/** Rows and bytes of a column at most: our offsets have 32 bits. */
const INT32_MAX = 2 ** 31 - 1;

/**
 * Checks that the buffers of a record batch are as long as its rows need, and that offsets and
 * dictionary codes stay inside. Errors: ArrowFormatError.
 */
export function verifyData(data: arrow.Data): void {
  const { length, offset } = data;
  if (!Number.isInteger(length) || length < 0 || length > INT32_MAX) {
    throw new ArrowFormatError(`a column has ${length} rows`);
  }
  const id = data.type.typeId as number;
  // What is all NULL has no buffers, not even a bitmap.
  if (id === TypeId.Null) return;
  if (data.nullCount !== 0 && data.nullBitmap.length > 0) {
    need(data.nullBitmap.length * 8, offset + length);
  }
  switch (id) {
    case TypeId.Bool:
      need((data.values as Uint8Array).length * 8, offset + length);
      return;
    case TypeId.Utf8:
    case TypeId.Binary:
    case TypeId.LargeUtf8:
    case TypeId.LargeBinary:
      verifyOffsets(data, (data.values as Uint8Array).length);
      return;
    case TypeId.Utf8View:
    case TypeId.BinaryView:
      verifyViews(data);
      return;
    case TypeId.List:
    case TypeId.LargeList:
    case TypeId.Map:
      verifyOffsets(data, childOf(data, 0).length);
      verifyData(childOf(data, 0));
      return;
    case TypeId.FixedSizeList:
      need(childOf(data, 0).length, length * (data.type as arrow.FixedSizeList).listSize);
      verifyData(childOf(data, 0));
      return;
    case TypeId.Struct:
      for (const i of (data.type as arrow.Struct).children.keys()) {
        need(childOf(data, i).length, length);
        verifyData(childOf(data, i));
      }
      return;
    case TypeId.Dictionary:
      verifyCodes(data);
      return;
    default: {
      // Numbers and times: so many entries of the typed array for each row.
      const values = data.values as ArrayLike<unknown> | undefined;
      need(values?.length ?? 0, length * data.stride);
    }
  }
}

function need(there: number, wanted: number): void {
  if (there < wanted) throw new ArrowFormatError('a buffer is shorter than its rows need');
}

function childOf(data: arrow.Data, index: number): arrow.Data {
  const child: arrow.Data | undefined = data.children[index];
  if (child === undefined) throw new ArrowFormatError('a nested column has no values');
  return child;
}

function verifyOffsets(data: arrow.Data, end: number): void {
  const { length } = data;
  const offsets: ArrayLike<number | bigint> = data.valueOffsets;
  if (length === 0 && offsets.length === 0) return;
  need(offsets.length, length + 1);
  let before = Number(offsets[0]);
  const first = before;
  for (let i = 1; i <= length; i++) {
    const next = Number(offsets[i]);
    if (next < before) throw new ArrowFormatError('offsets go back');
    before = next;
  }
  if (first < 0 || before > end) throw new ArrowFormatError('an offset lies outside of its buffer');
  if (before - first > INT32_MAX) throw new ArrowFormatError('a column has more than 2 GiB');
}

const VIEW_BYTES = 16;
const INLINE_MAX = 12;

function verifyViews(data: arrow.Data): void {
  const bytes = data.values as Uint8Array;
  need(bytes.length, data.length * VIEW_BYTES);
  const views = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < data.length; i++) {
    const size = views.getInt32(i * VIEW_BYTES, true);
    if (size >= 0 && size <= INLINE_MAX) continue;
    const buffer = data.variadicBuffers[views.getInt32(i * VIEW_BYTES + 8, true)];
    const from = views.getInt32(i * VIEW_BYTES + 12, true);
    if (data.getValid(i) && (size < 0 || from < 0 || from + size > (buffer?.length ?? 0))) {
      throw new ArrowFormatError('a view lies outside of its buffer');
    }
  }
}

function verifyCodes(data: arrow.Data): void {
  const { length, dictionary } = data;
  if (dictionary === undefined) throw new ArrowFormatError('a dictionary is missing');
  for (const part of dictionary.data) verifyData(part);
  const codes = data.values as ArrayLike<number | bigint>;
  need(codes.length, length);
  const validity = data.nullCount > 0 && data.nullBitmap.length > 0 ? data.nullBitmap : null;
  for (let i = 0; i < length; i++) {
    const code = Number(codes[i]);
    if ((code < 0 || code >= dictionary.length) && isValid(validity, data.offset + i)) {
      throw new ArrowFormatError('a value is not in its dictionary');
    }
  }
}

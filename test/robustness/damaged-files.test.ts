import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tableFromArrays, tableFromJSON, tableToIPC } from 'apache-arrow';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadArrow } from '../../src/columnar/arrow/types.ts';
import { TableError } from '../../src/common/errors.ts';
import { arrow } from '../../src/formats/arrow/arrow.ts';
import type { FormatDefinition } from '../../src/formats/format.ts';
import { parquet } from '../../src/formats/parquet/parquet.ts';
import { duckdb } from '../formats/duckdb.ts';
import { readFile, tempFolder } from '../formats/support.ts';

beforeAll(async () => {
  await loadArrow();
});

/** Reads bytes as a file: its rows, or a TableError that names the file. */
function attempt(format: FormatDefinition, file: string, bytes: Uint8Array): 'rows' | 'error' {
  writeFileSync(file, bytes);
  try {
    expect(readFile(format, file).rows.length).toBeLessThan(1000);
    return 'rows';
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    // A length that lies must not be believed: no memory is asked for because of it.
    expect(error.code).not.toBe('MEMORY_LIMIT');
    if (error.code === 'BAD_FILE') expect(error.message).toContain(path.basename(file));
    return 'error';
  }
}

/** Cuts the file at 100 places, and changes bytes at `places`. */
function attack(format: FormatDefinition, good: Uint8Array, places: number): void {
  using folder = tempFolder();
  const file = path.join(folder.path, `x.${format.extensions[0]}`);
  expect(attempt(format, file, good)).toBe('rows');
  let seed = 11;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let k = 0; k < 50; k++) attempt(format, file, good.subarray(0, random(good.length)));
  for (let k = 0; k < places; k++) {
    const bytes = Uint8Array.from(good);
    const at = random(bytes.length);
    if (k % 4 === 0) bytes[at] = bytes[at]! ^ (1 << (k % 8));
    else if (k % 4 === 1) bytes[at] = random(256);
    else bytes.set([255, 255, 255, k % 4 === 2 ? 255 : 127].slice(0, bytes.length - at), at);
    attempt(format, file, bytes);
  }
}

describe('damaged files give errors or rows', () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i);
  const flat = () =>
    tableFromArrays({ a: Int32Array.from(numbers), s: numbers.map((i) => `w${i % 7}`) });
  const nested = () =>
    tableFromJSON(numbers.map((i) => ({ l: [i, i + 1], r: { x: i, y: `k${i}` }, b: i > 9 })));

  test.each([
    ['file', 'flat', flat],
    ['file', 'nested', nested],
    ['stream', 'flat', flat],
    ['stream', 'nested', nested],
  ] as const)('arrow: %s, %s', (kind, _, table) => {
    attack(arrow, tableToIPC(table(), kind), 200);
  });

  test.each([
    ['snappy', ''],
    ['zstd', ''],
    ['lz4_raw', ''],
    ['uncompressed', ", PARQUET_VERSION 'V2'"],
  ])('parquet: %s%s', async (codec, option) => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'good.parquet');
    await duckdb(
      `COPY (SELECT i, 'w' || i % 9 AS few, md5(i::VARCHAR) AS many, [i, i] AS l, MAP {i: 'a'} AS m,
       (i * 1.5)::DECIMAL(30, 3) AS d, TIMESTAMP '2020-01-01 00:00:00' AS t FROM range(100) t(i))
       TO '${file}' (FORMAT parquet, COMPRESSION ${codec}${option})`,
    );
    attack(parquet, readFileSync(file), 150);
  });

  test('arrow: a footer that lists one block many times is refused', () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'x.arrow');
    const good = tableToIPC(flat(), 'file');
    const footer =
      good.length -
      10 -
      new DataView(good.buffer, good.byteOffset).getInt32(good.length - 10, true);
    // The length of the list of blocks, wherever it is: all small words of the footer are raised.
    for (let at = footer; at < good.length - 14; at += 4) {
      const bytes = Uint8Array.from(good);
      const view = new DataView(bytes.buffer);
      if (view.getUint32(at, true) > 16) continue;
      view.setUint32(at, 0x0fffffff, true);
      attempt(arrow, file, bytes);
    }
  });
});

import { allocInt32 } from '../columnar/allocate.ts';
import type { Region } from '../columnar/arena/region.ts';
import { isValid } from '../columnar/bitmap.ts';
import { type Column, DictionaryColumn } from '../columnar/column.ts';
import { concatColumns } from '../columnar/concat.ts';
import { take } from '../columnar/take.ts';
import { assert } from '../common/assert.ts';
import type { DataType } from '../types/data-type.ts';
import { decodeValues } from './loops/arguments.ts';

/** Calls the function for values, into memory of a region. */
export type CallForValues = (values: readonly unknown[], region: Region) => Column;

/** The results of one dictionary. */
interface Known {
  readonly dictionary: Column;
  readonly values: readonly unknown[];
  /** The row in `results` of each entry, the last that of NULL; -1: not called. */
  readonly places: Int32Array;
  readonly results: Column | null;
  /** The memory of `results`. */
  readonly memory: Region;
}

/**
 * The results of a deterministic function of one dictionary column: it is called once for each
 * value that occurs, and its results are kept as long as the same dictionary comes.
 */
export class DictionaryResults {
  readonly #type: DataType;
  #known: Known | null = null;

  constructor(type: DataType) {
    this.#type = type;
  }

  /** The results for the rows of a column, in memory of `region`; null where that saves little. */
  run(column: DictionaryColumn, region: Region, call: CallForValues): Column | null {
    const { dictionary, length } = column;
    let known = this.#known;
    if (known?.dictionary !== dictionary) {
      if (length === 0 || dictionary.length * 2 > length) return null;
      this.close();
      known = {
        dictionary,
        values: decodeValues(dictionary),
        places: new Int32Array(dictionary.length + 1).fill(-1),
        results: null,
        memory: region.child(),
      };
    }
    const rows = allocInt32(region, length);
    const fresh = findPlaces(column, known, rows);
    if (fresh.length > 0) known = extended(known, fresh, region, call);
    this.#known = known;
    const { results } = known;
    assert(results !== null, 'a batch has rows');
    return results.layout === 'binary' && results.nullCount === 0
      ? new DictionaryColumn(this.#type, length, rows, results, null, 0)
      : take(results, rows, region);
  }

  /** Frees the results. */
  close(): void {
    this.#known?.memory.dispose();
    this.#known = null;
  }
}

/** Writes where the result of each row is; gives the values that have none yet. */
function findPlaces(
  { codes, validity, nullCount, length }: DictionaryColumn,
  { values, places, results }: Known,
  rows: Int32Array,
): readonly unknown[] {
  const fresh: unknown[] = [];
  const before = results?.length ?? 0;
  for (let row = 0; row < length; row++) {
    const isNull = nullCount > 0 && !isValid(validity, row);
    const code = isNull ? values.length : codes[row]!;
    let place = places[code]!;
    if (place === -1) {
      place = before + fresh.length;
      places[code] = place;
      fresh.push(isNull ? null : values[code]);
    }
    rows[row] = place;
  }
  return fresh;
}

/** With the results for further values. */
function extended(
  known: Known,
  fresh: readonly unknown[],
  region: Region,
  call: CallForValues,
): Known {
  if (known.results === null) return { ...known, results: call(fresh, known.memory) };
  const memory = region.child();
  const results = concatColumns([known.results, call(fresh, region)], memory);
  known.memory.dispose();
  return { ...known, results, memory };
}

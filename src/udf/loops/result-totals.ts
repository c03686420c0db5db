import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import { IN_RANGE } from './results.ts';

/** What is found out about the results of a function. */
export interface TotalsWanted {
  readonly sum: boolean;
  readonly least: boolean;
  readonly greatest: boolean;
}

/** Statements of a loop that adds results up. */
interface TotalsCode {
  /** Before the first row, and behind the last one. */
  readonly before: string;
  readonly after: string;
  /** For the result `r` of row `i`. */
  readonly add: string;
  /** For a row without a result. */
  readonly skip: string;
}

type Cells = Float64Array | BigInt64Array;

/** Rows of which sums of 32-bit integers are exact in a JavaScript number. */
const EXACT_ROWS = 2 ** 21;

/** Whether results of a type can be added up in the loop that makes them. */
export function hasTotals({ kind }: DataType): boolean {
  return kind === 'DOUBLE' || kind === 'BIGINT' || isSmall(kind);
}

function isSmall(kind: DataType['kind']): boolean {
  return kind === 'TINYINT' || kind === 'SMALLINT' || kind === 'INT';
}

/**
 * The sum and the extremes of a function's results, to which the generated loop adds them: they are
 * never stored. A floating-point sum is kept in `chains` sums that take the rows in turn, NULLs too,
 * so that it is the one of a column's rows in compiled aggregates.
 */
export class ResultTotals {
  /** The rows added, and those of them whose result is NULL. */
  rows = 0;
  nulls = 0;
  readonly wanted: TotalsWanted;
  readonly #kind: DataType['kind'];
  readonly #nullable: boolean;
  readonly #chains: number;
  /** The sums, then the least and the greatest value. */
  readonly cells: Cells;
  /** The sum of the small integers of the batches before. */
  #sum = 0n;

  /** `type` is one that `hasTotals`. */
  constructor(type: DataType, wanted: TotalsWanted, chains: number) {
    assert(hasTotals(type), 'results are numbers');
    this.#kind = type.kind;
    this.#nullable = type.nullable;
    this.wanted = wanted;
    this.#chains = type.kind === 'DOUBLE' ? chains : 1;
    const length = this.#chains + 2;
    this.cells = type.kind === 'BIGINT' ? new BigInt64Array(length) : new Float64Array(length);
    this.reset();
  }

  get sum(): number | bigint {
    return isSmall(this.#kind) ? this.#sum : this.cells[0]!;
  }

  /** What every value replaces, where there was none. */
  get least(): number | bigint {
    return this.cells[this.#chains]!;
  }

  get greatest(): number | bigint {
    return this.cells[this.#chains + 1]!;
  }

  /** Whether so many rows can be added at once. */
  takes(rows: number): boolean {
    return !isSmall(this.#kind) || rows <= EXACT_ROWS;
  }

  /** Takes note that so many rows were added by a loop. */
  end(rows: number): void {
    this.rows += rows;
    const { cells } = this;
    if (cells instanceof BigInt64Array) return;
    const sums = cells.subarray(0, this.#chains);
    const sum = sums.reduce((total, next) => total + next);
    sums.fill(0);
    if (isSmall(this.#kind)) this.#sum += BigInt(sum);
    else cells[0] = sum;
  }

  reset(): void {
    this.rows = 0;
    this.nulls = 0;
    this.#sum = 0n;
    const { cells } = this;
    if (cells instanceof BigInt64Array) {
      cells.set([0n, 2n ** 63n - 1n, -(2n ** 63n)]);
    } else {
      cells.fill(0);
      // The order of compiled extremes: NaN is the greatest.
      cells.set([Number.NaN, Number.NEGATIVE_INFINITY], this.#chains);
    }
  }

  /** The statements, over `totals`, which is these totals, and `other`, which gives other results. */
  code(): TotalsCode {
    const { sum, least, greatest } = this.wanted;
    const sums = sum ? Array.from({ length: this.#chains }, (_, n) => `s${n}`) : [];
    const held = [...sums.map((name, n) => [name, n] as const)];
    if (least) held.push(['least', this.#chains]);
    if (greatest) held.push(['greatest', this.#chains + 1]);
    const add = (value: string): string =>
      [
        sum ? this.#addCode(sums, value) : '',
        least ? `if (${value} < least || least !== least) least = ${value};` : '',
        greatest ? `if (${value} > greatest || ${value} !== ${value}) greatest = ${value};` : '',
      ].join(' ');
    const skip = `nulls++; ${turned(sums, 's0')}`;
    const isNull = this.#nullable ? `else if (r === null || r === undefined) { ${skip} }` : '';
    return {
      before: `const { cells } = totals;
let nulls = 0${held.map(([name, n]) => `, ${name} = cells[${n}]`).join('')};`,
      after: `${held.map(([name, n]) => `cells[${n}] = ${name};`).join(' ')} totals.nulls += nulls;`,
      add: `if (${IN_RANGE[this.#kind]}) { ${add('r')} } ${isNull} else { const v = other(i, r); ${add('v')} }`,
      skip,
    };
  }

  #addCode(sums: readonly string[], value: string): string {
    const sum = `s0 + ${value}`;
    return turned(sums, this.#kind === 'BIGINT' ? `BigInt.asIntN(64, ${sum})` : sum);
  }
}

/** The next row is of the next sum: all move on by one place, and the first one becomes the last. */
function turned(sums: readonly string[], first: string): string {
  if (sums.length === 0) return '';
  const moved = sums.map((name, n) => `${name} = ${sums[n + 1] ?? 'next'};`);
  return `{ const next = ${first}; ${moved.join(' ')} }`;
}

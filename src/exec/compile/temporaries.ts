import { allocBitmap } from '../../columnar/allocate.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, DictionaryColumn } from '../../columnar/column.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { printExpr } from '../../expr/print.ts';
import { inputsUsed, isDeterministic } from '../../expr/tree.ts';
import type { TaskContext } from '../operator.ts';
import type { ExpressionForm } from '../profile/operator-profile.ts';
import type { Evaluated, MappedColumn } from './bindings.ts';
import { runKernels } from './run-kernels.ts';
import { Scratch } from './scratch.ts';

/** Dictionaries whose results are kept for one expression. */
const TABLES_MAX = 4;
/** A dictionary with more entries per row of the batch than this is not worth a table. */
const ENTRIES_PER_ROW = 2;

/** Evaluates the expressions that loops cannot compute into columns. */
export class Temporaries {
  readonly #ctx: TaskContext;
  readonly #scratch: Scratch;
  readonly #evaluations = new Map<Expr, Evaluation>();

  /** Results lie in `scratch`; those per dictionary entry live as long as the dictionary is used. */
  constructor(scratch: Scratch, ctx: TaskContext) {
    this.#ctx = ctx;
    this.#scratch = scratch;
  }

  /**
   * An expression over the rows of a batch that count: per dictionary entry when it reads nothing
   * but one dictionary-encoded column, else by kernels, else row by row.
   */
  evaluate(expr: Expr, batch: Batch): Evaluated {
    const evaluation = this.#evaluations.get(expr) ?? new Evaluation(expr, this.#ctx);
    this.#evaluations.set(expr, evaluation);
    const mapped = evaluation.mapped(batch);
    if (mapped !== null) return evaluation.by('dictionary', mapped);
    const column = runKernels(expr, batch, this.#scratch, this.#ctx.statement);
    if (column !== null) return evaluation.by('kernel', column);
    return evaluation.by('interpreted', evaluation.dense(batch, this.#scratch));
  }

  /** Frees the results per dictionary entry. */
  close(): void {
    for (const evaluation of this.#evaluations.values()) evaluation.close();
    this.#evaluations.clear();
  }
}

/** One expression that is evaluated row by row, or entry by entry. */
class Evaluation {
  readonly #expr: Expr;
  readonly #ctx: TaskContext;
  readonly #evaluate: RowEvaluator;
  /** The only column that the expression reads; null when there are several. */
  readonly #column: number | null;
  #form: ExpressionForm | null = null;
  /** Results by dictionary, the latest last; null when an entry fails. */
  readonly #tables = new Map<Column, { readonly table: Column | null; readonly memory: Scratch }>();

  constructor(expr: Expr, ctx: TaskContext) {
    this.#expr = expr;
    this.#ctx = ctx;
    this.#evaluate = compileRow(expr, ctx.statement);
    const inputs = inputsUsed(expr);
    this.#column = inputs.length === 1 && isDeterministic(expr) ? inputs[0]! : null;
  }

  /** Tells how the expression was evaluated, when that has changed; gives `evaluated` back. */
  by(form: ExpressionForm, evaluated: Evaluated): Evaluated {
    if (form !== this.#form) {
      this.#form = form;
      this.#ctx.metrics?.evaluates(form, (names) => printExpr(this.#expr, names));
    }
    return evaluated;
  }

  dense(batch: Batch, scratch: Scratch): Column {
    const { selection, columns } = batch;
    const rows = rowCount(batch);
    const builder = builderFor(this.#expr.type, scratch, rows);
    for (let i = 0; i < rows; i++) {
      builder.append(this.#evaluate(columns, selection === null ? i : selection[i]!));
    }
    return builder.finish();
  }

  mapped(batch: Batch): MappedColumn | null {
    const codes = this.#column === null ? undefined : batch.columns[this.#column];
    if (codes?.layout !== 'dictionary') return null;
    const { dictionary } = codes;
    const known = this.#tables.get(dictionary);
    if (known === undefined && dictionary.length > rowCount(batch) * ENTRIES_PER_ROW) return null;
    const table = known === undefined ? this.#addTable(codes) : known.table;
    return table === null ? null : { kind: 'mapped', codes, table };
  }

  #addTable(codes: DictionaryColumn): Column | null {
    if (this.#tables.size >= TABLES_MAX) {
      const [oldest] = this.#tables;
      if (oldest !== undefined) {
        oldest[1].memory.reset();
        this.#tables.delete(oldest[0]);
      }
    }
    const memory = new Scratch(this.#ctx.region);
    const table = this.#evaluateEntries(codes, memory);
    this.#tables.set(codes.dictionary, { table, memory });
    return table;
  }

  /** The results for all entries and for NULL; null when one fails, which may not be in a row. */
  #evaluateEntries(codes: DictionaryColumn, memory: Scratch): Column | null {
    const entries = codes.dictionary.length;
    const all = memory.int32(memory.alloc((entries + 1) * 4), entries + 1);
    for (let i = 0; i < entries; i++) all[i] = i;
    all[entries] = 0;
    const validity = allocBitmap(memory, entries + 1, 1);
    validity[entries >> 3]! &= ~(1 << (entries & 7));
    const values = new DictionaryColumn(
      codes.type,
      entries + 1,
      all,
      codes.dictionary,
      validity,
      1,
    );
    const columns: Column[] = [];
    columns[this.#column!] = values;
    const builder = builderFor(this.#expr.type, memory, entries + 1);
    try {
      for (let i = 0; i <= entries; i++) builder.append(this.#evaluate(columns, i));
    } catch {
      // If the entry is in a row that counts, evaluating the rows fails again.
      return null;
    }
    return builder.finish();
  }

  close(): void {
    for (const { memory } of this.#tables.values()) memory.dispose();
    this.#tables.clear();
  }
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { TableError } from '../../src/common/errors.ts';
import { createFilter } from '../../src/exec/compile/filter.ts';
import { createProjection } from '../../src/exec/compile/projection.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { call, inputRef, literal } from '../../src/expr/tree.ts';
import { DATETIME_UNITS } from '../../src/functions/datetime-fields.ts';
import type { ScalarFunctionDefinition } from '../../src/functions/definition.ts';
import { builtinDefinitions, lookupBuiltin } from '../../src/functions/registry.ts';
import { canCast } from '../../src/types/casts.ts';
import { type DataType, sameType } from '../../src/types/data-type.ts';
import { field, type Schema, schemaOf } from '../../src/types/schema.ts';
import { char } from '../../src/types/types.ts';
import { contextOf } from '../exec/task-context.ts';
import { columnOf, type Encoding, someValue, TESTED_TYPES } from './random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);
const STATEMENT = { timeZone: 'Europe/Berlin', now: 1_700_000_000_000_000_000n, config: new Map() };

const RUNS = Number(process.env['COMPILE_RUNS'] ?? 60);
const CONTROL = new Set(['AND', 'OR', 'COALESCE', 'IFNULL', 'IF']);
const definitions = builtinDefinitions()
  .filter((d): d is ScalarFunctionDefinition => d.kind === 'scalar')
  .filter((d) => d.lower !== null || d.kernel !== null || CONTROL.has(d.name))
  .filter((d) => d.name !== 'EXTRACT');

/** The signatures of a definition over the tested types that need no casts. */
/** Of three arguments only REPLACE takes any strings: the escape of LIKE is one character. */
function isReplaced({ name }: ScalarFunctionDefinition, type: DataType): boolean {
  return name === 'REPLACE' && type.kind === 'VARCHAR';
}

function signaturesOf(definition: ScalarFunctionDefinition): readonly (readonly DataType[])[] {
  const found: (readonly DataType[])[] = [];
  const tuples: (readonly DataType[])[] = TESTED_TYPES.flatMap((a) => [
    [a],
    ...TESTED_TYPES.map((b) => [a, b]),
    ...TESTED_TYPES.filter((b, i) => i < 12 || isReplaced(definition, b)).map((b) => [a, b, b]),
  ]);
  for (const types of tuples) {
    const literals = types.map(() => undefined);
    const inferred = definition.input.infer({ types, literals });
    if (inferred?.every((type, i) => sameType(type, types[i]!, false))) found.push(types);
  }
  return found;
}

interface Case {
  readonly types: readonly DataType[];
  readonly rows: readonly (readonly unknown[])[];
  readonly encoding: Encoding;
  readonly constants: readonly boolean[];
  readonly selection: readonly boolean[] | null;
}

function caseOf(signatures: readonly (readonly DataType[])[]): fc.Arbitrary<Case> {
  return fc.constantFrom(...signatures).chain((types) =>
    fc.record({
      types: fc.constant(types),
      rows: fc.oneof(
        fc.array(fc.tuple(...types.map(someValue)), { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(...types.map((t) => fc.option(someValue(t), { freq: 3 }))), {
          minLength: 1,
          maxLength: 70,
        }),
      ),
      encoding: fc.constantFrom<Encoding>('plain', 'plain', 'dictionary'),
      constants: fc.tuple(...types.map((_, i) => (i === 0 ? fc.constant(false) : fc.boolean()))),
      selection: fc.option(fc.array(fc.boolean(), { minLength: 70, maxLength: 70 })),
    }),
  );
}

function batchFor(c: Case, schema: Schema, region: Region): Batch {
  const columns = c.types.map((type, i) =>
    columnOf(
      type,
      c.rows.map((row) => row[i]),
      region,
      c.encoding,
    ),
  );
  const batch = batchOf(schema, columns);
  if (c.selection === null) return batch;
  const rows = [...c.rows.keys()].filter((row) => c.selection![row]);
  const selection = region.int32(region.alloc(rows.length * 4), rows.length);
  selection.set(rows);
  return { ...batch, selection };
}

/** The values of an expression for the rows that count, or the code of its error. */
function evaluate(expr: Expr, batch: Batch, region: Region, compile: boolean): unknown {
  const output = schemaOf([field('x', expr.type)]);
  const projection = createProjection(
    [expr],
    batch.schema,
    output,
    contextOf(region, { compile, statement: STATEMENT }),
  );
  try {
    const result = projection.project(batch);
    const column = result.columns[0]!;
    return Array.from({ length: result.length }, (_, i) => column.get(i));
  } catch (error) {
    return error instanceof TableError ? error.code : (error as Error).name;
  }
}

function select(expr: Expr, batch: Batch, region: Region, compile: boolean): unknown {
  const filter = createFilter(
    expr,
    batch.schema,
    contextOf(region, { compile, statement: STATEMENT }),
  );
  try {
    return [...filter.select(batch)];
  } catch (error) {
    return error instanceof TableError ? error.code : (error as Error).name;
  }
}

test('compiled and interpreted EXTRACT are equal', () => {
  const extract = lookupBuiltin('EXTRACT') as ScalarFunctionDefinition;
  const cases = DATETIME_UNITS.flatMap((unit) =>
    TESTED_TYPES.map((type) => ({ unit, type })).filter(({ unit, type }) => {
      return extract.input.infer({ types: [char(unit.length), type], literals: [unit, undefined] });
    }),
  );
  const arbitrary = fc
    .constantFrom(...cases)
    .chain(({ unit, type }) => fc.tuple(caseOf([[type]]), fc.constant(unit)));
  fc.assert(
    fc.property(arbitrary, ([c, unit]) => {
      using region = new Region(arena);
      const schema = schemaOf([field('c0', c.types[0]!)]);
      const batch = batchFor(c, schema, region);
      const args = [literal(char(unit.length), unit), inputRef(0, c.types[0]!)];
      const types = args.map((arg) => arg.type);
      const expr = call(extract, extract.output({ types, literals: [unit, undefined] }), args);
      expect(evaluate(expr, batch, region, true)).toEqual(evaluate(expr, batch, region, false));
    }),
    { numRuns: 10 * RUNS },
  );
});

test('compiled and interpreted casts are equal', () => {
  const pairs = TESTED_TYPES.flatMap((from) =>
    TESTED_TYPES.filter((to) => canCast(from, to)).map((to) => ({ from, to })),
  );
  const cases = fc
    .constantFrom(...pairs)
    .chain(({ from, to }) => fc.tuple(caseOf([[from]]), fc.constant(to), fc.boolean()));
  fc.assert(
    fc.property(cases, ([c, to, safe]) => {
      using region = new Region(arena);
      const schema = schemaOf([field('c0', c.types[0]!)]);
      const batch = batchFor(c, schema, region);
      const expr: Expr = { kind: 'Cast', type: to, input: inputRef(0, c.types[0]!), safe };
      expect(evaluate(expr, batch, region, true)).toEqual(evaluate(expr, batch, region, false));
    }),
    { numRuns: 10 * RUNS },
  );
});

describe('compiled and interpreted calls are equal', () => {
  test.for(definitions.map((d) => [d.name, d] as const))('%s', ([, definition]) => {
    const signatures = signaturesOf(definition);
    expect(signatures.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(caseOf(signatures), (c) => {
        using region = new Region(arena);
        const schema = schemaOf(c.types.map((type, i) => field(`c${i}`, type)));
        const batch = batchFor(c, schema, region);
        const args = c.types.map((type, i): Expr => {
          return c.constants[i] ? literal(type, c.rows[0]![i]) : inputRef(i, type);
        });
        const literals = args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined));
        const type = definition.output({ types: c.types, literals });
        const expr = call(definition, type, args);
        expect(evaluate(expr, batch, region, true)).toEqual(evaluate(expr, batch, region, false));
        if (type.kind !== 'BOOLEAN') return;
        expect(select(expr, batch, region, true)).toEqual(select(expr, batch, region, false));
      }),
      { numRuns: RUNS },
    );
  });
});

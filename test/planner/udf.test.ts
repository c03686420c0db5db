import { describe, expect, test } from 'vitest';
import type { FunctionDefinition } from '../../src/functions/definition.ts';
import { decodePlan, encodePlan } from '../../src/planner/physical/encode.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { physical, plan, udf } from './fixture.ts';

const functions: readonly FunctionDefinition[] = [udf('f'), udf('g'), udf('dice', false)];

describe('user-defined functions in plans', () => {
  test('arguments are computed below, the rest above', () => {
    expect(physical('SELECT a, f(a + 1, 2) * 10 AS x FROM t', { functions })).toBe(
      [
        'Calc(select=[a, ($u0 * 10) AS x])',
        '+- UdfCalc(calls=[f($a0, 2) AS $u0])',
        '   +- Calc(select=[a, (a + 1) AS $a0])',
        '      +- TableSourceScan(table=[[cat, db, t]], fields=[a, b, c])',
      ].join('\n'),
    );
  });

  test('cheap conditions come before those with user code, and both before the projection', () => {
    expect(physical('SELECT g(b) AS x FROM t WHERE f(a) > 1 AND b > 2', { functions })).toBe(
      [
        'Calc(select=[$u0 AS x])',
        '+- UdfCalc(calls=[g(b) AS $u0])',
        '   +- Calc(select=[b], where=[($u0 > 1)])',
        '      +- UdfCalc(calls=[f(a) AS $u0])',
        '         +- Calc(select=[b, a], where=[(b > 2)])',
        '            +- TableSourceScan(table=[[cat, db, t]], fields=[a, b, c])',
      ].join('\n'),
    );
  });

  test('calls inside calls go one after the other', () => {
    expect(physical('SELECT f(g(a)) AS x FROM t', { functions })).toBe(
      [
        'Calc(select=[$u0 AS x])',
        '+- UdfCalc(calls=[f($u0) AS $u0])',
        '   +- Calc(select=[$u0])',
        '      +- UdfCalc(calls=[g(a) AS $u0])',
        '         +- Calc(select=[a])',
        '            +- TableSourceScan(table=[[cat, db, t]], fields=[a, b, c])',
      ].join('\n'),
    );
  });

  test('the same call of a deterministic function is made once, of another one each time', () => {
    expect(physical('SELECT f(a) + f(a) AS x FROM t', { functions })).toContain(
      'UdfCalc(calls=[f(a) AS $u0])',
    );
    expect(physical('SELECT dice(a) + dice(a) AS x FROM t', { functions })).toContain(
      'UdfCalc(calls=[dice(a) AS $u0, dice(a) AS $u1])',
    );
  });

  test('a call that is shown and filtered by is made once', () => {
    const text = physical('SELECT x FROM (SELECT f(a) AS x FROM t) AS s WHERE x > 1', {
      functions,
    });
    expect(text.match(/UdfCalc/g)).toHaveLength(1);
  });

  test('a random call is neither moved below a filter nor merged with what reads it twice', () => {
    const text = physical('SELECT x, x + 1 FROM (SELECT dice(a) AS x, b FROM t) AS s WHERE x > 1', {
      functions,
    });
    expect(text.match(/UdfCalc/g)).toHaveLength(1);
  });

  test('conditions of inner joins', () => {
    const text = physical('SELECT t.a FROM t JOIN u ON t.a = u.a AND f(t.b + u.d) = 1', {
      functions,
    });
    expect(text).toContain('HashJoin(joinType=[inner], where=[a = a], build=[left])');
    expect(text).toContain('UdfCalc(calls=[f($a0) AS $u0])');
  });

  test('rows of VALUES', () => {
    expect(physical('VALUES (f(1)), (f(2))', { functions })).toContain('UdfCalc(calls=[f(1)');
  });
});

describe('plans as plain data', () => {
  const QUERIES = [
    "SELECT a, f(a), UPPER(c) || 'x' FROM t WHERE b IN (1, 2) AND c LIKE 'a%'",
    'SELECT s, COUNT(*), SUM(v) FROM big GROUP BY s ORDER BY s LIMIT 3',
    'SELECT * FROM t LEFT JOIN u ON t.a = u.a AND t.b > u.d',
    "VALUES (1, CAST(2 AS BIGINT), X'01ff', DATE '2020-01-01', 1.50)",
    'SELECT 1 FROM t JOIN u ON t.a < u.a UNION ALL SELECT a FROM t',
  ];

  test.each(QUERIES)('%s', (sql) => {
    const { physical: original } = plan(sql, { functions }, 2);
    const posted = structuredClone(encodePlan(original));
    expect(shape(decodePlan(posted))).toEqual(shape(original));
  });

  test("a user's function keeps what a worker needs of it", () => {
    const { physical: original } = plan('SELECT f(a) FROM t', { functions });
    const udfCalc = find(original, 'UdfCalc');
    const input: PhysicalPlan = {
      kind: 'ValuesScan',
      schema: udfCalc.inputs[0]!.schema,
      inputs: [],
      rows: 0,
      values: [],
    };
    const decoded = decodePlan(structuredClone(encodePlan({ ...udfCalc, inputs: [input] })));
    const { definition } = find(decoded, 'UdfCalc').calls[0]!.call;
    expect(definition.body).toEqual({ ...functions[0]!.body, target: null });
    expect(definition.name).toBe('f');
  });
});

function find<K extends PhysicalPlan['kind']>(node: PhysicalPlan, kind: K) {
  let current = node;
  while (current.kind !== kind) current = current.inputs[0]!;
  return current as Extract<PhysicalPlan, { kind: K }>;
}

/** A plan without what travels by name. */
function shape(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, field: unknown) => {
      if (key === 'definition') return (field as FunctionDefinition).name;
      if (key === 'source' || key === 'origin') return key;
      return typeof field === 'bigint' ? `${field}n` : field;
    }),
  );
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

async function rows(tEnv: TableEnvironment, sql: string): Promise<readonly (readonly unknown[])[]> {
  const result = await tEnv.executeSql(sql);
  return (await result.toArray({ rowFormat: 'array' })) as unknown as unknown[][];
}

const TAKEN: readonly string[] = ['k', 'm', 'ts', 'other', 'computed 1', 'file.path'];
const name = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((value) => value.trim() === value && !TAKEN.includes(value));
const text = fc.string({ maxLength: 12 });
const quoted = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const perhaps = (clause: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.option(clause, { nil: '' });
const comment = perhaps(text.map((value) => ` COMMENT ${literal(value)}`));
const type = fc.constantFrom(
  ...[
    'INT',
    'STRING',
    'DECIMAL(20, 3)',
    'TIMESTAMP(3)',
    'ARRAY<ROW<`a b` INT, c STRING NOT NULL>>',
  ],
  ...['MAP<STRING, BYTES> NOT NULL', 'CHAR(3)', 'INTERVAL DAY TO SECOND', 'MULTISET<BIGINT>'],
);
const properties = (keys: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.dictionary(keys, text, { minKeys: 1, maxKeys: 3 }).map((entries) =>
    Object.entries(entries)
      .map(([key, value]) => `${literal(key)} = ${literal(value)}`)
      .join(', '),
  );

const names = fc.uniqueArray(name, { minLength: 2, maxLength: 5 });

/** The parentheses of a table and what follows them. */
const table = names.chain((columns) =>
  fc
    .record({
      types: fc.array(fc.tuple(type, comment), { minLength: 5, maxLength: 5 }),
      computed: perhaps(
        comment.map((c) => `, ${quoted('computed 1')} AS ${quoted(columns[0]!)}${c}`),
      ),
      metadata: perhaps(
        fc.constantFrom(
          ', `file.path` STRING METADATA VIRTUAL',
          ", m STRING NOT NULL METADATA FROM 'file.name' VIRTUAL",
        ),
      ),
      watermark: perhaps(
        fc.constant(", ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND"),
      ),
      key: perhaps(fc.constant(`, CONSTRAINT ${quoted('my key')} PRIMARY KEY (k) NOT ENFORCED`)),
      comment,
      distribution: perhaps(
        fc.constantFrom(
          ...[' DISTRIBUTED INTO 3 BUCKETS', ' DISTRIBUTED BY (k) INTO 4 BUCKETS'],
          ...[' DISTRIBUTED BY HASH (k)', ' DISTRIBUTED BY RANGE (k) INTO 2 BUCKETS'],
        ),
      ),
      partitions: perhaps(fc.constant(' PARTITIONED BY (k)')),
    })
    .map((t) => {
      const physical = columns.map((c, i) => `${quoted(c)} ${t.types[i]!.join('')}`).join(', ');
      return {
        elements: `(k INT, ${physical}${t.computed}${t.metadata}${t.watermark}${t.key})`,
        clauses: `${t.comment}${t.distribution}${t.partitions}`,
      };
    }),
);

/** What makes an object of each kind that SHOW CREATE knows. */
const objects: Readonly<Record<string, fc.Arbitrary<string>>> = {
  TABLE: fc.tuple(fc.boolean(), table, fc.boolean()).map(
    ([temporary, { elements, clauses }, connected]) =>
      `CREATE ${temporary ? 'TEMPORARY ' : ''}TABLE x ${elements}${clauses}
         ${connected ? 'USING CONNECTION shared' : ''}
         WITH ('connector' = 'filesystem', 'path' = '/tmp', 'format' = 'csv')`,
  ),
  'MATERIALIZED TABLE': fc
    .record({
      comment,
      partitions: perhaps(fc.constant(' PARTITIONED BY (k)')),
      freshness: perhaps(
        fc.constantFrom(" FRESHNESS = INTERVAL '30' SECOND", " FRESHNESS = INTERVAL '1' DAY"),
      ),
      mode: perhaps(fc.constant(' REFRESH_MODE = FULL')),
      elements: perhaps(
        fc.constantFrom('(v, k)', '(PRIMARY KEY (k) NOT ENFORCED)', '(twice AS k * 2, v STRING)'),
      ),
    })
    .map(
      (m) =>
        `CREATE MATERIALIZED TABLE x ${m.elements}${m.comment}${m.partitions}${m.freshness}${m.mode}
         AS SELECT k, v FROM base WHERE v <> '''' OR k IN (SELECT k FROM base)`,
    ),
  VIEW: fc
    .tuple(
      fc.boolean(),
      perhaps(fc.tuple(name, comment, comment).map(([n, a, b]) => `(${quoted(n)}${a}, other${b})`)),
      comment,
    )
    .map(
      ([temporary, columns, about]) =>
        `CREATE ${temporary ? 'TEMPORARY ' : ''}VIEW x ${columns}${about}
         AS WITH q AS (SELECT * FROM base) SELECT k, v AS ${quoted('a b')} FROM q`,
    ),
  MODEL: fc.tuple(fc.boolean(), names, comment, comment, properties(name)).map(
    ([temporary, columns, a, b, options]) =>
      `CREATE ${temporary ? 'TEMPORARY ' : ''}MODEL x
         INPUT (${quoted(columns[0]!)} STRING${a}) OUTPUT (${quoted(columns[1]!)} ARRAY<FLOAT>)${b}
         WITH (${options}, 'provider' = 'p')`,
  ),
  CONNECTION: fc
    .tuple(fc.constantFrom('', 'TEMPORARY ', 'TEMPORARY SYSTEM '), comment, properties(name))
    .filter(([, , options]) => !/password|secret|token|api-?key|basic-auth/i.test(options))
    .map(([scope, about, options]) => `CREATE ${scope}CONNECTION x${about} WITH (${options})`),
  CATALOG: fc.tuple(perhaps(name.map((n) => ` COMMENT ${literal(n)}`)), name).map(
    ([about, database]) =>
      `CREATE CATALOG x${about}
         WITH ('default-database' = ${literal(database)}, 'type' = 'generic_in_memory')`,
  ),
};

test.each(Object.keys(objects))('SHOW CREATE %s makes the same object again', async (object) => {
  const described = object.endsWith('TABLE') || object === 'VIEW' ? 'TABLE' : object;
  const look = async (tEnv: TableEnvironment): Promise<unknown> => [
    await rows(tEnv, `SHOW CREATE ${object} x`),
    await rows(tEnv, `DESCRIBE ${described} ${object === 'CATALOG' ? 'EXTENDED' : ''} x`),
  ];
  const prepared = async (create: string): Promise<TableEnvironment> => {
    const tEnv = TableEnvironment.create();
    await tEnv.executeSql('CREATE TABLE base (k INT, v STRING)');
    await tEnv.executeSql("CREATE CONNECTION shared WITH ('csv.field-delimiter' = ';')");
    await tEnv.executeSql(create);
    return tEnv;
  };
  await fc.assert(
    fc.asyncProperty(objects[object]!, async (create) => {
      await using first = await prepared(create);
      const before = await look(first);
      const [[shown]] = (await rows(first, `SHOW CREATE ${object} x`)) as [[string]];
      await using second = await prepared(shown);
      expect(await look(second)).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

import { col, type Table, TableEnvironment } from '../../src/index.ts';
import type { MicroCase } from '../run.ts';

/** Plans in one run: the time of a single one is too short to be taken. */
const PLANS = 200;

const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
await tEnv.executeSql(
  'CREATE TABLE sales (id BIGINT, customer STRING, price DOUBLE, quantity INT)',
);
const sales = tEnv.from('sales');
let next = 0;

/** Five operations with a constant that no plan before had. */
export function tableApiPlan(constant: number): Table {
  return sales
    .where(col('price').isGreater(constant).and(col('customer').isNotNull()))
    .addColumns(col('price').times(col('quantity')).as('total'))
    .groupBy(col('customer'))
    .select(col('customer'), col('total').sum().as('total'), col('id').count().as('n'))
    .orderBy(col('total').desc())
    .fetch(10);
}

/** The same as a text, which is new each time. */
export function sqlPlan(constant: number): Table {
  return tEnv.sqlQuery(`SELECT customer, SUM(total) AS total, COUNT(id) AS n
    FROM (SELECT *, price * quantity AS total FROM sales WHERE price > ${constant} AND customer IS NOT NULL)
    GROUP BY customer ORDER BY total DESC LIMIT 10`);
}

/** Plans that are built in a loop. */
export const planCases: readonly MicroCase[] = [
  { name: 'Table API, five operations', of: PLANS, run: () => loop(tableApiPlan) },
  { name: 'SQL, the same in a text', of: PLANS, run: () => loop(sqlPlan) },
];

/** Ends the environment of the suite. */
export const closePlans = (): Promise<void> => tEnv.close();

function loop(plan: (constant: number) => Table): void {
  for (let i = 0; i < PLANS; i++) plan(next++);
}

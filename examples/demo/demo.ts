// Three million real flights (Parquet) joined with the airports (CSV), with two TypeScript
// functions in the SQL. Run: npm run demo
import { fileURLToPath } from 'node:url';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const data = new URL('../../node_modules/vega-datasets/data/', import.meta.url);
const file = (name: string): string => fileURLToPath(new URL(name, data));

/** Great-circle distance in miles between two places given in degrees. */
const miles = udf(
  (lat1: number, lon1: number, lat2: number, lon2: number) => {
    const radians = Math.PI / 180;
    const a =
      Math.sin(((lat2 - lat1) * radians) / 2) ** 2 +
      Math.cos(lat1 * radians) *
        Math.cos(lat2 * radians) *
        Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
    return 7917.5 * Math.asin(Math.sqrt(a));
  },
  {
    inputTypes: [DataTypes.DOUBLE(), DataTypes.DOUBLE(), DataTypes.DOUBLE(), DataTypes.DOUBLE()],
    resultType: DataTypes.DOUBLE(),
  },
);

/** `PHL` and `Philadelphia` as `Philadelphia (PHL)`. */
const place = udf(
  (code: string, city: string | null) => (city === null ? code : `${city} (${code})`),
  {
    inputTypes: [DataTypes.STRING(), DataTypes.STRING()],
    resultType: DataTypes.STRING(),
  },
);

const started = performance.now();
const tEnv = TableEnvironment.create();
tEnv.createTemporarySystemFunction('miles', miles);
tEnv.createTemporarySystemFunction('place', place);

async function show(title: string, sql: string): Promise<void> {
  const from = performance.now();
  const result = await tEnv.executeSql(sql);
  console.log(`\n${title}`);
  await result.print();
  console.log(`${(performance.now() - from).toFixed(0)} ms`);
}

try {
  // Columns and types come from the files.
  await tEnv.executeSql(
    `CREATE TABLE flights WITH ('connector' = 'filesystem', 'path' = '${file('flights-3m.parquet')}', 'format' = 'parquet')`,
  );
  await tEnv.executeSql(
    `CREATE TABLE airports WITH ('connector' = 'filesystem', 'path' = '${file('airports.csv')}', 'format' = 'csv', 'csv.header' = 'true')`,
  );

  await show(
    'The airports with the longest delays (at least 10 000 departures)',
    `SELECT place(f.origin, MAX(a.city)) AS airport, COUNT(*) AS flights,
            CAST(AVG(CAST(f.delay AS DOUBLE)) AS DECIMAL(6, 1)) AS mean_delay
     FROM flights AS f JOIN airports AS a ON f.origin = a.iata
     GROUP BY f.origin
     HAVING COUNT(*) >= 10000
     ORDER BY mean_delay DESC
     LIMIT 8`,
  );

  await show(
    'How far the published distances are from the great circle',
    `SELECT place(origin, origin_city) AS \`from\`, place(destination, destination_city) AS \`to\`,
            distance, CAST(circle AS DECIMAL(6, 1)) AS great_circle, flights
     FROM (
       SELECT f.origin, o.city AS origin_city, f.destination, d.city AS destination_city, f.distance,
              miles(o.latitude, o.longitude, d.latitude, d.longitude) AS circle, f.flights
       FROM (SELECT origin, destination, distance, COUNT(*) AS flights
             FROM flights GROUP BY origin, destination, distance) AS f
       JOIN airports AS o ON f.origin = o.iata
       JOIN airports AS d ON f.destination = d.iata
     )
     WHERE flights > 1000
     ORDER BY ABS(circle - distance) DESC
     LIMIT 8`,
  );

  await show(
    'Delays through the day',
    `SELECT EXTRACT(HOUR FROM \`date\`) AS hour_of_day, COUNT(*) AS flights,
            CAST(AVG(CAST(delay AS DOUBLE)) AS DECIMAL(6, 1)) AS mean_delay
     FROM flights
     GROUP BY EXTRACT(HOUR FROM \`date\`)
     ORDER BY hour_of_day`,
  );
} finally {
  await tEnv.close();
}
console.log(
  `\n3,000,000 flights, three queries, ${((performance.now() - started) / 1000).toFixed(1)} s in all.`,
);

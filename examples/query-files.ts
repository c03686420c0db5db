// Files without ceremony: a path in FROM is read, columns and types come from the file.
import { fileURLToPath } from 'node:url';
import { TableEnvironment } from '../src/index.ts';

const path = fileURLToPath(import.meta.resolve('vega-datasets')).replace(
  /build.*$|src.*$/,
  'data/',
);

const tEnv = TableEnvironment.create();
try {
  const movies = await tEnv.executeSql(
    `SELECT \`Major Genre\` AS genre, COUNT(*) AS movies, CAST(AVG(\`IMDB Rating\`) AS DECIMAL(4, 2)) AS rating
     FROM \`${path}movies.json\`
     WHERE \`IMDB Rating\` IS NOT NULL AND \`Major Genre\` IS NOT NULL
     GROUP BY \`Major Genre\` ORDER BY rating DESC LIMIT 5`,
  );
  await movies.print();
} finally {
  await tEnv.close();
}

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage } from './configuration-page.ts';
import { expressionsPage } from './expressions-page.ts';
import { fromPyFlinkPage } from './from-pyflink-page.ts';
import { functionsPage } from './functions-page.ts';
import { generatedFiles } from './table-api.ts';
import { typesPage } from './types-page.ts';

const root = path.join(import.meta.dirname, '..');
const docs = path.join(root, 'docs');
const generated = path.join(root, 'src/table/expressions/generated');

writeFileSync(path.join(docs, 'configuration.md'), configurationPage());
writeFileSync(path.join(docs, 'functions.md'), functionsPage());
writeFileSync(path.join(docs, 'types.md'), await typesPage());
writeFileSync(path.join(docs, 'expressions.md'), expressionsPage());
writeFileSync(path.join(docs, 'from-pyflink.md'), fromPyFlinkPage());
mkdirSync(generated, { recursive: true });
for (const [name, text] of generatedFiles()) writeFileSync(path.join(generated, name), text);

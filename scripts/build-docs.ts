import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiReport } from './api-report.ts';
import { configurationPage } from './configuration-page.ts';
import { publicDeclarations } from './declarations.ts';
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

// After the sources that it is made of.
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-docs-'));
writeFileSync(path.join(docs, 'api-report.d.ts'), apiReport(await publicDeclarations(folder)));
rmSync(folder, { recursive: true });

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationPage } from './configuration-page.ts';
import { functionsPage } from './functions-page.ts';
import { typesPage } from './types-page.ts';

const docs = path.join(import.meta.dirname, '../docs');
writeFileSync(path.join(docs, 'configuration.md'), configurationPage());
writeFileSync(path.join(docs, 'functions.md'), functionsPage());
writeFileSync(path.join(docs, 'types.md'), await typesPage());

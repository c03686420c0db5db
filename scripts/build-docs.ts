import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { functionsPage } from './functions-page.ts';

writeFileSync(path.join(import.meta.dirname, '../docs/functions.md'), functionsPage());

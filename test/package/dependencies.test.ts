import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** Development dependencies whose code the build puts into the package. */
const BUNDLED = ['acorn', 'chevrotain'];

test('every runtime dependency is imported by the sources, and nothing else is', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Readonly<
    Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >;
  const used = new Set<string>();
  for (const file of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.as.ts')) continue;
    const text = readFileSync(path.join(root, 'src', file), 'utf8');
    // Types alone are no use: what declarations name is found by type-checking the package.
    const imports = text.replaceAll(/^(import|export) type [^;]*;/gm, '');
    const names = imports.matchAll(
      /(?:from |import\(|loadPackage(?:<[^(]*>)?\()\s*'([^'./][^']*)'/g,
    );
    for (const [, name = ''] of names) {
      if (!name.startsWith('node:') && !name.startsWith('millrace'))
        used.add(name.split('/')[0] ?? '');
    }
  }
  expect([...used].sort()).toEqual([...Object.keys(manifest.dependencies), ...BUNDLED].sort());
  for (const name of BUNDLED) expect(manifest.devDependencies).toHaveProperty(name);
});

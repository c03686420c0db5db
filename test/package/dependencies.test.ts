import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

test('every runtime dependency is imported by the sources, and nothing else is', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const used = new Set<string>();
  for (const file of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.as.ts')) continue;
    const text = readFileSync(path.join(root, 'src', file), 'utf8');
    const names = text.matchAll(
      /(?:from |import\(|require\(import\.meta\.url\)\(|require\()\s*'([^'./][^']*)'/g,
    );
    for (const [, name = ''] of names) {
      if (!name.startsWith('node:') && !name.startsWith('millrace'))
        used.add(name.split('/')[0] ?? '');
    }
  }
  expect([...used].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

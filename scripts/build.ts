import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type OutputAsset, type OutputChunk, rolldown } from 'rolldown';
import { writeDeclarations } from './declarations.ts';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
await writeDeclarations(dist);

// Entries over shared chunks in one folder, so that worker and child lie beside whatever starts
// them. One file per source costs 0.2 s at every start: some 480 modules instead of 10. Other
// packages go into the chunks if they are development dependencies.
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const bundle = await rolldown({
  cwd: root,
  input: {
    // An entry of its own, so that it runs before the chunks that need a newer Node.
    'require-node': 'src/common/require-node.ts',
    index: 'src/index.ts',
    worker: 'src/exec/pool/worker.ts',
    child: 'src/exec/child/child.ts',
    main: 'src/cli/start.ts',
  },
  platform: 'node',
  // The oldest Node that `engines` allows has no `using`.
  transform: { target: 'node22.18' },
  external: Object.keys(manifest.dependencies),
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  chunkFileNames: 'chunk-[hash].js',
});
await bundle.close();
chmodSync(path.join(dist, 'main.js'), 0o755);
writeFileSync(path.join(dist, 'LICENSES.txt'), licences(output));

/** The licences of the packages whose code is in the chunks. */
function licences(files: readonly (OutputChunk | OutputAsset)[]): string {
  const folders = new Set<string>();
  for (const file of files) {
    for (const id of file.type === 'chunk' ? file.moduleIds : []) {
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(folder, 'package.json'), 'utf8'),
    ) as Readonly<Record<'name' | 'version' | 'license', string>>;
    const text = ['LICENSE', 'LICENSE.txt', 'LICENSE.md']
      .map((file) => path.join(folder, file))
      .find((file) => existsSync(file));
    const whole = text === undefined ? '' : `\n${readFileSync(text, 'utf8').trim()}\n`;
    return `${name} ${version}, ${license}\n${whole}`;
  });
  return `This package contains code of:\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

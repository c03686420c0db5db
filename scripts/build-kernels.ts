import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from 'assemblyscript/asc';

const FOLDER = path.join(import.meta.dirname, '../src/columnar/kernels');
const OUTPUT = path.join(FOLDER, 'library.wasm.ts');
/** Characters of base64 on a line of the output. */
const LINE = 100;

/** Compiles the kernel library and returns the module's bytes. */
export async function compileKernels(): Promise<Uint8Array> {
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await main(
    [
      'library.as.ts',
      '--outFile',
      'library.wasm',
      ...['--runtime', 'stub', '--use', 'abort='],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
      ...['--noAssert', '-O3', '--noColors'],
    ],
    {
      readFile: (name) => {
        try {
          return readFileSync(path.join(FOLDER, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`${stderr.toString()}${error.message}`);
  if (wasm === null) throw new Error('the compiler wrote no module');
  return wasm;
}

/** The source of `library.wasm.ts` for a module. */
export function sourceOf(wasm: Uint8Array): string {
  const base64 = Buffer.from(wasm).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `/** The kernel library, built from \`*.as.ts\` by \`npm run build:kernels\`; base64. */
export const LIBRARY_BASE64: string =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

if (import.meta.main) {
  const wasm = await compileKernels();
  writeFileSync(OUTPUT, sourceOf(wasm));
  console.log(`${path.relative(process.cwd(), OUTPUT)}: ${wasm.length} bytes of WebAssembly`);
}

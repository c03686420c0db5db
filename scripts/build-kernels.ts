import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from 'assemblyscript/asc';

const FOLDER = path.join(import.meta.dirname, '../src/columnar/kernels');
/** The modules: entry file `<name>.as.ts`, and the constant that its build is exported as. */
const MODULES = { library: 'LIBRARY_BASE64', formats: 'FORMATS_BASE64' } as const;
/** The name of a module. */
export type KernelModule = keyof typeof MODULES;
/** Characters of base64 on a line of the output. */
const LINE = 100;

/** Compiles a kernel library and returns the module's bytes. */
export async function compileKernels(name: KernelModule = 'library'): Promise<Uint8Array> {
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await main(
    [
      `${name}.as.ts`,
      '--outFile',
      `${name}.wasm`,
      ...['--runtime', 'stub', '--use', 'abort='],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
      ...['--noAssert', '-O3', '--noColors'],
    ],
    {
      readFile: (file) => {
        try {
          return readFileSync(path.join(FOLDER, file), 'utf8');
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

/** The source of `<name>.wasm.ts` for a module. */
export function sourceOf(wasm: Uint8Array, name: KernelModule): string {
  const base64 = Buffer.from(wasm).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `/** The kernels of \`${name}.as.ts\`, built by \`npm run build:kernels\`; base64. */
export const ${MODULES[name]}: string =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

if (import.meta.main) {
  for (const name of ['library', 'formats'] as const) {
    const wasm = await compileKernels(name);
    const output = path.join(FOLDER, `${name}.wasm.ts`);
    writeFileSync(output, sourceOf(wasm, name));
    console.log(`${path.relative(process.cwd(), output)}: ${wasm.length} bytes of WebAssembly`);
  }
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileKernels } from '../../scripts/build-kernels.ts';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { kernelsFor } from '../../src/columnar/kernels/library.ts';
import { LIBRARY_BASE64 } from '../../src/columnar/kernels/library.wasm.ts';

describe('the kernel library', () => {
  test('is the build of its sources', async () => {
    const wasm = await compileKernels();
    const same = Buffer.from(wasm).toString('base64') === LIBRARY_BASE64;
    expect(same, 'run `npm run build:kernels`').toBe(true);
  });

  test('has no state of its own', () => {
    const module = new WebAssembly.Module(Buffer.from(LIBRARY_BASE64, 'base64'));
    const sections = [5, 6, 8, 11].map((id) => [id, sectionOf(LIBRARY_BASE64, id)]);
    // No memory, globals, start function or data; it takes over the memory that it is given.
    expect(sections).toEqual([5, 6, 8, 11].map((id) => [id, false]));
    expect(module).toBeDefined();
  });

  test('exports what its face names', () => {
    const face = readFileSync(new URL('../../src/columnar/kernels/library.ts', import.meta.url));
    const names = [...face.toString().matchAll(/^ {2}\| '(\w+)'/gm)].map(([, name]) => name);
    const library = Object.keys(kernelsFor(Arena.create(0)));
    expect(library.filter((name) => name !== 'memory').sort()).toEqual(names.sort());
  });

  test('works on arenas of any size, one instance each', () => {
    const small = Arena.create(0);
    const large = Arena.create(4 * 1024 ** 3);
    expect(kernelsFor(small)).toBe(kernelsFor(small));
    expect(kernelsFor(small)).not.toBe(kernelsFor(large));
    const address = large.allocatePages(1, large.newOwner());
    kernelsFor(large).iota(3, address);
    expect([...new Int32Array(large.buffer, address, 3)]).toEqual([0, 1, 2]);
  });
});

/** Whether a module has a section of this id. */
function sectionOf(base64: string, wanted: number): boolean {
  const bytes = Buffer.from(base64, 'base64');
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (id === wanted) return true;
    at += size;
  }
  return false;
}

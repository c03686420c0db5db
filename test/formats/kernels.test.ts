import { expect, test } from 'vitest';
import { compileKernels } from '../../scripts/build-kernels.ts';
import { FORMATS_BASE64 } from '../../src/columnar/kernels/formats.wasm.ts';

test('the kernels of the formats are the build of their sources', async () => {
  const wasm = await compileKernels('formats');
  const same = Buffer.from(wasm).toString('base64') === FORMATS_BASE64;
  expect(same, 'run `npm run build:kernels`').toBe(true);
});

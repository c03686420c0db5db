import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { removeFolder, TemporaryFolder } from '../../src/exec/temporary-folder.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, rm: vi.fn(real.rm) };
});

const place = mkdtempSync(path.join(tmpdir(), 'folders-'));
afterAll(() => rmSync(place, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

function filled(folder: string): string {
  mkdirSync(path.join(folder, 'stage'), { recursive: true });
  writeFileSync(path.join(folder, 'stage', 'rows'), 'x');
  return folder;
}

test('a folder is gone when its removal resolves, and so are those of dead processes', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const dead = filled(path.join(place, `millrace-${pid}-x`));
  const alive = filled(path.join(place, `millrace-${process.ppid}-x`));
  const other = filled(path.join(place, 'others'));
  const folder = new TemporaryFolder(place);
  filled(folder.path);
  await Promise.all([folder.remove(), folder.remove()]);
  expect([folder.path, dead, alive, other].map((name) => existsSync(name))).toEqual([
    ...[false, false],
    ...[true, true],
  ]);
  await folder.remove();
});

test('a folder that nobody asked for is no work', async () => {
  const listeners = process.listenerCount('exit');
  const folder = new TemporaryFolder(place);
  await folder.remove();
  expect(path.basename(folder.path)).toContain(`millrace-${process.pid}-`);
  expect(process.listenerCount('exit')).toBe(listeners + 1);
  await folder.remove();
  expect(process.listenerCount('exit')).toBe(listeners);
});

test('a folder that cannot be removed is a warning', async () => {
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  vi.mocked(rm).mockRejectedValueOnce(new Error('it is busy'));
  const folder = filled(path.join(place, 'busy'));
  await removeFolder(folder);
  expect(warnings.mock.calls).toEqual([
    [`The temporary folder '${folder}' stays where it is: it is busy`],
  ]);
});

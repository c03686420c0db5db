import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const PROGRAM = path.join(import.meta.dirname, 'debugged.ts');
const LINES = readFileSync(PROGRAM, 'utf8').split('\n');

/** Where a text of the program stands, from 1. */
function lineOf(text: string): number {
  return LINES.findIndex((line) => line.includes(text)) + 1;
}

/** What the program prints when it calls a function, on the calling thread or in workers. */
async function printed(fn: string, where: 'here' | 'worker'): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, fn, where]);
  return stdout;
}

test('a breakpoint in a function that runs inline stops there, and sees its variables', async () => {
  const session = new Session();
  session.connect();
  await using env = TableEnvironment.create();
  const offset = 10;
  const added = (n: number): number => {
    const sum = n + offset;
    return sum;
  };
  const fn = udf([DataTypes.INT().notNull()], DataTypes.INT(), added, { execution: 'inline' });
  env.createTemporarySystemFunction('added', fn);
  const seen: unknown[] = [];
  try {
    await session.post('Debugger.enable');
    Object.assign(globalThis, { $added: added });
    const { result } = await session.post('Runtime.evaluate', { expression: '$added' });
    await session.post('Debugger.setBreakpointOnFunctionCall', { objectId: result.objectId! });
    session.on('Debugger.paused', ({ params }) => {
      const [frame] = params.callFrames;
      seen.push(frame?.functionName);
      const { callFrameId } = frame!;
      session
        .post('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'n' })
        .then(({ result: n }) => seen.push(n.value));
    });
    const result3 = await env.executeSql('SELECT added(n) FROM (VALUES (1), (2)) AS t(n)');
    expect(await result3.toArray({ rowFormat: 'array' })).toEqual([[11], [12]]);
  } finally {
    Reflect.deleteProperty(globalThis, '$added');
    session.disconnect();
  }
  expect(seen.filter((it) => typeof it === 'string')).toEqual(['added', 'added']);
  expect(seen.filter((it) => typeof it === 'number')).toEqual([1, 2]);
});

describe('stack traces point to the lines of the user, and console.log reaches the console', () => {
  test('inline', async () => {
    const stdout = await printed('checked', 'here');
    expect(stdout).toContain('checked 1\n');
    expect(stdout).toContain('RangeError: too high: 3');
    expect(stdout).toContain(`debugged.ts:${lineOf('throw new RangeError(`too high')}:`);
  });

  test.each(['here', 'worker'] as const)('of a module: %s', async (where) => {
    const stdout = await printed('in_module', where);
    expect(stdout).toContain('worker 1\n');
    expect(stdout).toContain(`debugged.ts:${lineOf('if (n > 2)')}:`);
  });

  test.each(['here', 'worker'] as const)('of a text: %s', async (where) => {
    const stdout = await printed('in_text', where);
    expect(stdout).toContain('worker 1\n');
    expect(stdout).toContain(`debugged.ts:${lineOf('if (n > 2)')}:20`);
  });

  test('of a method, behind types that are stripped', async () => {
    expect(await printed('in_object', 'worker')).toContain(
      `debugged.ts:${lineOf('of an object')}:`,
    );
  });
});

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const main = path.join(import.meta.dirname, '../../src/cli/start.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

async function cli(...args: readonly string[]): Promise<Outcome> {
  try {
    const done = await promisify(execFile)(process.execPath, [main, ...args]);
    return { ...done, code: 0 };
  } catch (error) {
    return error as Outcome;
  }
}

function withInput(input: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    child.on('close', (code) => resolve({ stdout, stderr, code: code ?? -1 }));
    child.stdin.end(input);
  });
}

/** The shell, as on a terminal, and what it prints until the input makes it leave. */
function shell(input: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const terminal = 'data:text/javascript,process.stdin.isTTY = true';
    const env = { ...process.env, HOME: folder };
    const child = spawn(process.execPath, ['--import', terminal, main], { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    child.on('close', (code) => resolve({ stdout, stderr, code: code ?? -1 }));
    child.stdin.write(input);
  });
}

describe('the shell', () => {
  test.each(['\\q', 'EXIT;'])(
    'runs what was typed before %s, and nothing behind it',
    async (leave) => {
      const { stdout, stderr, code } = await shell(
        `SELECT 1 AS a,\n 2 AS b;\n${leave}\nSELECT 3 AS c;\n`,
      );
      expect(stdout).toContain('| a | b |');
      expect(stdout).not.toContain('| c |');
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
  );
});

describe('the command line', () => {
  test('runs statements and prints tables', async () => {
    const { stdout, code } = await cli('-e', "SELECT 1 + 1 AS two, 'x' AS s; SELECT 3 AS three");
    expect(code).toBe(0);
    expect(stdout).toContain('| two | s |');
    expect(stdout).toContain('| three |');
    expect(stdout).toContain('1 row in set');
  });

  test('says when there is no file of functions', async () => {
    const { stderr, code } = await cli('--udf', 'missing.ts', '-e', 'SELECT 1');
    expect(code).toBe(2);
    expect(stderr).toContain("The file 'missing.ts' cannot be used: there is no such file.");
    expect(stderr).not.toContain('    at ');
  });

  test('writes csv and json', async () => {
    const sql = `SELECT 9007199254740993 AS big, 'a "b", c' AS s, CAST(NULL AS INT) AS n, DATE '2024-01-02' AS d`;
    expect((await cli('-e', sql, '--format', 'csv')).stdout).toBe(
      'big,s,n,d\n9007199254740993,"a ""b"", c",,2024-01-02\n',
    );
    expect((await cli('-e', sql, '--format', 'json')).stdout).toBe(
      '{"big":"9007199254740993","s":"a \\"b\\", c","n":null,"d":"2024-01-02"}\n',
    );
  });

  test.each(['csv', 'json'])('%s has the rows of queries alone', async (format) => {
    const sql = `CREATE TABLE t AS SELECT 1 AS a; INSERT INTO t VALUES (2), (3);
      UPDATE t SET a = 0 WHERE a > 1; EXECUTE STATEMENT SET BEGIN INSERT INTO t VALUES (4); END;
      SELECT SUM(a) AS s FROM t;`;
    const { stdout, stderr } = await cli('-e', sql, '--format', format);
    expect(stdout).toBe(format === 'csv' ? 's\n5\n' : '{"s":5}\n');
    const name = 'default_catalog.default_database.t';
    expect(stderr).toBe([1, 2, 2, 1].map((n) => `[OK] ${name}: ${n}\n`).join(''));
  });

  test('runs files and standard input, with options', async () => {
    const file = path.join(folder, 'script.sql');
    writeFileSync(
      file,
      'CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1), (2);\n-- the sum\nSELECT SUM(a) AS s FROM t;',
    );
    expect((await cli('-f', file, '--format', 'csv')).stdout).toBe('s\n3\n');
    const wrong = path.join(folder, 'wrong.sql');
    writeFileSync(wrong, 'SELECT 1;\n-- a remark\nSELECT 2,\n  nope;\n');
    const failed = await cli('-f', wrong, '--format', 'csv');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('(line 4, column 3)\n  4 │   nope\n        ^^^^');
    const zone = await withInput(
      'SET;',
      '-D',
      'table.local-time-zone=Asia/Tokyo',
      '--format',
      'csv',
    );
    expect(zone.stdout).toContain('table.local-time-zone,Asia/Tokyo');
  });

  test('registers the functions of a module', async () => {
    const file = path.join(folder, 'functions.ts');
    const index = path.join(import.meta.dirname, '../../src/index.ts');
    writeFileSync(
      file,
      `import { DataTypes, udf } from '${index}';
       const MARK = '!';
       export const shout = udf((s: string) => s.toUpperCase() + MARK, { inputTypes: [DataTypes.STRING()], resultType: DataTypes.STRING() });`,
    );
    const { stdout } = await cli(
      '--udf',
      file,
      '-e',
      "SELECT shout('hey') AS s",
      '--format',
      'csv',
    );
    expect(stdout).toBe('s\nHEY!\n');
  });

  test('says when a module has no functions', async () => {
    const file = path.join(folder, 'plain.mjs');
    writeFileSync(file, 'export const twice = (x) => 2 * x;');
    const { stderr, code } = await cli('--udf', file, '-e', 'SELECT twice(1)');
    expect(code).toBe(2);
    expect(stderr).toContain('none of its exports was made by udf(...)');
  });

  test('ends with 1 at a wrong statement, after saying where it is wrong', async () => {
    const { stderr, code, stdout } = await cli(
      '-e',
      'SELECT nme FROM (VALUES (1)) AS t(name); SELECT 2',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('COLUMN_NOT_FOUND');
    expect(stderr).toContain('^^^');
    expect(stderr).toContain("Did you mean 'name'?");
    expect(stdout).toBe('');
  });

  test('ends with 2 at wrong options and missing files', async () => {
    expect((await cli('--format', 'xml')).code).toBe(2);
    expect((await cli('--nonsense')).code).toBe(2);
    const missing = await cli('-f', path.join(folder, 'missing.sql'));
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/missing\.sql' cannot be used: there is no such file/);
    expect(missing.stderr).not.toContain('    at ');
  });

  test('says its version and its help', async () => {
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await cli('--help')).stdout).toContain('--execute SQL');
  });
});

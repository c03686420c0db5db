import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = path.join(import.meta.dirname, '../src');
const LINES_MAX = 400;

/** Who may import whom: folders of `src`, arrows pointing down only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  common: [],
  types: ['common'],
  columnar: ['types', 'common'],
  functions: ['columnar', 'types', 'common'],
  formats: ['functions', 'columnar', 'types', 'common'],
  parser: ['common'],
  expr: ['functions', 'columnar', 'types', 'common'],
  catalog: ['functions', 'columnar', 'types', 'common'],
  udf: ['functions', 'columnar', 'types', 'common'],
  connectors: ['formats', 'catalog', 'expr', 'functions', 'columnar', 'types', 'common'],
  planner: ['connectors', 'catalog', 'parser', 'expr', 'functions', 'columnar', 'types', 'common'],
  exec: [
    'planner/physical',
    'udf',
    'connectors',
    'expr',
    'functions',
    'columnar',
    'types',
    'common',
  ],
  table: [
    'exec',
    'planner',
    'udf',
    'connectors',
    'formats',
    'catalog',
    'parser',
    'expr',
    'functions',
    'columnar',
    'types',
    'common',
  ],
  cli: ['table', 'udf', 'parser', 'common'],
};

/** Files that are started, not imported. */
const ENTRIES = new Set([
  'index.ts',
  'cli/start.ts',
  'exec/pool/worker.ts',
  'exec/child/child.ts',
  'common/webassembly.d.ts',
]);

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.ts'));
const sources = files.filter((file) => !file.endsWith('.as.ts') && !file.endsWith('.wasm.ts'));
const textOf = new Map(files.map((file) => [file, readFileSync(path.join(SRC, file), 'utf8')]));

/** The imported files of a source, relative to `src`. */
function importsOf(file: string): string[] {
  return [
    ...(textOf.get(file) ?? '').matchAll(/(?:from|import\(|new URL\(|import) ?'(\.[^']+)'/g),
  ].map(([, specifier = '']) => path.posix.join(path.posix.dirname(file), specifier));
}

function forbiddenImports(): string[] {
  const found: string[] = [];
  for (const file of sources) {
    const folder = file.split('/')[0] ?? '';
    const allowed = MAY_IMPORT[folder];
    if (file === 'index.ts') continue;
    if (allowed === undefined) found.push(`${file}: folder '${folder}' is not in the table`);
    for (const target of importsOf(file)) {
      const ok =
        target.startsWith(`${folder}/`) ||
        allowed?.some((entry) => target === entry || target.startsWith(`${entry}/`));
      if (!ok) found.push(`${file} imports ${target}`);
    }
  }
  return found;
}

function undocumentedExports(): string[] {
  const found: string[] = [];
  for (const file of sources) {
    const lines = (textOf.get(file) ?? '').split('\n');
    for (const [i, line] of lines.entries()) {
      if (!/^export (abstract |async )?(const|function\*?|class|interface|type) /.test(line))
        continue;
      if (line.startsWith('export type {')) continue;
      const above = lines[i - 1] ?? '';
      const overload = /^export (async )?function/.test(above);
      if (!above.endsWith('*/') && !overload) found.push(`${file}:${i + 1} ${line.slice(0, 60)}`);
    }
  }
  return found;
}

describe('tidy', () => {
  test('imports point down only', () => {
    expect(forbiddenImports()).toEqual([]);
  });

  test('no file has more than 400 lines', () => {
    const long = files
      .filter((file) => !file.endsWith('.wasm.ts'))
      .map((file) => [file, (textOf.get(file) ?? '').trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  test('every file is imported by another one or is an entry', () => {
    const imported = new Set(sources.flatMap(importsOf));
    expect(sources.filter((file) => !imported.has(file) && !ENTRIES.has(file))).toEqual([]);
  });

  test('every export has a doc comment', () => {
    expect(undocumentedExports()).toEqual([]);
  });

  test('no left-overs: TODO, any, default exports', () => {
    const found = sources.filter((file) =>
      /\b(TODO|FIXME|XXX|HACK)\b|: any\b|<any>|as any\b|export default/.test(
        textOf.get(file) ?? '',
      ),
    );
    expect(found).toEqual([]);
  });

  test('every error code is raised somewhere', () => {
    const table = textOf.get('common/error-codes.ts') ?? '';
    const codes = [...table.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \(/gm)].map(([, code = '']) => code);
    const rest = sources
      .filter((f) => f !== 'common/error-codes.ts')
      .map((f) => textOf.get(f) ?? '');
    const all = rest.join('\n');
    expect(codes.filter((code) => !all.includes(`'${code}'`))).toEqual([]);
  });
});

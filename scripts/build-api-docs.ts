import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Application } from 'typedoc';
import { publicDeclarations } from './declarations.ts';

const root = path.join(import.meta.dirname, '..');

/**
 * Types that compute other types, and keys of brands: signatures name them, users do not. What else
 * a signature names must be exported, so that its page exists.
 */
const HELPERS = [
  'Aggregated',
  'AnyOperand',
  'ArgumentValue',
  'ArrayOf',
  'BesideTypes',
  'CatalogColumnBase',
  'Coalesced',
  'ColumnType',
  'Columns',
  'ColumnsRow',
  'Datetime',
  'Disjoint',
  'Dropped',
  'IntervalUnit',
  'IsUntyped',
  'Items',
  'Keyed',
  'Like',
  'MapOf',
  'Merged',
  'Named',
  'NullIf',
  'Numeric',
  'Operand',
  'Optional',
  'OrNull',
  'ParsedDecimal',
  'PresentResult',
  'PresentValue',
  'ReadValue',
  'Renamed',
  'Selected',
  'SelfTyped',
  'StateOf',
  'Sum',
  'Target',
  'Timepoint',
  'TypeOf$1',
  'TypedAggregate',
  'TypedArrow',
  'TypedArrowAggregate',
  'TypedAsync',
  'TypedRow',
  'TypedScalar',
  'TypedTable',
  'TypedTableAggregate',
  'Types',
  'Value',
  'Widened',
  'WithNullable',
];

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-api-'));
try {
  // The reference is of the declarations that are shipped: no member in it is internal.
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  const declarations = await publicDeclarations(path.join(folder, 'types'));
  writeFileSync(path.join(folder, 'index.d.ts'), declarations);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'millrace' }));
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        lib: ['es2024', 'esnext.disposable'],
        strict: true,
        types: ['node'],
      },
      files: ['index.d.ts'],
    }),
  );
  const app = await Application.bootstrap({
    entryPoints: [path.join(folder, 'index.d.ts')],
    tsconfig: path.join(folder, 'tsconfig.json'),
    name: 'Millrace',
    readme: 'none',
    disableSources: true,
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: [
      'Class',
      'Interface',
      'Function',
      'TypeAlias',
      'Variable',
      'Method',
      'Accessor',
    ],
    intentionallyNotExported: HELPERS,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('The declarations do not compile.');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
  else await app.generateDocs(project, path.join(root, 'api'));
} finally {
  rmSync(folder, { recursive: true });
}

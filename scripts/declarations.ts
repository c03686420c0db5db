import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '..');
const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');

/** The packages whose types ours name: dependencies, or Node's own. */
const EXTERNAL = /^(apache-arrow|temporal-polyfill|node:.+)$/;

/**
 * The declarations of the public surface as one text: what `src/index.ts` exports and what that
 * names. Members marked `@internal` are left out, and with them the types that only they name.
 * `folder` takes the compiler's own output, a file for each source.
 */
export async function publicDeclarations(folder: string): Promise<string> {
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder], {
    cwd: root,
    stdio: 'inherit',
  });
  const bundle = await rollup({
    input: path.join(folder, 'index.d.ts'),
    external: (id) => EXTERNAL.test(id),
    plugins: [
      {
        name: 'public-declarations',
        resolveId: (id, importer) =>
          importer === undefined || !id.startsWith('.')
            ? null
            : path.resolve(path.dirname(importer), id.replace(/\.ts$/, '.d.ts')),
        load: (id) => withoutInternals(readFileSync(id, 'utf8'), id),
      },
      dts(),
    ],
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output[0].code;
}

/** Writes the declarations of the package's entries into `dist`. */
export async function writeDeclarations(dist: string): Promise<void> {
  const folder = path.join(dist, 'types');
  mkdirSync(dist, { recursive: true });
  writeFileSync(path.join(dist, 'index.d.ts'), await publicDeclarations(folder));
  rmSync(folder, { recursive: true });
  // Entries that threads and processes start from: no program imports anything of them.
  for (const entry of ['worker', 'child']) {
    writeFileSync(path.join(dist, `${entry}.d.ts`), 'export {};\n');
  }
}

/** A declaration file without what its doc comments mark `@internal`. */
function withoutInternals(text: string, file: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  let result = '';
  let end = 0;
  const replace = (node: ts.Node, by: string): void => {
    result += text.slice(end, node.getFullStart()) + by;
    end = node.getEnd();
  };
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) continue;
    for (const member of statement.members) {
      if (ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'internal')) {
        replace(member, publicForm(member));
      }
    }
  }
  return result + text.slice(end);
}

/**
 * What is left of an internal member. A constructor stays, so that nobody calls it. A property stays
 * without its type where it keeps other objects from being taken for this one.
 */
function publicForm(member: ts.ClassElement | ts.TypeElement): string {
  if (ts.isConstructorDeclaration(member)) {
    return isExtended(member.parent)
      ? '\n    protected constructor();'
      : '\n    private constructor();';
  }
  const isProperty =
    ts.isPropertyDeclaration(member) || ts.isPropertySignature(member) || ts.isGetAccessor(member);
  const isKey = isProperty && ts.isComputedPropertyName(member.name);
  if (!isProperty || (hasPrivate(member.parent) && !isKey)) return '';
  return `\n    readonly ${member.name.getText()}: unknown;`;
}

/** Whether a class has a private field: nothing else is taken for such an object. */
function hasPrivate(of: ts.Node): boolean {
  if (!ts.isClassDeclaration(of)) return false;
  return of.members.some(({ name }) => name !== undefined && ts.isPrivateIdentifier(name));
}

function isExtended(of: ts.ClassLikeDeclaration): boolean {
  return ts.getModifiers(of)?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false;
}

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { BUILTIN_FAMILIES } from '../src/functions/builtin/index.ts';
import type { FunctionDefinition } from '../src/functions/definition.ts';
import { type BuiltinForm, builtinForms } from '../src/table/expressions/methods.ts';
import {
  type Outcome,
  outcomeOf,
  type Signature,
  signatureOf,
  valueType,
} from './table-api-signatures.ts';

/** The files of `src/table/expressions/generated`: an interface a group of methods, and functions. */

const HEADER = '// Written by `npm run docs` from the definitions in `src/functions/builtin`.\n';

type FamilyName = keyof typeof BUILTIN_FAMILIES;

const OPERATORS: readonly FamilyName[] = [
  'arithmetic',
  'comparison',
  'conditional',
  'logic',
  'like',
  'rounding',
  'math',
];
const STRINGS: readonly FamilyName[] = [
  'string',
  'trim',
  'stringRegexp',
  'stringSplitting',
  'stringEncoding',
  'hash',
];

/** The text of each generated file, by its name, in the format of the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const groups = new Map<string, BuiltinForm[]>(
    ['Operator', 'String', 'Collection', 'Aggregate'].map((group) => [group, []]),
  );
  for (const form of sortedForms('method')) groups.get(groupOf(form.definition))!.push(form);
  const files = new Map<string, string>();
  for (const [group, forms] of groups) {
    const methods = forms.map(method).join('\n');
    const declaration = `/** ${DOCS[group]} */\nexport interface ${group}Methods<T, C extends string> {\n${methods}}\n`;
    files.set(`${group.toLowerCase()}-methods.ts`, fileOf(declaration));
  }
  files.set('functions.ts', fileOf(sortedForms('function').map(freeFunction).join('\n')));
  return files;
}

function sortedForms(form: 'method' | 'function'): readonly BuiltinForm[] {
  return [...builtinForms(form)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const DOCS: Readonly<Record<string, string>> = {
  Operator: 'Operators and functions of numbers and conditions.',
  String: 'Functions of texts and bytes.',
  Collection: 'Functions of arrays, maps, rows, bitmaps and points in time.',
  Aggregate: 'Functions of all rows of a group or window.',
};

function groupOf(definition: FunctionDefinition): string {
  if (definition.kind === 'aggregate') return 'Aggregate';
  const has = (family: FamilyName) =>
    Object.values<FunctionDefinition>(BUILTIN_FAMILIES[family]).includes(definition);
  if (OPERATORS.some(has)) return 'Operator';
  return STRINGS.some(has) ? 'String' : 'Collection';
}

// ── methods ──────────────────────────────────────────────────────────────────────────────────

/** Methods whose types say more than the signatures of SQL do. */
const SIGNATURES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['plus', 'minus', 'times', 'dividedBy', 'mod'].map((name) => [
      name,
      '<V extends Like<T> | null, D extends string = never>(value: Operand<V, D>): Expression<Sum<T, V>, C | D>',
    ]),
  ),
  ...Object.fromEntries(
    ['isEqual', 'isNotEqual', 'isLess', 'isLessOrEqual', 'isGreater', 'isGreaterOrEqual'].map(
      (name) => [
        name,
        '<V extends Like<T> | null, D extends string = never>(value: Operand<V, D>): Expression<NullIf<boolean, T | V>, C | D>',
      ],
    ),
  ),
  ...Object.fromEntries(
    ['isDistinctFrom', 'isNotDistinctFrom'].map((name) => [
      name,
      '<D extends string = never>(value: Operand<Like<T> | null, D>): Expression<boolean, C | D>',
    ]),
  ),
  ifNull:
    '<V extends Like<T> | null, D extends string = never>(replacement: Operand<V, D>): Expression<Coalesced<T, V>, C | D>',
  nullIf: '<D extends string = never>(value: Operand<Like<T>, D>): Expression<OrNull<T>, C | D>',
};

function method({ name, definition }: BuiltinForm): string {
  return `  /** ${definition.doc} */\n  ${name}${SIGNATURES[name] ?? methodSignature(definition)};\n`;
}

function methodSignature(definition: FunctionDefinition): string {
  const signature = signatureOf(definition);
  const [receiver] = signature.args;
  const own = receiver === undefined ? null : valueType(receiver);
  const rest = parameters(signature, { skip: 1, columns: 'D' });
  const self = own === null ? [] : [`this: AnyExpression<${own} | null>`];
  const generics = [
    ...rest.types.map((type, i) => `${LETTERS[i]} extends ${type} | null = never`),
    ...(rest.text === '' ? [] : ['D extends string = never']),
  ];
  const angle = generics.length === 0 ? '' : `<${generics.join(', ')}>`;
  const args = [...self, ...(rest.text === '' ? [] : [rest.text])].join(', ');
  const nulls = ['T', ...rest.types.map((_, i) => LETTERS[i])].join(' | ');
  const columns = rest.text === '' ? 'C' : 'C | D';
  return `${angle}(${args}): Expression<${resultType(outcomeOf(definition), nulls)}, ${columns}>`;
}

function resultType(outcome: Outcome, nulls: string): string {
  const { results, sameAsFirst, alwaysNullable, neverNull } = outcome;
  const [only] = results;
  const text =
    results.size === 1 && only !== undefined ? only : sameAsFirst ? 'NonNullable<T>' : 'Untyped';
  if (text === 'Untyped') return text;
  if (neverNull) return text;
  if (alwaysNullable) return text === 'NonNullable<T>' ? `OrNull<${text}>` : `${text} | null`;
  return `NullIf<${text}, ${nulls}>`;
}

/** The type parameters that stand for the types of arguments: whether they have NULL is inferred. */
const LETTERS = ['A', 'B', 'E', 'F', 'G'];

/** The parameters behind the first `skip` arguments, with the types that type parameters stand for. */
function parameters(
  { args, required, varying }: Signature,
  { skip, columns }: { readonly skip: number; readonly columns: 'C' | 'D' },
) {
  const names: string[] = [];
  const types: string[] = [];
  const texts = args.slice(skip).map((arg, i) => {
    const index = i + skip;
    const type = valueType(arg);
    const isWord = type?.startsWith("'") ?? false;
    const operand =
      type === null
        ? `AnyOperand<${columns}>`
        : isWord
          ? type
          : `Operand<${columns === 'C' ? `${type} | null` : letterOf(type)}, ${columns}>`;
    const isLast = index === args.length - 1;
    names.push(isLast && varying ? `...${arg.name}` : arg.name);
    if (isLast && varying)
      return `...${arg.name}: readonly ${type === null ? operand : `(${operand})`}[]`;
    return `${arg.name}${index >= required ? '?' : ''}: ${operand}`;
  });
  return { text: texts.join(', '), names, types };

  /** The type parameter for arguments of a type: the same for all of them. */
  function letterOf(type: string): string {
    const known = types.indexOf(type);
    return LETTERS[known >= 0 ? known : types.push(type) - 1]!;
  }
}

// ── functions ────────────────────────────────────────────────────────────────────────────────

function freeFunction({ name, sql, definition }: BuiltinForm): string {
  const signature = signatureOf(definition);
  const { text, names } = parameters(signature, { skip: 0, columns: 'C' });
  const outcome = outcomeOf(definition);
  const generics = text === '' ? '' : '<C extends string = never>';
  const neverNull = outcome.neverNull || names.length === 0;
  const result = resultType(
    { ...outcome, neverNull, alwaysNullable: true, sameAsFirst: false },
    '',
  );
  const columns = text === '' ? 'never' : 'C';
  return `/** ${definition.doc} */
export function ${name}${generics}(${text}): Expression<${result}, ${columns}> {
  return asExpression(BuiltExpression.builtin('${sql}', [${names.join(', ')}]));
}
`;
}

// ── files ────────────────────────────────────────────────────────────────────────────────────

const VALUES = [
  'AnyOperand',
  'Coalesced',
  'Datetime',
  'Interval',
  'Like',
  'NullIf',
  'Numeric',
  'Operand',
  'OrNull',
  'Sum',
  'Timepoint',
  'Untyped',
];

function fileOf(body: string): string {
  const uses = (name: string) =>
    new RegExp(`\\b${name}\\b`).test(body.replaceAll(/\/\*\*.*\*\//g, ''));
  const imports: string[] = [];
  if (uses('Temporal')) imports.push("import type { Temporal } from 'temporal-polyfill';");
  if (uses('Decimal'))
    imports.push("import type { Decimal } from '../../../types/decimal-value.ts';");
  if (uses('asExpression')) {
    imports.push("import { asExpression, BuiltExpression } from '../built-expression.ts';");
  }
  const expressions = ['AnyExpression', 'Expression'].filter(uses).join(', ');
  imports.push(`import type { ${expressions} } from '../expression.ts';`);
  imports.push(`import type { ${VALUES.filter(uses).join(', ')} } from '../values.ts';`);
  return formatted(`${HEADER}\n${imports.join('\n')}\n\n${body}`);
}

function formatted(text: string): string {
  const biome = path.join(import.meta.dirname, '../node_modules/.bin/biome');
  return execFileSync(biome, ['format', '--stdin-file-path=generated.ts'], {
    input: text,
    encoding: 'utf8',
  });
}

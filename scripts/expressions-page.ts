import { BuiltExpression } from '../src/table/expressions/built-expression.ts';
import { col } from '../src/table/expressions/entries.ts';
import { type BuiltinForm, builtinForms } from '../src/table/expressions/methods.ts';
import { signatureOf } from './table-api-signatures.ts';

const INTRODUCTION = `# Functions as expressions

Every built-in function as the Table API spells it: most are methods of their first argument, some are functions that \`millrace\` exports. What they do, with examples, is in
[functions.md](functions.md); what is no function of SQL (\`cast\`, \`between\`, \`over\`, \`ifThenElse\`, …) in [table-api.md](table-api.md). \`call('NAME', …)\` calls any function by its SQL name.

This page is written by \`npm run docs\` from the definitions in \`src/functions/builtin\`.
`;

/** The page of all functions as expressions, as Markdown. */
export function expressionsPage(): string {
  return [
    INTRODUCTION,
    '## Methods\n',
    table(builtinForms('method'), 'method'),
    '## Functions\n',
    table(builtinForms('function'), 'function'),
  ].join('\n');
}

function table(forms: readonly BuiltinForm[], form: 'method' | 'function'): string {
  const rows = [...forms]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sql, definition }) => {
      const { args, varying } = signatureOf(definition);
      const names = args.map((arg) => arg.name);
      const text = String(
        BuiltExpression.builtin(
          sql,
          names.map((arg) => col(arg)),
        ),
      ).replaceAll('`', '');
      const shown = names.map((arg, i) => (varying && i === names.length - 1 ? `...${arg}` : arg));
      const [receiver = '', ...others] = shown;
      const call =
        form === 'function'
          ? `${name}(${shown.join(', ')})`
          : `${receiver.replace('...', '')}.${name}(${others.join(', ')})`;
      return `| ${code(call)} | ${code(text)} | ${definition.doc.replaceAll('|', '\\|')} |\n`;
    });
  return `| Expression | SQL | |\n| --- | --- | --- |\n${rows.join('')}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

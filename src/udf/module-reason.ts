import { cutText, splitStack } from '../common/cut-text.ts';
import { describeThrown } from '../common/thrown.ts';

/** What is wrong with a module, by what Node throws when it is imported. */
interface Explanation {
  /** The error's code, or the beginning of its message. */
  readonly sign: string | RegExp;
  /** What to do about it. */
  readonly fix: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    sign: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    fix: 'Node strips types but cannot translate enums, namespaces and parameter properties; write erasable syntax (an object `as const` for an enum, fields for parameter properties), or translate the module by `npx millrace udf bundle`',
  },
  {
    sign: 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
    fix: 'Node does not strip types in node_modules; the package must ship JavaScript, its sources must lie outside node_modules, or `npx millrace udf bundle` translates them into one file',
  },
  {
    sign: 'ERR_INVALID_TYPESCRIPT_SYNTAX',
    fix: 'its text is not TypeScript',
  },
  {
    sign: 'ERR_UNKNOWN_FILE_EXTENSION',
    fix: 'Node runs .js, .mjs, .cjs, .ts, .mts and .cts; compile other files (.tsx) to JavaScript',
  },
  {
    sign: 'ERR_IMPORT_ATTRIBUTE_MISSING',
    fix: "JSON is imported by `import data from './data.json' with { type: 'json' }`",
  },
  {
    sign: 'ERR_UNSUPPORTED_DIR_IMPORT',
    fix: 'imports name files, not folders (`./helpers/index.ts`)',
  },
  {
    sign: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
    fix: "the package does not export that path; see 'exports' in its package.json",
  },
  {
    sign: /^Cannot find package/,
    fix: 'install the package, beside the module or in a folder above it',
  },
  {
    sign: 'ERR_MODULE_NOT_FOUND',
    fix: "it was not found; imports name files with their extensions (`./helpers.ts`, not `./helpers` or the compiler's `./helpers.js`)",
  },
  {
    sign: /does not provide an export named/,
    fix: 'the name is not exported, or is a type, which must be imported by `import type`',
  },
  {
    sign: /^(require|module|exports) is not defined/,
    fix: 'ES modules use `import` and `export`; a file with `require` and `module.exports` has the extension .cjs',
  },
  {
    sign: /^__(dirname|filename) is not defined/,
    fix: 'ES modules have `import.meta.dirname` and `import.meta.filename`',
  },
  {
    // V8 does not say what the token is.
    sign: /^Invalid or unexpected token/,
    fix: 'its text is not JavaScript; Node cannot translate decorators: call the decorator as a function, or translate the module by `npx millrace udf bundle`',
  },
];

/** Where V8 shows the source of a syntax error: the first line of the stack. */
const PLACE = /^(\S+:\d+)\n/;

/** The first call in a file: where the code of a module threw. */
const THROWN_AT = /\((file:[^\s()]+:\d+:\d+)\)|at (?:async )?(file:[^\s()]+:\d+:\d+)/;

/** What went wrong with an import, where, and what to do about it. */
export function moduleReason(cause: unknown): string {
  if (!(cause instanceof Error)) return describeThrown(cause);
  const code = (cause as { readonly code?: unknown }).code;
  const { message } = cause;
  const found = EXPLANATIONS.find(({ sign }) =>
    typeof sign === 'string' ? sign === code : sign.test(message),
  );
  const place = placeOf(cause);
  // The sentence that this becomes a part of has a point of its own.
  const text = `${cutText(message).replace(/\.$/, '')}${deniedAccess(cause)}`;
  const said = `${cause.name}: ${text}${place === undefined ? '' : ` (${place})`}`;
  return found === undefined ? said : `${found.fix}. ${said}`;
}

/** What of which file was denied: Node's message does not say it. */
function deniedAccess(cause: Error): string {
  const { permission, resource } = cause as { permission?: unknown; resource?: unknown };
  if (typeof permission !== 'string' || typeof resource !== 'string' || resource === '') return '';
  return ` (${permission} of '${resource}')`;
}

function placeOf({ stack = '', message }: Error): string | undefined {
  const written = PLACE.exec(stack)?.[1];
  if (written !== undefined) return written;
  const [, called, at] = THROWN_AT.exec(splitStack(stack, message)[1]) ?? [];
  return called ?? at;
}

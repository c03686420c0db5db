import type { Catalog, CatalogInfo } from '../catalog/catalog.ts';
import type { CatalogCodec } from '../catalog/file/catalog-json.ts';
import { FileCatalog } from '../catalog/file/file-catalog.ts';
import { MemoryCatalog } from '../catalog/memory-catalog.ts';
import { type OptionDeclarations, option, parseOptions } from '../common/config-option.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { type Span, validationError } from '../common/errors.ts';
import { parseType } from '../parser/parser.ts';
import { bindType } from '../planner/bind/types.ts';
import { ModuleFunction } from './module-function.ts';

/** The options that catalogs of every type have. */
const COMMON = {
  type: option.string({ doc: 'What kind of catalog.', required: true }),
  'default-database': option.string({
    doc: 'The database that USE CATALOG makes the current one.',
    default: 'default',
  }),
} as const satisfies OptionDeclarations;

const FILE = {
  ...COMMON,
  path: option.string({
    doc: 'The folder of the catalog; made if it is not there.',
    required: true,
  }),
} as const satisfies OptionDeclarations;

type Factory = (name: string, info: CatalogInfo, owner: string) => Catalog;

/** The types of CREATE CATALOG. */
const FACTORIES: Readonly<Record<string, Factory>> = {
  generic_in_memory(name, info, owner) {
    const options = parseOptions(COMMON, info.options, owner);
    return new MemoryCatalog(name, options['default-database'], info);
  },
  file(name, info, owner) {
    const options = parseOptions(FILE, info.options, owner);
    return new FileCatalog(name, options.path, options['default-database'], info, CODEC);
  },
};

const CODEC: CatalogCodec = {
  readType: (text) => bindType(parseType(text)),
  functionOf: (name, identifier) => new ModuleFunction(name, identifier),
  isReference: (entry) => entry instanceof ModuleFunction,
};

/**
 * A new catalog of the type that its options name. Errors: MISSING_OPTION, INVALID_OPTION,
 * UNKNOWN_OPTION, and what opening a catalog of files gives.
 */
export function catalogOf(name: string, info: CatalogInfo, span: Span | null = null): Catalog {
  const type = info.options.get('type');
  const owner = `catalog '${name}'`;
  if (type === undefined) throw validationError('MISSING_OPTION', { key: 'type', owner }, { span });
  const factory = Object.hasOwn(FACTORIES, type) ? FACTORIES[type] : undefined;
  if (factory !== undefined) return factory(name, info, owner);
  const types = Object.keys(FACTORIES);
  const expected = `one of ${types.join(', ')}`;
  const hint = didYouMean(type, types);
  throw validationError('INVALID_OPTION', { key: 'type', value: type, expected }, { span, hint });
}

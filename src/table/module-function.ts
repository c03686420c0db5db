import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CatalogFunction } from '../catalog/catalog.ts';
import { RetryError } from '../catalog/retry.ts';
import { udfError, validationError } from '../common/errors.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import type { AlterFunction, CreateFunction } from '../parser/ast/ddl.ts';
import { definitionOf } from '../udf/definition.ts';
import { placeOfExport } from '../udf/export-place.ts';
import { importExport } from '../udf/load.ts';
import { requireMethods } from '../udf/methods.ts';
import { requireModule } from '../udf/module-file.ts';
import { type ModuleReference, moduleReference } from '../udf/reference.ts';
import { isUserFunction } from '../udf/user-function.ts';

/** A function is used whose module has not been imported yet: `load` it, and bind again. */
class PendingFunction extends RetryError {
  constructor(name: string, load: () => Promise<void>) {
    const hint = `What is made at once cannot wait for it: call await tEnv.executeSql('DESCRIBE FUNCTION ${name}') first.`;
    super(validationError('FUNCTION_NOT_LOADED', { name }, { hint }), load);
  }
}

/**
 * A function that `CREATE FUNCTION … AS './module.ts#export'` or `{ module, export }` names. The
 * export was made by `udf` or one of its like, and so has its types.
 */
export class ModuleFunction implements CatalogFunction {
  readonly identifier: string;
  readonly language = 'JAVASCRIPT';
  readonly #name: string;
  readonly #url: string;
  readonly #export: string;
  #definition: FunctionDefinition | null = null;
  #loading: Promise<void> | null = null;

  /** `reference`: the module and the export, `./module.ts#export`. */
  constructor(name: string, reference: string) {
    const { url, exportName } = moduleOf(reference);
    this.#name = name;
    this.#url = url;
    this.#export = exportName;
    this.identifier = reference;
  }

  /** Errors: PendingFunction until the module has been imported. */
  get definition(): FunctionDefinition {
    return this.requireLoaded();
  }

  /** The same, for who has no use for it. Errors: PendingFunction. */
  requireLoaded(): FunctionDefinition {
    if (this.#definition === null) throw new PendingFunction(this.#name, () => this.#load());
    return this.#definition;
  }

  /** Imports the module; a failed import is tried again. Errors: UdfError UDF_MODULE_FAILED. */
  #load(): Promise<void> {
    this.#loading ??= this.#import().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #import(): Promise<void> {
    if (this.#definition !== null) return;
    const name = this.#name;
    const { target: exported } = await importExport(name, this.#url, this.#export);
    if (!isUserFunction(exported)) {
      const place = placeOfExport(this.#url, this.#export);
      const at = place === null ? '' : ` (${place})`;
      const reason = `its export '${this.#export}' was not made by udf(...), which knows the types${at}`;
      throw udfError(
        'UDF_MODULE_FAILED',
        { name, module: this.#url, reason },
        { functionName: name },
      );
    }
    requireMethods(name, exported);
    const reference = { module: this.#url, export: this.#export };
    this.#definition = definitionOf(name, exported.referringTo(reference));
  }
}

/**
 * The function that a statement names; its module is not imported yet. Errors: ValidationError
 * NOT_SUPPORTED for the languages of other machines; UdfError UDF_MODULE_FAILED where there is no
 * such file.
 */
export function functionFromReference(statement: CreateFunction | AlterFunction): ModuleFunction {
  const { language, reference, name, span } = statement;
  const resources = statement.kind === 'CreateFunction' ? statement.resources : [];
  if ((language ?? 'JAVASCRIPT') !== 'JAVASCRIPT' || resources.length > 0 || !isModule(reference)) {
    const feature = `AS '${reference}'${language === null ? '' : ` LANGUAGE ${language}`}`;
    const reason = 'functions are exports of JavaScript and TypeScript modules';
    const hint = "Write AS './functions.ts#name' LANGUAGE JAVASCRIPT.";
    throw validationError('NOT_SUPPORTED', { feature, reason }, { span, hint });
  }
  const functionName = name.parts.at(-1) ?? '';
  requireModule(functionName, moduleOf(reference).url, { span });
  return new ModuleFunction(functionName, reference);
}

/**
 * The function that a program registers as `{ module, export }`; its module is not imported yet.
 * Errors: ValidationError UDF_MODULE; UdfError UDF_MODULE_FAILED where there is no such file or
 * export.
 */
export function functionFromModule(name: string, given: ModuleReference): ModuleFunction {
  const { url, export: exportName } = moduleReference(given, name);
  return new ModuleFunction(name, `${url}#${exportName}`);
}

/** A path or a URL with a JavaScript extension, or any reference with an export. */
function isModule(reference: string): boolean {
  return reference.includes('#') || /\.[cm]?[jt]s$/.test(reference) || URL.canParse(reference);
}

/** Relative paths start at the working directory. */
function moduleOf(reference: string): { readonly url: string; readonly exportName: string } {
  const hash = reference.lastIndexOf('#');
  const module = hash < 0 ? reference : reference.slice(0, hash);
  const exportName = hash < 0 ? 'default' : reference.slice(hash + 1);
  return { url: moduleUrl(module), exportName };
}

/** The URL of a module by its path or URL. */
export function moduleUrl(module: string): string {
  return URL.canParse(module) ? module : pathToFileURL(path.resolve(module)).href;
}

import { didYouMean } from '../common/diagnostics.ts';
import { type Span, validationError } from '../common/errors.ts';
import type { FunctionDefinition } from '../functions/definition.ts';

/** A set of functions that calls without a path find; `core` holds the built-in ones. */
export interface Module {
  listFunctions(): readonly string[];
  /** Function names are not case-sensitive. */
  getFunction(name: string): FunctionDefinition | null;
}

/** The modules of an environment: those that are loaded, and the order in which calls ask them. */
export class ModuleManager {
  readonly #loaded = new Map<string, Module>();
  #used: readonly string[];
  #version = 0;

  constructor(core: Module) {
    this.#loaded.set('core', core);
    this.#used = ['core'];
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** The used modules, first asked first. */
  get used(): readonly string[] {
    return this.#used;
  }

  /** All loaded modules: the used ones in their order, then the others by name. */
  get all(): readonly { readonly name: string; readonly used: boolean }[] {
    const others = [...this.#loaded.keys()].filter((name) => !this.#used.includes(name)).sort();
    return [
      ...this.#used.map((name) => ({ name, used: true })),
      ...others.map((name) => ({ name, used: false })),
    ];
  }

  /** Loads a module and uses it last. Errors: MODULE_EXISTS. */
  load(name: string, module: Module, span: Span | null = null): void {
    if (this.#loaded.has(name)) throw validationError('MODULE_EXISTS', { module: name }, { span });
    this.#loaded.set(name, module);
    this.#used = [...this.#used, name];
    this.#version++;
  }

  /** Errors: MODULE_NOT_FOUND. */
  unload(name: string, span: Span | null = null): void {
    this.#require(name, span);
    this.#loaded.delete(name);
    this.#used = this.#used.filter((used) => used !== name);
    this.#version++;
  }

  /** Uses these modules in this order and no others. Errors: MODULE_NOT_FOUND, MODULE_TWICE. */
  use(names: readonly string[], span: Span | null = null): void {
    for (const [i, name] of names.entries()) {
      this.#require(name, span);
      if (names.indexOf(name) !== i)
        throw validationError('MODULE_TWICE', { module: name }, { span });
    }
    this.#used = [...names];
    this.#version++;
  }

  /** The function of the first used module that has it. */
  resolve(name: string): FunctionDefinition | null {
    for (const used of this.#used) {
      const found = this.#loaded.get(used)?.getFunction(name) ?? null;
      if (found !== null) return found;
    }
    return null;
  }

  /** Names of the functions of the used modules. */
  listFunctions(): readonly string[] {
    return this.#used.flatMap((name) => this.#loaded.get(name)?.listFunctions() ?? []);
  }

  #require(name: string, span: Span | null): void {
    if (this.#loaded.has(name)) return;
    const hint = didYouMean(name, this.#loaded.keys());
    throw validationError('MODULE_NOT_FOUND', { module: name }, { span, hint });
  }
}

import { assert } from '../../common/assert.ts';
import { Assembler, type Instruction, TYPE_BYTES, type ValueType } from './assembler.ts';
import { ByteWriter } from './byte-writer.ts';

/** A named parameter or local of a function. */
export interface Local {
  readonly name: string;
  readonly type: ValueType;
}

/** One function of a module. */
export interface FunctionSpec {
  readonly name: string;
  readonly params: readonly Local[];
  readonly results: readonly ValueType[];
  readonly locals: readonly Local[];
  readonly body: readonly Instruction[];
  /** Whether the host can call it, by its name. */
  readonly exported: boolean;
}

/** The signature of a function. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

interface ImportedFunction extends Signature {
  readonly module: string;
  readonly name: string;
}

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const SHARED_WITH_MAXIMUM = 3;
/** Pages of 64 KiB that 32 bits can address. */
const PAGES_MAX = 65536;

/** Collects functions and encodes them as one module. */
export class ModuleBuilder {
  readonly #imported: ImportedFunction[] = [];
  readonly #functions: FunctionSpec[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #types: string[] = [];
  #memory: { module: string; name: string } | null = null;

  /** Imports a shared memory of any size. */
  importSharedMemory(module: string, name: string): void {
    this.#memory = { module, name };
  }

  /** Imports a function of the host, to be called by `name`. Before the first `addFunction`. */
  importFunction(module: string, name: string, signature: Signature): void {
    assert(this.#functions.length === 0, 'imports come before functions');
    this.#declare(name);
    this.#imported.push({ module, name, ...signature });
  }

  /** Adds a function. It may call functions that are added later. */
  addFunction(spec: FunctionSpec): void {
    this.#declare(spec.name);
    this.#functions.push(spec);
  }

  /** Whether there is a function with this name. */
  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** The module in the binary format. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const imports = this.#imports();
    const functions = this.#vector(this.#functions, (out, f) => {
      out.u32(this.#typeIndex({ params: f.params.map((p) => p.type), results: f.results }));
    });
    const exports = this.#vector(
      this.#functions.filter((f) => f.exported),
      (out, f) => {
        out.name(f.name);
        out.byte(0x00);
        out.u32(this.#indexes.get(f.name) ?? 0);
      },
    );
    const code = this.#vector(this.#functions, (out, f) => out.sized(this.#body(f)));
    const types = this.#vector(this.#types, (out, type) => {
      const [params = '', results = ''] = type.split('>');
      out.byte(FUNCTION_TYPE);
      for (const list of [params, results]) {
        const bytes = list === '' ? [] : list.split(' ').map((t) => TYPE_BYTES[t as ValueType]);
        out.u32(bytes.length);
        out.bytes(bytes);
      }
    });
    const module = new ByteWriter();
    module.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    this.#section(module, SECTION.type, types);
    this.#section(module, SECTION.import, imports);
    this.#section(module, SECTION.function, functions);
    this.#section(module, SECTION.export, exports);
    this.#section(module, SECTION.code, code);
    return module.toBytes();
  }

  #declare(name: string): void {
    assert(!this.#indexes.has(name), `function '${name}' is declared once`);
    this.#indexes.set(name, this.#indexes.size);
  }

  #imports(): ByteWriter {
    const out = new ByteWriter();
    out.u32(this.#imported.length + (this.#memory === null ? 0 : 1));
    for (const f of this.#imported) {
      out.name(f.module);
      out.name(f.name);
      out.byte(0x00);
      out.u32(this.#typeIndex(f));
    }
    if (this.#memory !== null) {
      out.name(this.#memory.module);
      out.name(this.#memory.name);
      out.bytes([0x02, SHARED_WITH_MAXIMUM]);
      out.u32(0);
      out.u32(PAGES_MAX);
    }
    return out;
  }

  /** Locals are declared as runs of one type; their indexes follow that order. */
  #body(f: FunctionSpec): ByteWriter {
    const locals = new Map<string, number>();
    for (const param of f.params) locals.set(param.name, locals.size);
    const out = new ByteWriter();
    const types = (Object.keys(TYPE_BYTES) as ValueType[]).map(
      (type) => [type, f.locals.filter((l) => l.type === type)] as const,
    );
    const runs = types.filter(([, run]) => run.length > 0);
    out.u32(runs.length);
    for (const [type, run] of runs) {
      out.u32(run.length);
      out.byte(TYPE_BYTES[type]);
      for (const { name } of run) {
        assert(!locals.has(name), `local '${name}' is declared once`);
        locals.set(name, locals.size);
      }
    }
    const assembler = new Assembler(out, { locals, functions: this.#indexes });
    for (const instruction of f.body) assembler.emit(instruction);
    out.byte(0x0b);
    return out;
  }

  #typeIndex(signature: Signature): number {
    const key = `${signature.params.join(' ')}>${signature.results.join(' ')}`;
    const known = this.#types.indexOf(key);
    return known >= 0 ? known : this.#types.push(key) - 1;
  }

  #vector<T>(items: readonly T[], write: (out: ByteWriter, item: T) => void): ByteWriter {
    const out = new ByteWriter();
    out.u32(items.length);
    for (const item of items) write(out, item);
    return out;
  }

  #section(module: ByteWriter, id: number, content: ByteWriter): void {
    module.byte(id);
    module.sized(content);
  }
}

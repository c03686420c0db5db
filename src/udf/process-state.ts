import { toExternal } from '../columnar/rows.ts';
import { showValue } from '../columnar/show-value.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { udfError } from '../common/errors.ts';
import type { StateSpec } from '../functions/process.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import type { ValueState } from './process-context.ts';
import { ListView, MapView } from './views.ts';

/** Takes a value into a state: as one of its type. Errors: UdfError UDF_STATE. */
type Check = (value: unknown) => unknown;

/** A state of one partition, which `clear` empties. */
interface Clearable {
  clear(): void;
}

type StateSpecs = Readonly<Record<string, StateSpec>>;

/** The states of one partition, all empty, by name. */
export function newStates(name: string, specs: StateSpecs): Readonly<Record<string, Clearable>> {
  return Object.fromEntries(
    Object.entries(specs).map(([state, spec]) => {
      // Frozen, so that what is assigned to them is an error too.
      return [state, Object.freeze(newState(spec, name, state))];
    }),
  );
}

function newState(spec: StateSpec, name: string, state: string): Clearable {
  const check = (type: DataType): Check => checkOf(type, name, state);
  switch (spec.kind) {
    case 'value':
      return new SingleValue(check(spec.type));
    case 'list':
      return new TypedList(check(spec.element));
    case 'map':
      return new TypedMap(check(spec.key), check(spec.value));
  }
}

/**
 * What keeps the states of a function from being replaced: nothing would keep what is assigned.
 * Errors of its traps: UdfError UDF_STATE_ASSIGNED.
 */
export function stateGuard(name: string, specs: StateSpecs): ProxyHandler<object> {
  const refuse = (_: object, key: string | symbol): never => {
    const state = String(key);
    const hint = Object.hasOwn(specs, state)
      ? `Write ${KEPT_BY[specs[state]!.kind](state)}.`
      : (didYouMean(state, Object.keys(specs)) ?? "Declare it in the option 'state' of ptf(...).");
    throw udfError('UDF_STATE_ASSIGNED', { name, state }, { functionName: name, hint });
  };
  return { set: refuse, defineProperty: refuse, deleteProperty: refuse };
}

/** What keeps a value in a state. */
const KEPT_BY: Readonly<Record<StateSpec['kind'], (state: string) => string>> = {
  value: (state) => `state.${state}.update(value)`,
  list: (state) => `state.${state}.add(item)`,
  map: (state) => `state.${state}.put(key, value)`,
};

/** What is kept is what SQL would keep: a copy that has the type. */
function checkOf(type: DataType, name: string, state: string): Check {
  const write = toInternal(type, '');
  const read = toExternal(type);
  return (value) => {
    let internal: unknown;
    try {
      internal = write(value);
    } catch {
      const params = { name, state, type: printType(type), value: showValue(value) };
      throw udfError('UDF_STATE', params, { functionName: name });
    }
    return read(internal);
  };
}

class SingleValue implements ValueState<unknown> {
  readonly #check: Check;
  #value: unknown = null;

  constructor(check: Check) {
    this.#check = check;
  }

  value(): unknown {
    return this.#value;
  }

  update(value: unknown): void {
    this.#value = value === null || value === undefined ? null : this.#check(value);
  }

  clear(): void {
    this.#value = null;
  }
}

class TypedList extends ListView<unknown> {
  readonly #check: Check;

  constructor(check: Check) {
    super();
    this.#check = check;
  }

  override add(item: unknown): void {
    super.add(this.#check(item));
  }

  override addAll(items: Iterable<unknown>): void {
    for (const item of items) this.add(item);
  }
}

class TypedMap extends MapView<unknown, unknown> {
  readonly #key: Check;
  readonly #value: Check;

  constructor(key: Check, value: Check) {
    super();
    this.#key = key;
    this.#value = value;
  }

  override put(key: unknown, value: unknown): void {
    super.put(this.#key(key), this.#value(value));
  }
}

import { runtimeError } from '../../../common/errors.ts';
import { withNullable } from '../../../types/data-type.ts';
import { writeObject } from '../../../types/json-value.ts';
import { array, STRING } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { AggregateSite, RowAccumulator } from '../../definition.ts';
import { jsonWriter, rawJson } from '../../json/to-json.ts';
import { anyArg, arg, explicit, notNull, sequence, symbolArg } from '../../type-strategies.ts';

const NULLS = symbolArg('onNull', ['NULL', 'ABSENT']);
const TEXTS = { ...array(STRING), nullable: false };

/** JSON_OBJECTAGG([KEY] key VALUE value [NULL | ABSENT ON NULL]). */
export const JSON_OBJECTAGG = defineAggregate({
  name: 'JSON_OBJECTAGG',
  tableApi: { method: null },
  doc: 'A JSON object of the keys and values of all rows; keys are not NULL and come once.',
  input: sequence(arg('key', 'CHARACTER_STRING'), anyArg('value'), NULLS, arg('raw', 'BOOLEAN')),
  output: notNull(explicit(STRING)),
  skipsNulls: false,
  state: () => [TEXTS, TEXTS],
  createAccumulator: (site) => new JsonObjectAccumulator(site),
  examples: [["JSON_OBJECTAGG(k VALUE v) FROM (VALUES ('a', 1)) AS t(k, v)", '{"a":1}']],
});

/** JSON_ARRAYAGG(value [NULL | ABSENT ON NULL]). */
export const JSON_ARRAYAGG = defineAggregate({
  name: 'JSON_ARRAYAGG',
  tableApi: { method: null },
  doc: 'A JSON array of the values of all rows, without NULLs unless NULL ON NULL is said.',
  input: sequence(anyArg('value'), NULLS, arg('raw', 'BOOLEAN')),
  output: notNull(explicit(STRING)),
  skipsNulls: false,
  state: () => [TEXTS],
  createAccumulator: (site) => new JsonArrayAccumulator(site),
  examples: [["JSON_ARRAYAGG(a) FROM (VALUES ('x'), ('y')) AS t(a)", '["x","y"]']],
});

/** The JSON of the value of a row; `value` is the index of that argument. */
function writerOf(site: AggregateSite, value: 0 | 1): (item: unknown) => string {
  return site.literals[value + 2] === true
    ? rawJson
    : jsonWriter(withNullable(site.types[value]!, true));
}

class JsonObjectAccumulator implements RowAccumulator {
  readonly #write: (item: unknown) => string;
  readonly #keepsNulls: boolean;
  readonly #entries = new Map<string, string>();

  constructor(site: AggregateSite) {
    this.#write = writerOf(site, 1);
    this.#keepsNulls = site.literals[2] === 'NULL';
  }

  add([key, value]: readonly unknown[]): void {
    if (key === null) throw invalidKey('a key is NULL');
    const json = this.#write(value);
    if (json !== 'null' || this.#keepsNulls) this.#set(String(key), json);
  }

  retract([key, value]: readonly unknown[]): void {
    if (this.#entries.get(String(key)) === this.#write(value)) this.#entries.delete(String(key));
  }

  merge([keys, values]: readonly unknown[]): void {
    for (const [i, key] of (keys as readonly string[]).entries()) {
      this.#set(key, (values as readonly string[])[i]!);
    }
  }

  state(): readonly unknown[] {
    return [[...this.#entries.keys()], [...this.#entries.values()]];
  }

  value(): string {
    return writeObject(this.#entries);
  }

  #set(key: string, json: string): void {
    if (this.#entries.has(key)) throw invalidKey(`the key '${key}' comes twice`);
    this.#entries.set(key, json);
  }
}

function invalidKey(reason: string) {
  return runtimeError('INVALID_FUNCTION_ARGUMENT', { function: 'JSON_OBJECTAGG', reason });
}

class JsonArrayAccumulator implements RowAccumulator {
  readonly #write: (item: unknown) => string;
  readonly #keepsNulls: boolean;
  readonly #items: string[] = [];

  constructor(site: AggregateSite) {
    this.#write = writerOf(site, 0);
    this.#keepsNulls = site.literals[1] === 'NULL';
  }

  add([value]: readonly unknown[]): void {
    const json = this.#write(value);
    if (json !== 'null' || this.#keepsNulls) this.#items.push(json);
  }

  retract([value]: readonly unknown[]): void {
    const index = this.#items.indexOf(this.#write(value));
    if (index >= 0) this.#items.splice(index, 1);
  }

  merge([items]: readonly unknown[]): void {
    for (const json of items as readonly string[]) this.#items.push(json);
  }

  state(): readonly unknown[] {
    return [[...this.#items]];
  }

  value(): string {
    return `[${this.#items.join(',')}]`;
  }
}

/** Makes the error for what is wrong with a JSON text. */
export type Complain = (reason: string) => Error;

/** An object of a JSON text, whose members are read as what they must be. */
export class JsonObject {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #complain: Complain;

  /** `place` says where in the text it stands. Errors of all members: what `complain` makes. */
  constructor(value: unknown, place: string, complain: Complain) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw complain(`${place === '' ? 'the text' : place} is no object`);
    }
    // Checked above: JSON has no other objects.
    this.#members = value as Readonly<Record<string, unknown>>;
    this.#place = place;
    this.#complain = complain;
  }

  text(key: string): string {
    const value = this.#members[key];
    if (typeof value === 'string') return value;
    throw this.wrong(key, 'a text');
  }

  textOrNull(key: string): string | null {
    return this.any(key) === null ? null : this.text(key);
  }

  boolean(key: string): boolean {
    const value = this.#members[key];
    if (typeof value === 'boolean') return value;
    throw this.wrong(key, 'true or false');
  }

  number(key: string): number {
    const value = this.#members[key];
    if (typeof value === 'number') return value;
    throw this.wrong(key, 'a number');
  }

  numberOrNull(key: string): number | null {
    return this.any(key) === null ? null : this.number(key);
  }

  choice<const C extends string>(key: string, choices: readonly C[]): C {
    const found = choices.find((choice) => choice === this.#members[key]);
    if (found !== undefined) return found;
    throw this.wrong(key, choices.map((choice) => `'${choice}'`).join(' or '));
  }

  /** The value as it is; null when there is none. */
  any(key: string): unknown {
    return this.#members[key] ?? null;
  }

  texts(key: string): readonly string[] {
    const value = this.#members[key];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.wrong(key, 'a list of texts');
  }

  object<T>(key: string, read: (object: JsonObject) => T): T {
    return read(new JsonObject(this.#members[key], this.#at(key), this.#complain));
  }

  objectOrNull<T>(key: string, read: (object: JsonObject) => T): T | null {
    return this.any(key) === null ? null : this.object(key, read);
  }

  list<T>(key: string, read: (object: JsonObject) => T): readonly T[] {
    const value = this.#members[key];
    if (!Array.isArray(value)) throw this.wrong(key, 'a list');
    return value.map((item, i) =>
      read(new JsonObject(item, `${this.#at(key)}[${i}]`, this.#complain)),
    );
  }

  /** A map from texts to what `read` makes of each object. */
  map<T>(key: string, read: (object: JsonObject) => T): ReadonlyMap<string, T> {
    return this.object(key, (object) => {
      const keys = Object.keys(object.#members);
      return new Map(keys.map((member) => [member, object.object(member, read)]));
    });
  }

  textMap(key: string): ReadonlyMap<string, string> {
    return this.object(key, (object) => {
      const keys = Object.keys(object.#members);
      return new Map(keys.map((member) => [member, object.text(member)]));
    });
  }

  /** The error for a member that is not what it must be. */
  wrong(key: string, expected: string): Error {
    const what = key in this.#members ? 'is not' : 'is missing; expected is';
    return this.#complain(`'${this.#at(key)}' ${what} ${expected}`);
  }

  #at(key: string): string {
    return this.#place === '' ? key : `${this.#place}.${key}`;
  }
}

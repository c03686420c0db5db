import type { Region } from '../arena/region.ts';

/** Memory that one step of work overwrites after another; it grows and never shrinks. */
export class Scratch {
  readonly #region: Region;
  #address = 0;
  #capacity = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  /** The address of at least `bytes` bytes that are 0 where nothing was written yet. */
  zeroed(bytes: number): number {
    const before = this.#capacity;
    const address = this.bytes(bytes);
    if (this.#capacity !== before) this.#region.clear(address, this.#capacity);
    return address;
  }

  /** The address of `bytes` bytes that are 0. */
  cleared(bytes: number): number {
    const address = this.bytes(bytes);
    this.#region.clear(address, bytes);
    return address;
  }

  /** The address of at least `bytes` bytes; what they held is lost. Errors: MEMORY_LIMIT. */
  bytes(bytes: number): number {
    if (bytes > this.#capacity) {
      if (this.#address !== 0) this.#region.free(this.#address);
      this.#address = 0;
      this.#capacity = 0;
      this.#address = this.#region.alloc(bytes);
      this.#capacity = this.#region.capacityOf(this.#address);
    }
    return this.#address;
  }

  /** Integers in the scratch memory; what it held is lost. Errors: MEMORY_LIMIT. */
  int32(length: number): Int32Array {
    return this.#region.int32(this.bytes(length * 4), length);
  }

  /** Gives the memory back. */
  free(): void {
    if (this.#address !== 0) this.#region.free(this.#address);
    this.#address = 0;
    this.#capacity = 0;
  }
}

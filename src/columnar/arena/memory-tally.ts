/** Counts the bytes of the pages that some regions hold together. */
export class MemoryTally {
  #used = 0;
  #peak = 0;

  /** The most bytes that were held at a time. */
  get peak(): number {
    return this.#peak;
  }

  took(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#peak) this.#peak = this.#used;
  }

  gave(bytes: number): void {
    this.#used -= bytes;
  }
}

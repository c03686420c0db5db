import { Region } from '../../columnar/arena/region.ts';

/**
 * Memory that is given back as a whole, again and again: what a compiled expression list hands
 * out is valid until its next call. A part of the region it is made from, whose owner it shares.
 */
export class Scratch extends Region {
  readonly #live = new Set<number>();

  constructor(region: Region) {
    super(region.arena, region.owner, { parent: region });
  }

  override alloc(bytes: number): number {
    const address = super.alloc(bytes);
    this.#live.add(address);
    return address;
  }

  override free(address: number): void {
    this.#live.delete(address);
    super.free(address);
  }

  /** Takes back everything that was handed out since the last time. */
  reset(): void {
    for (const address of this.#live) super.free(address);
    this.#live.clear();
  }
}

/** What arrives in any order and comes out in the order of the splits it belongs to. */
export class SplitOrder<T> {
  readonly #queues = new Map<number, T[]>();
  readonly #ended = new Set<number>();
  #current = 0;
  #gap: { readonly count: number; readonly next: number } | null = null;

  push(split: number, item: T): void {
    const queue = this.#queues.get(split);
    if (queue === undefined) this.#queues.set(split, [item]);
    else queue.push(item);
  }

  /** Says that nothing more comes for a split. */
  end(split: number): void {
    if (split >= this.#current) this.#ended.add(split);
  }

  /** Says that the splits before `count` are followed by those from `next` on. */
  skip(count: number, next: number): void {
    this.#gap = { count, next };
  }

  /** The next item, or null when the first unfinished split has none yet. */
  take(): T | null {
    for (;;) {
      if (this.#current === this.#gap?.count) this.#current = this.#gap.next;
      const queue = this.#queues.get(this.#current);
      const item = queue?.shift();
      if (item !== undefined) return item;
      if (!this.#ended.delete(this.#current)) return null;
      this.#queues.delete(this.#current);
      this.#current++;
    }
  }

  /** The next item when nothing arrives any more: passes splits over that nobody took. */
  drain(): T | null {
    const item = this.take();
    if (item !== null) return item;
    const left = [...this.#queues].filter(([, queue]) => queue.length > 0).map(([split]) => split);
    if (left.length === 0) return null;
    this.#current = Math.min(...left);
    return this.take();
  }
}

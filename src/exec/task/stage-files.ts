import { removeFolder } from '../temporary-folder.ts';

/** The folder of a stage for rows that memory does not hold. Most stages need none. */
export class StageFiles {
  readonly #choose: () => string;
  #path: string | null = null;
  #areUsed = false;

  /** `choose` says where the folder lies. */
  constructor(choose: () => string) {
    this.#choose = choose;
  }

  /** Where the folder lies; whoever puts files there makes it, and says so. */
  get path(): string {
    this.#path ??= this.#choose();
    return this.#path;
  }

  /** Says that somebody may have made the folder. */
  markUsed(): void {
    this.#areUsed = true;
  }

  /** Removes it; false: nobody has made it. */
  async remove(): Promise<boolean> {
    if (this.#areUsed) await removeFolder(this.path);
    return this.#areUsed;
  }
}

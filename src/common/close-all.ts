/** What has an end. */
interface Closeable {
  close?(): void | Promise<void>;
}

/** Closes all of them, one after the other, whatever some throw; then throws the first error. */
export async function closeAll(all: Iterable<Closeable>): Promise<void> {
  const errors: unknown[] = [];
  for (const one of all) {
    try {
      const closed = one.close?.();
      if (closed !== undefined) await closed;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

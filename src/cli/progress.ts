/** Short work shows no progress. */
const QUIET_MS = 1000;
const EVERY_MS = 250;

/**
 * Shows the seconds that pass on standard error, on a line that disappears at the end. Only on a
 * terminal, and only for long work.
 */
export function startProgress(): Disposable {
  if (!process.stderr.isTTY) return { [Symbol.dispose]: () => {} };
  const started = Date.now();
  let shown = false;
  const timer = setInterval(() => {
    const seconds = (Date.now() - started) / 1000;
    if (seconds * 1000 < QUIET_MS) return;
    shown = true;
    process.stderr.write(`\r\x1b[Krunning … ${seconds.toFixed(1)} s`);
  }, EVERY_MS);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}

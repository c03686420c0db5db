/** Characters of a message, and of a stack, that errors keep of what user code threw. */
export const THROWN_TEXT_MAX = 10_000;
/** Characters of the message of our own error, which says more than what was thrown. */
export const MESSAGE_MAX = 2 * THROWN_TEXT_MAX;
/** What is said of a text that was cut is not cut again. */
const SLACK = 40;

/** A text without what is behind so many characters. */
export function cutText(text: string, max = THROWN_TEXT_MAX): string {
  return text.length > max + SLACK ? `${text.slice(0, max)}… (${text.length} characters)` : text;
}

/** The stack of an error up to its message, and behind it: the lines of the calls, which name the places. */
export function splitStack(stack: string, message: string): readonly [string, string] {
  const at = message === '' ? -1 : stack.indexOf(message);
  return at < 0 ? ['', stack] : [stack.slice(0, at), stack.slice(at + message.length)];
}

/** The stack of an error whose message is cut to `max`. */
export function cutStack(stack: string, message: string, max = THROWN_TEXT_MAX): string {
  if (stack.length <= max) return stack;
  const [start, lines] = splitStack(stack, message);
  const kept = lines.length === stack.length ? '' : cutText(message, max);
  return cutText(start) + kept + cutText(lines);
}

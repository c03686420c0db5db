/** Characters of a text that a message shows at most. */
const TEXT_MAX = 100;
/** Characters of a value that holds others. */
const SHOWN_MAX = 200;
/** Values inside another one that are shown. */
const ITEMS_MAX = 10;
/** Values inside values that are followed. */
const DEPTH_MAX = 3;

/** A short text of any JavaScript value, for a message. Never throws. */
export function showValue(value: unknown): string {
  return shortened(shown(value, 0), SHOWN_MAX);
}

function shown(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `'${shortened(value)}'`;
    case 'bigint':
      return `${shortened(String(value))}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return shownSafely(value, () => `function ${shortened(value.name)}`.trimEnd());
    case 'object':
      return value === null ? 'NULL' : shownSafely(value, () => showObject(value, depth));
    default:
      return shortened(String(value));
  }
}

/** A proxy may be revoked, or throw whatever it is asked. */
function shownSafely(value: object, show: () => string): string {
  try {
    return show();
  } catch {
    return `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be read`;
  }
}

function showObject(value: object, depth: number): string {
  if (Array.isArray(value)) {
    return depth > DEPTH_MAX ? `an array of ${value.length}` : showArray(value, depth);
  }
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer && value.buffer.detached) {
    return `a detached ${tag}`;
  }
  if (value instanceof Map || value instanceof Set) return `${tag} of ${value.size}`;
  if (tag !== 'Object') return `${tag} ${shortened(text(value))}`;
  const keys = Object.keys(value);
  if (depth > DEPTH_MAX) return shortened(`Object with the keys ${keys.join(', ')}`);
  const fields = keys.slice(0, ITEMS_MAX).map((key) => {
    return `${shortened(key)}: ${shown(Reflect.get(value, key), depth + 1)}`;
  });
  if (keys.length > ITEMS_MAX) fields.push(`… (${keys.length} in all)`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function showArray(value: readonly unknown[], depth: number): string {
  const length = Math.min(value.length, ITEMS_MAX);
  const items = Array.from({ length }, (_, i) => shown(value[i], depth + 1));
  if (value.length > ITEMS_MAX) items.push(`… (${value.length} in all)`);
  return `[${items.join(', ')}]`;
}

function text(value: object): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

function shortened(value: string, max = TEXT_MAX): string {
  return value.length > max ? `${value.slice(0, max)}…` : value;
}

/** Characters of a value that a message shows at most. */
const SHOWN_MAX = 100;

/** A short text of any JavaScript value, for a message. Never throws. */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${shortened(value)}'`;
    case 'bigint':
      return `${shortened(String(value))}n`;
    case 'function':
      return `function ${shortened(value.name)}`;
    case 'object':
      return value === null ? 'NULL' : shownSafely(value);
    default:
      return String(value);
  }
}

/** A proxy may be revoked, or throw whatever it is asked. */
function shownSafely(value: object): string {
  try {
    return showObject(value);
  } catch {
    return 'an object that cannot be read';
  }
}

function showObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (tag !== 'Object' && tag !== 'Map' && tag !== 'Set') return `${tag} ${shortened(text(value))}`;
  return shortened(
    `${tag} with ${tag === 'Object' ? `the keys ${Object.keys(value).join(', ')}` : 'entries'}`,
  );
}

function text(value: object): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

function shortened(value: string): string {
  return value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value;
}

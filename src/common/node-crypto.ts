/** Node's crypto, loaded when it is first needed: most statements never need it. */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** Node's crypto, loaded when it is first needed: 4 ms of the start of a process otherwise. */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

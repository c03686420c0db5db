import { validationError } from '../../common/errors.ts';
import { nodeCrypto } from '../../common/node-crypto.ts';
import { STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { arg, explicit, forceNullable, nullableIfArgs, sequence } from '../type-strategies.ts';

const text = arg('value', 'CHARACTER_STRING', 'BINARY_STRING');

/** MD5(text). */
export const MD5 = digest('MD5', 'md5', 'd41d8cd98f00b204e9800998ecf8427e');
/** SHA1(text). */
export const SHA1 = digest('SHA1', 'sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
/** SHA224(text). */
export const SHA224 = digest(
  'SHA224',
  'sha224',
  'd14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f',
);
/** SHA256(text). */
export const SHA256 = digest(
  'SHA256',
  'sha256',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
);
/** SHA384(text). */
export const SHA384 = digest(
  'SHA384',
  'sha384',
  '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
);
/** SHA512(text). */
export const SHA512 = digest(
  'SHA512',
  'sha512',
  'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
);

function hash(algorithm: string, value: string | Uint8Array): string {
  return nodeCrypto().createHash(algorithm).update(value).digest('hex');
}

/** `empty`: the hash of a text without characters. */
function digest(name: string, algorithm: string, empty: string) {
  return defineScalar({
    name,
    doc: `The ${name} hash of a string, in hexadecimal digits.`,
    input: sequence(text),
    output: nullableIfArgs(explicit(STRING)),
    eval: (value: string | Uint8Array) => hash(algorithm, value),
    examples: [[`${name}('')`, empty]],
  });
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  '0': 'sha256',
  '224': 'sha224',
  '256': 'sha256',
  '384': 'sha384',
  '512': 'sha512',
};

/** SHA2(text, length). */
export const SHA2 = defineScalar({
  name: 'SHA2',
  doc: 'The SHA-2 hash of a string with 224, 256, 384 or 512 bits, in hexadecimal digits.',
  input: sequence(text, arg('hashLength', 'INTEGER_NUMERIC')),
  output: forceNullable(explicit(STRING)),
  eval: (value: string | Uint8Array, length: number | bigint) => {
    const algorithm = ALGORITHMS[String(length)];
    if (algorithm === undefined) {
      throw validationError('INVALID_FUNCTION_ARGUMENT', {
        function: 'SHA2',
        reason: `there is no SHA-2 hash of ${length} bits`,
      });
    }
    return hash(algorithm, value);
  },
  examples: [["SHA2('', 256) = SHA256('')", 'TRUE']],
});

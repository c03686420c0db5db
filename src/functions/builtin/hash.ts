import { validationError } from '../../common/errors.ts';
import { nodeCrypto } from '../../common/node-crypto.ts';
import { STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { arg, explicit, forceNullable, nullableIfArgs, sequence } from '../type-strategies.ts';

const text = arg('value', 'CHARACTER_STRING', 'BINARY_STRING');

/** MD5(text). */
export const MD5 = digest('MD5', 'md5');
/** SHA1(text). */
export const SHA1 = digest('SHA1', 'sha1');
/** SHA224(text). */
export const SHA224 = digest('SHA224', 'sha224');
/** SHA256(text). */
export const SHA256 = digest('SHA256', 'sha256');
/** SHA384(text). */
export const SHA384 = digest('SHA384', 'sha384');
/** SHA512(text). */
export const SHA512 = digest('SHA512', 'sha512');

function hash(algorithm: string, value: string | Uint8Array): string {
  return nodeCrypto().createHash(algorithm).update(value).digest('hex');
}

function digest(name: string, algorithm: string) {
  return defineScalar({
    name,
    doc: `The ${name} hash of a string, in hexadecimal digits.`,
    input: sequence(text),
    output: nullableIfArgs(explicit(STRING)),
    eval: (value: string | Uint8Array) => hash(algorithm, value),
    examples: [[`${name}('')`, hash(algorithm, '')]],
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

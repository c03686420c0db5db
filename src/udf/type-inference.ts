import { toExternal } from '../columnar/rows.ts';
import { validationError } from '../common/errors.ts';
import type { CallShape, InputTypeStrategy, TypeStrategy } from '../functions/definition.ts';
import { canCastImplicitly } from '../types/casts.ts';
import { type DataType, sameType, withNullable } from '../types/data-type.ts';
import { attachMethods, type PublicDataType } from '../types/data-types.ts';
import { printType } from '../types/print.ts';

/** One way to call a function. */
export interface Signature {
  /** What the arguments are cast to; if absent, they are taken as they are. */
  readonly inputTypes?: readonly DataType[];
  /** The names of the arguments, by which a call may give them. */
  readonly argumentNames?: readonly string[];
  readonly resultType: DataType;
}

/** What `getTypeInference` sees of a call. */
export interface TypeInferenceCall {
  readonly argumentTypes: readonly PublicDataType[];
  /** The value of each argument that is a literal, else undefined. */
  readonly argumentValues: readonly unknown[];
}

/**
 * Decides the types of a call; null rejects it. It is asked again with the types that it returned,
 * and must give the same answer. Runs on the calling thread.
 */
export type GetTypeInference = (call: TypeInferenceCall) => Signature | null;

/** How the types of the calls of a function are decided. */
export interface Typing {
  readonly signatures: readonly Signature[];
  /** Takes the place of the signatures. */
  readonly infer: GetTypeInference | null;
}

/** The strategies of a function, for the binder. */
export function typeStrategies(
  name: string,
  typing: Typing,
): { readonly input: InputTypeStrategy; readonly output: TypeStrategy } {
  const signatureOf = (call: CallShape): Signature | null =>
    typing.infer === null ? chosen(typing.signatures, call) : asked(name, typing.infer, call);
  const input: InputTypeStrategy = {
    names: typing.signatures.flatMap(({ argumentNames }) =>
      argumentNames === undefined ? [] : [argumentNames],
    ),
    infer: (call) => {
      const signature = signatureOf(call);
      if (signature === null) return null;
      return signature.inputTypes?.map((type) => withNullable(type, true)) ?? call.types;
    },
    describe: (called) =>
      typing.infer === null
        ? typing.signatures.map(({ inputTypes }) => printed(called, inputTypes))
        : [printed(called, undefined)],
  };
  const output: TypeStrategy = (call) => {
    const signature = signatureOf(call);
    if (signature !== null) {
      const { resultType } = signature;
      const passed = requiredOf(typing).some((i) => call.types[i]?.nullable === true);
      return withNullable(resultType, resultType.nullable || passed);
    }
    const reason = 'getTypeInference rejects the argument types that it gave itself';
    throw validationError('UDF_TYPES', { name, types: listed(call.types), reason });
  };
  return { input, output };
}

/**
 * The parameters that are declared NOT NULL, where there is one signature: rows in which one of
 * them is NULL give NULL without a call.
 */
export function requiredOf({ signatures, infer }: Typing): readonly number[] {
  const [only, ...others] = signatures;
  if (infer !== null || only === undefined || others.length > 0) return [];
  return (only.inputTypes ?? []).flatMap((type, i) => (type.nullable ? [] : [i]));
}

function chosen(signatures: readonly Signature[], { types }: CallShape): Signature | null {
  const fits = (accepts: (type: DataType, to: DataType) => boolean) =>
    signatures.find(
      ({ inputTypes }) =>
        inputTypes === undefined ||
        (inputTypes.length === types.length &&
          types.every((type, i) => accepts(type, inputTypes[i]!))),
    );
  const exact = fits((type, to) => sameType(type, to, false));
  return exact ?? fits((type, to) => canCastImplicitly(type, withNullable(to, true))) ?? null;
}

function asked(name: string, infer: GetTypeInference, call: CallShape): Signature | null {
  const { types, literals } = call;
  const failed = (reason: string, cause?: unknown): Error =>
    validationError('UDF_TYPES', { name, types: listed(types), reason }, { cause });
  let signature: Signature | null;
  try {
    signature = infer({
      argumentTypes: types.map((type) => attachMethods(type)),
      argumentValues: literals.map((value, i) =>
        value === undefined ? undefined : toExternal(types[i]!)(value),
      ),
    });
  } catch (cause) {
    throw failed(`getTypeInference failed: ${String(cause)}`, cause);
  }
  if (signature === null) return null;
  const reason = faultOf(signature, types.length);
  if (reason !== null) throw failed(reason);
  return signature;
}

/** What is wrong with a signature that a user wrote; null if nothing. */
export function faultOf(signature: unknown, argumentsGiven: number | null = null): string | null {
  if (typeof signature !== 'object' || signature === null) {
    return 'a signature is { inputTypes, resultType }';
  }
  const { inputTypes, argumentNames, resultType } = signature as Partial<Signature>;
  if (!isType(resultType)) return 'resultType must be a DataTypes value, such as DataTypes.INT()';
  if (argumentNames !== undefined && !isNames(argumentNames, inputTypes)) {
    return 'argumentNames must be a different name for each of inputTypes';
  }
  if (inputTypes === undefined) return null;
  if (!Array.isArray(inputTypes) || !inputTypes.every(isType)) {
    return 'inputTypes must be DataTypes values, such as DataTypes.INT()';
  }
  return argumentsGiven === null || inputTypes.length === argumentsGiven
    ? null
    : `it gave ${inputTypes.length} input types for ${argumentsGiven} arguments`;
}

function isNames(names: unknown, inputTypes: unknown): boolean {
  if (!Array.isArray(names) || !Array.isArray(inputTypes)) return false;
  if (!names.every((name) => typeof name === 'string')) return false;
  return names.length === inputTypes.length && new Set(names).size === names.length;
}

/** Whether a value is a type; more is not checked: whoever makes one by hand is careful. */
export function isType(type: unknown): type is DataType {
  return typeof type === 'object' && type !== null && 'kind' in type;
}

function printed(name: string, inputTypes: readonly DataType[] | undefined): string {
  return `${name}(${inputTypes === undefined ? '...' : listed(inputTypes)})`;
}

function listed(types: readonly DataType[]): string {
  return types.map(printType).join(', ');
}

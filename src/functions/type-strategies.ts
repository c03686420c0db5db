import { canCastImplicitly } from '../types/casts.ts';
import { commonType } from '../types/common-type.ts';
import { type DataType, sameType, type TypeKind, withNullable } from '../types/data-type.ts';
import { decimalAverage } from '../types/decimal-types.ts';
import { decimal } from '../types/types.ts';
import type { CallShape, InputTypeStrategy, TypeStrategy } from './definition.ts';
import { defaultType, type Family, rootsOf } from './signature-families.ts';

/** Decides what one argument of a call is cast to. */
export interface ArgumentStrategy {
  /** The type that the argument is cast to (often its own); null rejects the call. */
  infer(call: CallShape, index: number): DataType | null;
  /** The argument as signatures show it, e.g. `start <INT>`. */
  readonly text: string;
}

/** An argument of given roots or families; others are cast to the first that takes them. */
export function arg(name: string, ...accepted: readonly (Family | TypeKind)[]): ArgumentStrategy {
  const roots = rootsOf(accepted);
  return {
    text: `${name} <${accepted.join(' | ')}>`,
    infer(call, index) {
      const type = call.types[index]!;
      if (roots.includes(type.kind)) return type;
      for (const candidate of accepted) {
        const wanted = defaultType(candidate);
        if (canCastImplicitly(type, wanted)) return wanted;
      }
      return null;
    },
  };
}

/** An argument of any type. */
export function anyArg(name: string): ArgumentStrategy {
  return { text: `${name} <ANY>`, infer: (call, index) => call.types[index]! };
}

/** An argument that is implicitly cast to exactly this type. */
export function explicitArg(name: string, type: DataType): ArgumentStrategy {
  return {
    text: `${name} <${type.kind}>`,
    infer: (call, index) => (canCastImplicitly(call.types[index]!, type) ? type : null),
  };
}

/** An argument that must be a literal other than NULL, and satisfy another strategy. */
export function literalArg(inner: ArgumentStrategy): ArgumentStrategy {
  return {
    text: `${inner.text} literal`,
    infer: (call, index) => (call.literals[index] == null ? null : inner.infer(call, index)),
  };
}

/** An argument that is one of some words, as a literal; the parser makes symbols such strings. */
export function symbolArg(name: string, words: readonly string[]): ArgumentStrategy {
  return {
    text: `${name} <${words.join(' | ')}>`,
    infer(call, index) {
      const word = call.literals[index];
      return typeof word === 'string' && words.includes(word) ? call.types[index]! : null;
    },
  };
}

/** An argument decided by a function of the whole call. */
export function argOf(
  text: string,
  infer: (call: CallShape, index: number) => DataType | null,
): ArgumentStrategy {
  return { text, infer };
}

/** Exactly these arguments. */
export function sequence(...args: readonly ArgumentStrategy[]): InputTypeStrategy {
  return {
    infer: (call) => (call.types.length === args.length ? inferEach(call, (i) => args[i]!) : null),
    describe: (name) => [signature(name, args)],
  };
}

/** These arguments, of which the last may be repeated or left out. */
export function varyingSequence(...args: readonly ArgumentStrategy[]): InputTypeStrategy {
  const last = args.length - 1;
  return {
    infer: (call) =>
      call.types.length < last ? null : inferEach(call, (i) => args[Math.min(i, last)]!),
    describe: (name) => [`${signature(name, args).slice(0, -1)}...)`],
  };
}

/** These arguments, of which those from `required` on may be left out from the end. */
export function optionalFrom(
  required: number,
  ...args: readonly ArgumentStrategy[]
): InputTypeStrategy {
  const lengths = args.map((_, i) => i + 1).filter((n) => n >= required);
  if (required === 0) lengths.unshift(0);
  return or(...lengths.map((n) => sequence(...args.slice(0, n))));
}

/** The first strategy that accepts the call as it is, else the first that accepts it with casts. */
export function or(...options: readonly InputTypeStrategy[]): InputTypeStrategy {
  return {
    infer(call) {
      let first: readonly DataType[] | null = null;
      for (const option of options) {
        const types = option.infer(call);
        if (types === null) continue;
        if (types.every((type, i) => sameType(type, call.types[i]!, false))) return types;
        first ??= types;
      }
      return first;
    },
    describe: (name) => options.flatMap((option) => option.describe(name)),
  };
}

/** Arguments that are all cast to their common type; `max` is null for any number of them. */
export function commonArgs(min: number, max: number | null, text = 'COMMON'): InputTypeStrategy {
  return {
    infer(call) {
      const count = call.types.length;
      if (count < min || (max !== null && count > max)) return null;
      const common = commonType(call.types);
      return common === null ? null : call.types.map(() => common);
    },
    describe: (name) => [
      `${name}(${Array.from({ length: min }, () => `<${text}>`).join(', ')}${max === min ? '' : ', ...'})`,
    ],
  };
}

/** A strategy that a function decides; `signatures` are arguments without the function's name. */
export function inputOf(
  infer: (call: CallShape) => readonly DataType[] | null,
  ...signatures: readonly string[]
): InputTypeStrategy {
  return { infer, describe: (name) => signatures.map((text) => `${name}(${text})`) };
}

/** A strategy that accepts what `inner` accepts and a condition allows. */
export function provided(
  inner: InputTypeStrategy,
  condition: (call: CallShape) => boolean,
): InputTypeStrategy {
  return {
    infer(call) {
      const types = inner.infer(call);
      return types !== null && condition({ ...call, types }) ? types : null;
    },
    describe: (name) => inner.describe(name),
  };
}

/** No arguments. */
export const NO_ARGS: InputTypeStrategy = sequence();

function inferEach(
  call: CallShape,
  strategy: (index: number) => ArgumentStrategy,
): readonly DataType[] | null {
  const types: DataType[] = [];
  for (let i = 0; i < call.types.length; i++) {
    const type = strategy(i).infer(call, i);
    if (type === null) return null;
    types.push(type);
  }
  return types;
}

function signature(name: string, args: readonly ArgumentStrategy[]): string {
  return `${name}(${args.map((a) => a.text).join(', ')})`;
}

/** Always this type. */
export function explicit(type: DataType): TypeStrategy {
  return () => type;
}

/** The type of an argument. */
export function argument(index: number): TypeStrategy {
  return (call) => call.types[index]!;
}

/** The common type of all arguments, or of some. */
export function common(from = 0): TypeStrategy {
  return (call) => commonType(call.types.slice(from)) ?? call.types[from]!;
}

/** Nullable if one of the arguments is; else NOT NULL. */
export function nullableIfArgs(inner: TypeStrategy): TypeStrategy {
  return (call) =>
    withNullable(
      inner(call),
      call.types.some((type) => type.nullable),
    );
}

/** Nullable if all arguments are; else NOT NULL. */
export function nullableIfAllArgs(inner: TypeStrategy): TypeStrategy {
  return (call) =>
    withNullable(
      inner(call),
      call.types.every((type) => type.nullable),
    );
}

/** Nullable, whatever the arguments are. */
export function forceNullable(inner: TypeStrategy): TypeStrategy {
  return (call) => withNullable(inner(call), true);
}

/** NOT NULL, whatever the arguments are. */
export function notNull(inner: TypeStrategy): TypeStrategy {
  return (call) => withNullable(inner(call), false);
}

/** The type of an average, and of a variance: its argument's, decimals with at least six digits. */
export function averageType(call: CallShape): DataType {
  const type = call.types[0]!;
  if (type.kind !== 'DECIMAL') return type;
  const { precision, scale } = decimalAverage(type.scale);
  return decimal(precision, scale);
}

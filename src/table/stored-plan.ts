import { describeValue } from '../common/arguments.ts';
import { assert } from '../common/assert.ts';
import { TableError, validationError } from '../common/errors.ts';
import { nodeCrypto } from '../common/node-crypto.ts';
import { fromTaggedJson, toTaggedJson } from '../common/tagged-json.ts';
import type { EncodedPlan } from '../planner/physical/encode.ts';

/** One write of a stored plan: the path of its table, and how the rows come there. */
export interface StoredWrite {
  readonly sink: string;
  readonly plan: EncodedPlan;
}

/** What tells the text of a plan from other JSON. */
const FORMAT = 'millrace-plan';
/** Raised when plans of before can no longer be read. */
const VERSION = 1;

/** The text of a plan: JSON with a version, and with a checksum of what is run. */
export function storedPlanText(writes: readonly StoredWrite[]): string {
  const body = toTaggedJson(writes);
  const head = { format: FORMAT, version: VERSION, checksum: checksumOf(body) };
  return `${JSON.stringify(head).slice(0, -1)},"writes":${body}}\n`;
}

/**
 * The writes of a plan's text. Errors: ValidationError INVALID_PLAN for a text that is damaged or
 * no plan, PLAN_VERSION for one of another version.
 */
export function readStoredPlan(text: string): readonly StoredWrite[] {
  const { format, version, checksum, writes } = objectOf(text);
  if (format !== FORMAT) throw invalid('it is not a plan of Millrace');
  if (version !== VERSION) {
    throw validationError('PLAN_VERSION', { version: describeValue(version), expected: VERSION });
  }
  return checkedPlan(() => {
    const body = JSON.stringify(writes) ?? '';
    if (checksumOf(body) !== checksum) throw invalid('its contents do not fit its checksum');
    // The checksum says that this is what `storedPlanText` wrote, unless somebody made a new one.
    const found = fromTaggedJson(body);
    assert(Array.isArray(found) && found.every(isWrite), 'a list of writes');
    return found;
  });
}

/**
 * Runs `use`, which works on a stored plan. What only a forged plan can lead to is an error of the
 * plan. Errors: ValidationError INVALID_PLAN, and those of `use`.
 */
export function checkedPlan<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw planError(error);
  }
}

/** The error of working on a stored plan: ours as it is, INVALID_PLAN for all others. */
export function planError(cause: unknown): unknown {
  return cause instanceof TableError ? cause : invalid('its parts do not fit together', cause);
}

function isWrite(value: unknown): value is StoredWrite {
  if (typeof value !== 'object' || value === null) return false;
  const { sink, plan }: Partial<Record<keyof StoredWrite, unknown>> = value;
  return typeof sink === 'string' && typeof plan === 'object' && plan !== null;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    throw invalid('it is not JSON');
  }
  throw invalid('it is not a plan of Millrace');
}

function invalid(reason: string, cause?: unknown): Error {
  return validationError('INVALID_PLAN', { reason }, { cause });
}

function checksumOf(body: string): string {
  return nodeCrypto().createHash('sha256').update(body).digest('hex');
}

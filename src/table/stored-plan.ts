import { createHash } from 'node:crypto';
import { validationError } from '../common/errors.ts';
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
    throw validationError('PLAN_VERSION', { version: String(version), expected: VERSION });
  }
  const body = JSON.stringify(writes) ?? '';
  if (checksumOf(body) !== checksum) throw invalid('its contents do not fit its checksum');
  // The checksum says that this is what `storedPlanText` wrote.
  return fromTaggedJson(body) as readonly StoredWrite[];
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

function invalid(reason: string): Error {
  return validationError('INVALID_PLAN', { reason });
}

function checksumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

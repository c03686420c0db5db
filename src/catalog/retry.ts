import { ValidationError, validationError } from '../common/errors.ts';

/** What a statement needs is not at hand: await `ready`, and run the statement again. */
export class RetryError extends ValidationError {
  readonly ready: () => Promise<void>;

  constructor(error: ValidationError, ready: () => Promise<void>) {
    super(error.code, error.sentence, { hint: error.hint });
    this.name = ValidationError.name;
    this.ready = ready;
  }
}

/** A catalog object changed between the moment it was read and the moment it would be written. */
export class CatalogConflict extends RetryError {
  constructor(object: string) {
    super(validationError('CATALOG_CONFLICT', { object }), () => Promise.resolve());
  }
}

/** Each conflict means that another writer went on: nobody loses so often in a row. */
const ATTEMPTS_MAX = 100;

/** Makes a change again, on what it reads then, when another writer came in between. */
export function retryConflicts<T>(change: () => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return change();
    } catch (error) {
      if (!(error instanceof CatalogConflict) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

import type { UdfBody } from '../functions/definition.ts';
import type { DataType } from '../types/data-type.ts';

/** One call of a user-defined function in a plan. */
export interface ScalarCall {
  readonly name: string;
  readonly body: UdfBody;
  readonly result: DataType;
}

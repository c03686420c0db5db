import { UserFunction } from '../../src/udf/user-function.ts';
import * as functions from './process-functions.ts';

/** The process table functions of test/sql/process-tables.slt, each in a process of its own. */
function isolated({ target, process }: UserFunction): UserFunction {
  const options = { isolation: 'process', ...(process && { resultType: process.result }) } as const;
  return new UserFunction('process', target, options, target, process);
}

export const numbered = isolated(functions.numbered);
export const counted = isolated(functions.counted);
export const silence = isolated(functions.silence);
export const repeated = isolated(functions.repeated);
export const priced = isolated(functions.priced);

import { orderedAggregate } from '../../ordered-aggregate.ts';
import { ARRAY_AGG, LISTAGG } from './collect.ts';
import { FIRST_VALUE, LAST_VALUE } from './first-last.ts';
import { JSON_ARRAYAGG } from './json.ts';

/** The built-in aggregates that take their rows in an order. */

/** ARRAY_AGG(a ORDER BY k). */
export const ORDERED_ARRAY_AGG = orderedAggregate(ARRAY_AGG);

/** LISTAGG(a [, separator]) WITHIN GROUP (ORDER BY k). */
export const ORDERED_LISTAGG = orderedAggregate(LISTAGG);

/** JSON_ARRAYAGG(a ORDER BY k). */
export const ORDERED_JSON_ARRAYAGG = orderedAggregate(JSON_ARRAYAGG);

/** FIRST_VALUE(a ORDER BY k). */
export const ORDERED_FIRST_VALUE = orderedAggregate(FIRST_VALUE);

/** LAST_VALUE(a ORDER BY k). */
export const ORDERED_LAST_VALUE = orderedAggregate(LAST_VALUE);

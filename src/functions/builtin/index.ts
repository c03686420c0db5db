import type { FunctionDefinition } from '../definition.ts';
import * as approxCountDistinct from './aggregate/approx-count-distinct.ts';
import * as avg from './aggregate/avg.ts';
import * as bitmapAggregate from './aggregate/bitmap.ts';
import * as collect from './aggregate/collect.ts';
import * as count from './aggregate/count.ts';
import * as firstLast from './aggregate/first-last.ts';
import * as jsonAggregate from './aggregate/json.ts';
import * as minMax from './aggregate/min-max.ts';
import * as orderedAggregate from './aggregate/ordered.ts';
import * as percentile from './aggregate/percentile.ts';
import * as singleValue from './aggregate/single-value.ts';
import * as sum from './aggregate/sum.ts';
import * as variance from './aggregate/variance.ts';
import * as arithmetic from './arithmetic.ts';
import * as bitmap from './bitmap.ts';
import * as catalog from './catalog.ts';
import * as changelog from './changelog.ts';
import * as collection from './collection.ts';
import * as comparison from './comparison.ts';
import * as conditional from './conditional.ts';
import * as conversion from './conversion.ts';
import * as currentTime from './current-time.ts';
import * as hash from './hash.ts';
import * as json from './json.ts';
import * as jsonConstruction from './json-construction.ts';
import * as like from './like.ts';
import * as logic from './logic.ts';
import * as map from './map.ts';
import * as math from './math.ts';
import * as multiset from './multiset.ts';
import * as objects from './objects.ts';
import * as periods from './periods.ts';
import * as rounding from './rounding.ts';
import * as sinkConstraints from './sink-constraints.ts';
import * as string from './string.ts';
import * as stringEncoding from './string-encoding.ts';
import * as stringRegexp from './string-regexp.ts';
import * as stringSplitting from './string-splitting.ts';
import * as table from './table.ts';
import * as temporal from './temporal.ts';
import * as temporalConversion from './temporal-conversion.ts';
import * as trim from './trim.ts';
import * as valueConstruction from './value-construction.ts';
import * as window from './window.ts';
import * as windowAssignment from './window-assignment.ts';

/** A file of built-in functions: every export is one. */
type FunctionFamily = Readonly<Record<string, FunctionDefinition>>;

/**
 * The built-in functions, by family. To add a function, export it from a family; to add a family,
 * list it here.
 *
 * Operators and special syntax are functions as well. The binder looks them up by these names and
 * passes these arguments (symbols and units are CHAR literals):
 *
 * - `AND` `OR` (two or more), `NOT`, `IS [NOT] NULL | TRUE | FALSE | UNKNOWN`
 * - `=` `<>` `<` `<=` `>` `>=` `IS [NOT] DISTINCT FROM`, `IN` (value, items…)
 * - `+` `-` `*` `/` `%` `NEGATE` (unary minus), `||`
 * - `LIKE` `ILIKE` `RLIKE` `SIMILAR TO` (value, pattern[, escape]); negated by `NOT`
 * - `ITEM` (array or map or variant, index or key), `FIELD` (row, index from 0), `ROW` `ARRAY`
 *   `MAP` (k, v, k, v…) `MULTISET`
 * - `MULTISET UNION ALL | DISTINCT` and the like, `MEMBER OF`, `SUBMULTISET OF`, `IS A SET`, `IS EMPTY`
 * - `EXTRACT` (unit, value), `FLOOR` `CEIL` (value[, unit]), `TIMESTAMPADD` (unit, count, start),
 *   `TIMESTAMPDIFF` (unit, start, end), `OVERLAPS` and other tests of periods
 *   (start, end, start, end)
 * - `TRIM` (side: BOTH, LEADING or TRAILING; characters; text), `SUBSTRING` `POSITION` `OVERLAY` by
 *   position: POSITION(needle IN text) is (needle, text)
 * - `IS JSON` (text, VALUE | OBJECT | ARRAY | SCALAR); negated by `NOT`
 * - `JSON_EXISTS` (text, path[, TRUE | FALSE | UNKNOWN | ERROR])
 * - `JSON_VALUE` (text, path[, NULL literal of the RETURNING type, on empty: NULL | ERROR | DEFAULT,
 *   its default or NULL, on error, its default or NULL])
 * - `JSON_QUERY` (text, path[, NULL literal of the RETURNING type, wrapper: WITHOUT | CONDITIONAL |
 *   UNCONDITIONAL, on empty: NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR, on error])
 * - `JSON_OBJECT` (NULL | ABSENT, then key, value, raw for each entry), `JSON_ARRAY` (NULL | ABSENT,
 *   then value, raw for each item); `raw` is a BOOLEAN literal: the value is JSON text to be taken
 *   as it is (FORMAT JSON, or itself a call of JSON_OBJECT, JSON_ARRAY or JSON)
 * - `JSON_OBJECTAGG` (key, value, NULL | ABSENT, raw), `JSON_ARRAYAGG` (value, NULL | ABSENT, raw)
 * - `$CHECK_NOT_NULL` (value, column), `$CHECK_LENGTH` (value, column, NULL of the column's type): INSERT
 * - `$UNKNOWN_CHANGE` (operation): FROM_CHANGELOG
 * - `COUNT` with no arguments is COUNT(*); `ARRAY_AGG` (value[, RESPECT | IGNORE])
 * - `$ARRAY_AGG ORDER BY` and the like (directions, keys…, arguments…): see `aggregate/ordered.ts`;
 *   `$LAG IGNORE NULLS`, `$LEAD IGNORE NULLS` like LAG and LEAD
 *
 * CASE and CAST are expressions of their own kinds, not calls.
 */
export const BUILTIN_FAMILIES = {
  arithmetic,
  bitmap,
  comparison,
  conditional,
  logic,
  avg,
  collect,
  count,
  firstLast,
  minMax,
  singleValue,
  sum,
  variance,
  like,
  string,
  trim,
  rounding,
  temporal,
  periods,
  valueConstruction,
  objects,
  temporalConversion,
  currentTime,
  math,
  stringRegexp,
  collection,
  map,
  multiset,
  hash,
  stringEncoding,
  stringSplitting,
  conversion,
  json,
  jsonConstruction,
  jsonAggregate,
  orderedAggregate,
  percentile,
  approxCountDistinct,
  bitmapAggregate,
  table,
  window,
  windowAssignment,
  catalog,
  sinkConstraints,
  changelog,
} satisfies Record<string, FunctionFamily>;

/**
 * Where emitted code finds the ids of known keys without NULL. Addresses.
 *
 * `codes`: the dictionary codes of the rows, perhaps of two columns, of which the second has `size`
 * values; `map` holds the id of each code, or of each pair of codes, negative where it has none.
 * `range`: integer keys from `base` on; `slots` holds the id plus one of each, 0 where it has none.
 */
export type GroupLookup =
  | {
      readonly kind: 'codes';
      readonly codes: number;
      readonly others: { readonly codes: number; readonly size: number } | null;
      readonly map: number;
    }
  | {
      readonly kind: 'range';
      readonly slots: number;
      readonly base: bigint;
      readonly size: number;
    };

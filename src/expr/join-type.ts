/** How rows without a match are treated; semi and anti joins return left columns only. */
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';

type Sides = Readonly<Record<JoinType, { readonly left: boolean; readonly right: boolean }>>;

/** The sides of a join of which rows are of no use that find no match, or that its condition rejects. */
export const DROPPED_SIDES: Sides = {
  inner: { left: true, right: true },
  semi: { left: true, right: true },
  left: { left: false, right: true },
  anti: { left: false, right: true },
  right: { left: true, right: false },
  full: { left: false, right: false },
};

/** The sides of which each row of a join has a row: it is neither left out nor NULLs in its place. */
export const PRESENT_SIDES: Sides = {
  inner: { left: true, right: true },
  semi: { left: true, right: false },
  left: { left: true, right: false },
  anti: { left: true, right: false },
  right: { left: false, right: true },
  full: { left: false, right: false },
};

/** Whether rows of a side appear with NULLs where they found no match. */
export function isOptional(joinType: JoinType, side: 'left' | 'right'): boolean {
  return joinType === 'full' || joinType === (side === 'left' ? 'right' : 'left');
}

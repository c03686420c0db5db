/**
 * How deep a text may nest, in parentheses. Parentheses and prefix operators are parsed by a loop
 * and count one each; what recurses counts with its share of V8's stack of about 1 MB, of which the
 * parser uses at most two thirds (measured: an expression takes 2 kB, a call 3, a query 5).
 */
export const NESTING_MAX = 2_000;

/** What each kind of recursion counts against `NESTING_MAX`. */
export const NESTING_WEIGHT = { expression: 8, call: 5, type: 4, query: 18 } as const;

/**
 * How deep the tree of an expression may be: everything behind the parser walks it by recursion. A
 * chain of operators is as deep as it is long, AND and OR apart.
 */
export const EXPRESSION_DEPTH_MAX = 1_000;

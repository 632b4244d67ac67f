/**
 * Bounds a number of tokens to 0 .. `most` and rounds it to a billionth, so that taking and adding tenths does not drift.
 * Numbers too large to have billionths are not rounded.
 */
export function clampTokens(most: number, tokens: number): number {
  const billionths = Math.round(tokens * 1e9);
  const exact = billionths <= Number.MAX_SAFE_INTEGER ? billionths / 1e9 : tokens;
  return Math.min(most, Math.max(0, exact));
}

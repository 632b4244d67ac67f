/**
 * So many tokens, but at most `most` and at least 0, kept to a billionth: however often tenths are taken and given back,
 * they do not drift. (Numbers too large to have billionths stay as they are.)
 */
export function clampTokens(most: number, tokens: number): number {
  const billionths = Math.round(tokens * 1e9);
  const exact = billionths <= Number.MAX_SAFE_INTEGER ? billionths / 1e9 : tokens;
  return Math.min(most, Math.max(0, exact));
}

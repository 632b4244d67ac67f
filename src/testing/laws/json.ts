/** The first thing in a value that JSON does not keep, with its place: `Infinity at state.until`. */
export function oddity(value: unknown, place: string, above: readonly unknown[] = []): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${String(value)} at ${place}`;
  if (typeof value === 'undefined') return `undefined at ${place}`;
  if (typeof value !== 'object') return `a ${typeof value} at ${place}`;
  if (above.includes(value)) return `a ring at ${place}`;
  const within = [...above, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (each: unknown, index) => [`${place}[${String(index)}]`, each] as const);
    return (
      first(items, within) ?? (Object.keys(value).length > items.length ? `a field of a list at ${place}` : undefined)
    );
  }
  const kind = Object.getPrototypeOf(value) as object | null;
  if (kind !== Object.prototype && kind !== null) {
    return `a ${kind.constructor.name || 'thing of a nameless class'} at ${place}`;
  }
  if (Object.getOwnPropertySymbols(value).length > 0) return `a symbol as a key at ${place}`;
  const fields = Object.entries(value).map(([key, each]: [string, unknown]) => [`${place}.${key}`, each] as const);
  if (Object.getOwnPropertyNames(value).length > fields.length) return `a hidden field at ${place}`;
  return first(fields, within);
}

function first(
  parts: readonly (readonly [place: string, value: unknown])[],
  above: readonly unknown[],
): string | undefined {
  for (const [place, value] of parts) {
    const odd = oddity(value, place, above);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** As it comes back from JSON. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The same, frozen in all its depth. */
export const frozenCopyOf = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) => Object.freeze(each)) as T;

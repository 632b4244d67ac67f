/** The first part of a value that JSON does not preserve, with its path: `Infinity at state.until`. */
export function jsonProblem(value: unknown, path: string, ancestors: readonly unknown[] = []): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${String(value)} at ${path}`;
  if (typeof value === 'undefined') return `undefined at ${path}`;
  if (typeof value !== 'object') return `a ${typeof value} at ${path}`;
  if (ancestors.includes(value)) return `a circular reference at ${path}`;
  const parents = [...ancestors, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (each: unknown, index) => [`${path}[${String(index)}]`, each] as const);
    const hasMoreKeys = Object.keys(value).length > items.length;
    return firstProblem(items, parents) ?? (hasMoreKeys ? `a named property of an array at ${path}` : undefined);
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Object.prototype && prototype !== null) {
    return `an instance of ${prototype.constructor.name || 'an anonymous class'} at ${path}`;
  }
  if (Object.getOwnPropertySymbols(value).length > 0) return `a symbol as a key at ${path}`;
  const fields = Object.entries(value).map(([key, each]: [string, unknown]) => [`${path}.${key}`, each] as const);
  if (Object.getOwnPropertyNames(value).length > fields.length) return `a non-enumerable property at ${path}`;
  return firstProblem(fields, parents);
}

function firstProblem(
  parts: readonly (readonly [path: string, value: unknown])[],
  ancestors: readonly unknown[],
): string | undefined {
  for (const [path, value] of parts) {
    const problem = jsonProblem(value, path, ancestors);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A deep copy by way of JSON. */
export const jsonCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A deep copy by way of JSON, deeply frozen. */
export const frozenJsonCopy = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) => Object.freeze(each)) as T;

import { isObject, readOr, type Shape } from './wrapped.js';

/*
 * Where errors and responses keep their headers, and how each kind of headers is read.
 */

/** The value of a header that was sent exactly once; otherwise `''`, which is not a valid value. The name is in lower case. */
export type HeaderReader = (name: string) => string;

/** Readers of the headers of an error or a response. The headers of the nearest field come first. */
export const readersOf = (source: Shape): HeaderReader[] =>
  readOr([], () => {
    const { headers, response, xhr, responseHeaders, metadata, $response } = source;
    const inside = [response, $response].map((each) => (isObject(each) ? each.headers : undefined));
    return [headers, ...inside, responseHeaders, metadata, xhr].filter(isObject).map(readerOf);
  });

/** Reads headers of any kind. A header that throws is as good as none. */
export function readerOf(headers: Shape): HeaderReader {
  const linesOf = readOr(
    () => [],
    () => lookupIn(headers),
  );
  return (name) =>
    readOr('', () => {
      const [value, ...more] = linesOf(name)
        .flat()
        .filter((line) => line !== undefined && line !== null);
      return more.length === 0 ? textOf(value) : '';
    });
}

type Lookup = (name: string) => unknown[];

function lookupIn(headers: Shape): Lookup {
  if (Array.isArray(headers)) return lookupOf(pairsOf(headers));
  if (headers instanceof Map) return lookupOf([...headers]);
  const { get, getAllResponseHeaders: getAll } = headers;
  if (isMethod(get)) return (name) => [get.call(headers, name)];
  if (isMethod(getAll)) {
    const all = String(getAll.call(headers));
    return (name) => [...all.matchAll(new RegExp(`^${name}:(.*)$`, 'gim'))].map(([, value]) => value);
  }
  const keysOf = lookupOf(Object.keys(headers).map((key) => [key, key]));
  return (name) => keysOf(name).map((key) => headers[String(key)]);
}

/** Names and values alternate in the raw headers of Node and undici. */
function pairsOf(list: readonly unknown[]): (readonly unknown[])[] {
  if (list.every((each) => Array.isArray(each))) return [...list];
  return Array.from({ length: list.length / 2 }, (_, index) => list.slice(2 * index, 2 * index + 2));
}

/** Finds the values of a name, which may have any case. Each pair is read once, because there can be many. */
function lookupOf(pairs: readonly (readonly unknown[])[]): Lookup {
  const values = new Map<string, unknown[]>();
  for (const [key, value] of pairs) {
    const name = textOf(key).toLowerCase();
    const others = values.get(name);
    if (others === undefined) values.set(name, [value]);
    else others.push(value);
  }
  return (name) => values.get(name) ?? [];
}

const isMethod = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** The text of a string, a number, or the bytes of raw headers; `''` for everything else. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

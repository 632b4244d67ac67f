import { isObject, readOr, type Shape } from './wrapped.js';

/*
 * Where errors and responses keep their headers, and how each kind of headers is read.
 */

/** The objects that may contain the headers of an error or a response. The headers of the nearest field come first. */
export const headersOf = (source: Shape): Shape[] =>
  readOr([], () => {
    const { headers, response, xhr, responseHeaders, metadata, $response } = source;
    const inside = [response, $response].map((each) => (isObject(each) ? each.headers : undefined));
    return [headers, ...inside, responseHeaders, metadata, xhr].filter(isObject);
  });

/** The value of a header that was sent exactly once; otherwise `''`, which is not a valid value. */
export const headerOf = (headers: Shape, name: string): string =>
  readOr('', () => {
    const [value, ...more] = linesOf(headers, name)
      .flat()
      .filter((line) => line !== undefined && line !== null);
    return more.length === 0 ? textOf(value) : '';
  });

function linesOf(headers: Shape, name: string): unknown[] {
  const isName = (key: unknown): boolean => textOf(key).toLowerCase() === name;
  const valuesIn = (pairs: readonly (readonly unknown[])[]): unknown[] =>
    pairs.filter(([key]) => isName(key)).map(([, value]) => value);
  if (Array.isArray(headers)) {
    const list: readonly unknown[] = headers;
    if (list.every((each) => Array.isArray(each))) return valuesIn(list);
    // Names and values alternate, as in the raw headers of Node and undici.
    return list.filter((_, index) => index % 2 === 1 && isName(list[index - 1]));
  }
  if (headers instanceof Map) return valuesIn([...headers] as [unknown, unknown][]);
  if (isMethod(headers.get)) return [headers.get(name)];
  if (isMethod(headers.getAllResponseHeaders)) {
    const all = String(headers.getAllResponseHeaders());
    return [...all.matchAll(new RegExp(`^${name}:(.*)$`, 'gim'))].map(([, value]) => value);
  }
  return Object.keys(headers)
    .filter(isName)
    .map((key) => headers[key]);
}

const isMethod = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/** The text of a string, a number, or the bytes of raw headers; `''` for everything else. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

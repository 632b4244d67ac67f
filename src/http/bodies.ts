import { isObject, readOr, type Shape } from './wrapped.js';

/*
 * What the body of an answer says about an error, where a client has read the body.
 */

/**
 * The objects in which clients keep the body of an error, each with the `error` in it. The error itself is the first: SDKs
 * copy the fields of the body to it.
 */
export const bodiesOf = (error: Shape): Shape[] =>
  readOr([], () => {
    const { response, body, data, responseBody } = error;
    // RxJS's ajax keeps the body itself in `response`.
    const inside = isObject(response) ? [response, response.data, response.body] : [];
    return [error, ...[error.error, body, data, responseBody, ...inside].map(parsed)]
      .filter(isObject)
      .flatMap((each) => [each, each.error].filter(isObject));
  });

/** The codes that a body gives to an error. */
export const codesIn = (body: Shape): unknown[] =>
  readOr([], () => {
    const { code, type, errorCode, details } = body;
    return [code, type, errorCode, isObject(details) ? details.error_code : undefined];
  });

/** The longest text that is parsed: bodies that describe an error are short. */
const longestBody = 65_536;

/** The value of a text that looks like JSON of an object; other values are returned as they are. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > longestBody || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

import fc from 'fast-check';
import { httpOutcome, isTransient, retryAfter } from 'rxjs-reprise/http';
import { describe, expect, it } from 'vitest';

/*
 * Errors and headers that an attacker, a bug or a mock could make. Nothing throws, and what can be read still counts.
 */

const throws = (): never => {
  throw new Error('not readable');
};
const throwing = (name: string, rest: object = {}): object =>
  Object.defineProperty({ ...rest }, name, { get: throws, enumerable: true });
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const proxy = new Proxy({}, { get: throws, ownKeys: throws, has: throws, getPrototypeOf: throws });

describe('a part that throws does not hide the status', () => {
  it.each<[string, object]>([
    ['headers', throwing('headers')],
    ['metadata', throwing('metadata')],
    ['xhr', throwing('xhr')],
    ['a get method', { headers: { get: throws } }],
    ['a header', { headers: throwing('x-should-retry') }],
    ['an XMLHttpRequest', { xhr: { getAllResponseHeaders: throws } }],
    ['a proxy as headers', { headers: proxy }],
    ['a revoked proxy as headers', { headers: revoked() }],
    ['a Map with a name that throws', { headers: new Map([[proxy, '1']]) }],
    ['a body', throwing('body')],
    ['a code', { error: throwing('code') }],
    ['details', { error: throwing('details') }],
    ['a proxy as the body', { body: proxy }],
    ['a data getter of the response', { response: throwing('data') }],
  ])('%s', (_, fields) => {
    const limited = Object.defineProperties({ status: 429 }, Object.getOwnPropertyDescriptors(fields)) as object;
    expect([isTransient(limited), httpOutcome(limited), retryAfter(limited)]).toEqual([true, 'failure', undefined]);
  });
});

describe('a part that throws does not hide another hint', () => {
  it.each<[string, object]>([
    ['a body', throwing('body', { headers: { 'retry-after': '7' } })],
    ['another header', { headers: throwing('x-ratelimit-reset', { 'retry-after': '7' }) }],
    ['other headers', { headers: proxy, response: { headers: { 'retry-after': '7' } } }],
  ])('%s', (_, source) => {
    expect(retryAfter(source)).toBe(7000);
  });
});

it.each<[string, object]>([
  ['a proxy', proxy],
  ['a revoked proxy', revoked()],
  ['a status that throws', throwing('status')],
  ['a cause that throws', throwing('cause')],
  ['a type that throws', throwing('type')],
])('%s is not readable', (_, error) => {
  expect([isTransient(error), httpOutcome(error), retryAfter(error)]).toEqual([false, 'failure', undefined]);
});

describe('a megabyte gives no hint, and throws nothing', () => {
  const mega = 1e6;
  const count = 30_000;
  it.each<[string, object]>([
    ['of digits in a reset', { status: 429, headers: { 'x-ratelimit-reset': '9'.repeat(mega) } }],
    ['of durations in a reset', { status: 429, headers: { 'x-ratelimit-reset-tokens': '1m'.repeat(mega) } }],
    ['of quotes in RateLimit', { status: 429, headers: { ratelimit: '"'.repeat(mega) } }],
    ['of items in RateLimit', { status: 429, headers: { ratelimit: 'r=0;t=,'.repeat(mega / 5) } }],
    ['of spaces in RateLimit', { status: 429, headers: { ratelimit: ' '.repeat(mega) } }],
    ['of a body', { status: 429, body: `{${' '.repeat(mega)}` }],
    ['of a message', { status: NaN, message: 'error sending '.repeat(mega / 10), name: 'TypeError' }],
    ['of pairs', { status: 429, headers: Array.from({ length: count }, (_, index) => [`x-${String(index)}`, 'a']) }],
    ['of raw headers', { status: 429, headers: Array.from({ length: 2 * count }, () => 'x-header-with-a-name') }],
    ['of a Map', { status: 429, headers: new Map(Array.from({ length: count }, (_, index) => [String(index), 'a'])) }],
    [
      'of lines of an XMLHttpRequest',
      { status: 429, xhr: { getAllResponseHeaders: () => 'x-a: b\r\n'.repeat(count) } },
    ],
    ['of details', { status: 429, details: Array.from({ length: count }, () => ({ retryDelay: 'x' })) }],
  ])('%s', (_, error) => {
    expect(retryAfter(error)).toBeUndefined();
    isTransient(error);
    httpOutcome(error);
  });
});

it('any value has an answer of the right kind', () => {
  const names = [
    'status',
    'headers',
    'response',
    'error',
    'errors',
    'cause',
    'code',
    'type',
    'name',
    'message',
    'details',
  ];
  const headers = ['retry-after', 'ratelimit', 'x-ratelimit-reset', 'x-ratelimit-remaining', 'x-should-retry', 'get'];
  const anything = fc.anything({
    key: fc.constantFrom(...names, ...headers, 'metadata', 'target', 'body', 'data', '$retryable', '$metadata', 'xhr'),
    values: [
      fc.constantFrom(0, 1, 8, 14, 403, 409, 413, 429, 503, 1006, NaN, Infinity),
      fc.constantFrom('0', '6m0s', 'true', 'false', 'error', 'close', 'AbortError', '"a";r=0;t=1', '{}', '{"error":1}'),
      fc.anything(),
    ],
    maxDepth: 4,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(anything, (error) => {
      const ms = retryAfter(error);
      expect(typeof isTransient(error)).toBe('boolean');
      expect(['failure', 'success', 'ignore']).toContain(httpOutcome(error));
      expect(ms === undefined || (ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

import fc from 'fast-check';
import { exponential, FailedValueError, hinted, preview, within } from 'rxjs-reprise';
import { retryAfter } from 'rxjs-reprise/http';
import { ajax, AjaxError } from 'rxjs/ajax';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/*
 * The clock shows Sunday, 6 November 1994, 08:49:37 GMT, as in the examples of RFC 9110.
 */

const now = Date.UTC(1994, 10, 6, 8, 49, 37);
const none = undefined;
const longest = Number.MAX_SAFE_INTEGER;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Retry-After', () => {
  it.each<[value: unknown, expected: number | undefined]>([
    // delay-seconds
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    ['00120', 120_000],
    [' 120', 120_000],
    ['\t120 \t', 120_000],
    ['31536000', 31_536_000_000],
    ['9007199254740', 9_007_199_254_740_000],
    ['9007199254741', longest],
    ['99999999999999999999', longest],
    ['9'.repeat(400), longest],
    [120, 120_000],
    [0, 0],
    [-0, 0],
    // IMF-fixdate
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:38 GMT', 1000],
    ['Sun, 06 Nov 1994 08:49:36 GMT', 0],
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
    [' Sun, 06 Nov 1994 08:50:07 GMT\t', 30_000],
    ['Mon, 07 Nov 1994 00:00:00 GMT', 54_623_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Wed, 31 Dec 1969 23:59:59 GMT', 0],
    ['Sat, 01 Jan 0000 00:00:00 GMT', 0],
    ['Sat, 01 Jan 0050 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 252_618_189_022_000],
    ['Thu, 29 Feb 1996 08:49:37 GMT', 41_472_000_000],
    ['Sat, 31 Dec 1994 23:59:60 GMT', 4_806_623_000],
    ['Sun, 01 Jan 1995 00:00:00 GMT', 4_806_623_000],
    // RFC 850
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:50:07 GMT', 30_000],
    ['Monday, 06-Nov-95 08:49:37 GMT', 31_536_000_000],
    ['Saturday, 06-Nov-93 08:49:37 GMT', 0],
    ['Monday, 06-Nov-00 08:49:37 GMT', 189_388_800_000],
    ['Tuesday, 29-Feb-00 08:49:37 GMT', 167_702_400_000],
    ['Sunday, 06-Nov-44 08:49:37 GMT', 1_577_923_200_000],
    ['Monday, 06-Nov-44 08:49:38 GMT', 0],
    ['Wednesday, 06-Dec-44 08:49:37 GMT', 0],
    ['Tuesday, 06-Nov-45 08:49:37 GMT', 0],
    // asctime
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Sun Nov  6 08:50:07 1994', 30_000],
    ['Sun Nov 06 08:50:07 1994', 30_000],
    ['Wed Nov 16 08:49:37 1994', 864_000_000],
    ['Sat Nov  5 08:49:37 1994', 0],
    // Not a number of seconds
    ['', none],
    [' ', none],
    ['+5', none],
    ['-1', none],
    ['1.5', none],
    ['5.', none],
    ['1e3', none],
    ['0x10', none],
    ['1_000', none],
    ['1 000', none],
    ['5s', none],
    ['5,', none],
    ['5, 5', none],
    ['5;q=1', none],
    ['"5"', none],
    ['٣', none],
    ['５', none],
    ['5\n', none],
    ['\u00a05', none],
    ['5\0', none],
    ['Infinity', none],
    ['NaN', none],
    ['soon', none],
    [-1, none],
    [1.5, none],
    [1e21, none],
    [NaN, none],
    [Infinity, none],
    // Not a date
    ['Sun, 06 Nov 1994 08:49:38', none],
    ['Sun, 06 Nov 1994 08:49:38 UTC', none],
    ['Sun, 06 Nov 1994 08:49:38 GMT\n', none],
    ['\u00a0Sun, 06 Nov 1994 08:49:38 GMT', none],
    ['Sun, 06 Nov 1994 08:49:38 gmt', none],
    ['Sun, 06 Nov 1994 08:49:38 +0000', none],
    ['Sun, 06 Nov 1994 08:49:38 GMT, x', none],
    ['sun, 06 Nov 1994 08:49:38 GMT', none],
    ['Sun, 06 nov 1994 08:49:38 GMT', none],
    ['Sun, 6 Nov 1994 08:49:38 GMT', none],
    ['Sun,  06 Nov 1994 08:49:38 GMT', none],
    ['Sun 06 Nov 1994 08:49:38 GMT', none],
    ['Sun, 06-Nov-1994 08:49:38 GMT', none],
    ['Sun, 06 Nov 94 08:49:38 GMT', none],
    ['Sun, 06 November 1994 08:49:38 GMT', none],
    ['06 Nov 1994 08:49:38 GMT', none],
    ['Mon, 06 Nov 1994 08:49:38 GMT', none],
    ['Sun, 00 Nov 1994 08:49:38 GMT', none],
    ['Thu, 31 Nov 1994 08:49:38 GMT', none],
    ['Wed, 29 Feb 1995 08:49:38 GMT', none],
    ['Fri, 31 Feb 1995 08:49:38 GMT', none],
    ['Sun, 06 Nov 1994 24:00:00 GMT', none],
    ['Mon, 07 Nov 1994 24:00:00 GMT', none],
    ['Sun, 06 Nov 1994 08:60:00 GMT', none],
    ['Sun, 06 Nov 1994 08:49:61 GMT', none],
    ['Sun, 06 Nov 1994 8:49:38 GMT', none],
    ['Sun, 06 Nov 1994 08:49 GMT', none],
    ['Sun, 06 Nov 1994 08:49:38.5 GMT', none],
    ['Sun, 06 Nov 10000 08:49:38 GMT', none],
    ['Sun, 06-Nov-94 08:49:38 GMT', none],
    ['Sunday, 06-Nov-1994 08:49:38 GMT', none],
    ['Monday, 06-Nov-94 08:49:38 GMT', none],
    ['Sunday, 06 Nov 1994 08:49:38 GMT', none],
    ['Sun Nov 6 08:49:38 1994', none],
    ['Sun Nov  6 08:49:38 94', none],
    ['Sun Nov  6 08:49:38 1994 GMT', none],
    ['Mon Nov  6 08:49:38 1994', none],
    ['Sun Feb 31 08:49:38 1994', none],
    ['1994-11-06T08:49:38Z', none],
    ['784111778', 784_111_778_000],
    // Not a string
    [undefined, none],
    [null, none],
    [true, none],
    [5n, none],
    [{}, none],
    [() => '5', none],
    [Symbol('5'), none],
    [new String('5'), none],
    // Arrays: a header must be sent once
    [['5'], 5000],
    [[5], 5000],
    [[['5']], none],
    [[], none],
    [['5', '5'], none],
    [['5', undefined], 5000],
  ])('%#: %o', (value, expected) => {
    expect(retryAfter({ 'retry-after': value })).toBe(expected);
  });
});

describe('retry-after-ms', () => {
  it.each<[ms: unknown, seconds: unknown, expected: number | undefined]>([
    ['1500', '120', 1500],
    ['0', '120', 0],
    ['12.5', '120', 12.5],
    ['0.25', undefined, 0.25],
    [' 1500\t', undefined, 1500],
    [1500, undefined, 1500],
    [['1500'], undefined, 1500],
    ['9'.repeat(400), '120', longest],
    ['', '120', 120_000],
    ['.5', '120', 120_000],
    ['5.', '120', 120_000],
    ['1.2.3', '120', 120_000],
    ['-1', '120', 120_000],
    ['+1', '120', 120_000],
    ['1e3', '120', 120_000],
    ['NaN', '120', 120_000],
    ['Infinity', '120', 120_000],
    ['soon', undefined, none],
    [['1', '2'], '120', 120_000],
    ['Sun, 06 Nov 1994 08:50:07 GMT', undefined, none],
  ])('%#: %o, with Retry-After: %o', (ms, seconds, expected) => {
    expect(retryAfter({ 'retry-after-ms': ms, 'retry-after': seconds })).toBe(expected);
  });
});

describe('the Date of the same headers', () => {
  const then = 'Sun, 06 Nov 1994 09:00:00 GMT';
  const byLocalClock = 623_000;

  it.each<[date: unknown, expected: number]>([
    ['Sun, 06 Nov 1994 08:59:00 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:59:00 GMT', 60_000],
    ['Sun Nov  6 08:59:00 1994', 60_000],
    ['Sun, 06 Nov 1994 09:00:00 GMT', 0],
    ['Sun, 06 Nov 1994 10:00:00 GMT', 0],
    ['Sat, 06 Nov 1993 09:00:00 GMT', 31_536_000_000],
    [['Sun, 06 Nov 1994 08:59:00 GMT'], 60_000],
    ['yesterday', byLocalClock],
    ['60', byLocalClock],
    ['Mon, 06 Nov 1994 08:59:00 GMT', byLocalClock],
    [['Sun, 06 Nov 1994 08:59:00 GMT', 'Sun, 06 Nov 1994 08:58:00 GMT'], byLocalClock],
    [undefined, byLocalClock],
  ])('is the reference if it is a date: %o', (date, expected) => {
    expect(retryAfter({ 'Retry-After': then, Date: date })).toBe(expected);
  });

  it('does not change a number of seconds', () => {
    expect(retryAfter({ 'retry-after': '5', date: 'Sun, 06 Nov 1994 08:59:00 GMT' })).toBe(5000);
  });

  it('decides the century of a two-digit year', () => {
    const headers = { 'retry-after': 'Sunday, 06-Nov-50 00:00:00 GMT', date: 'Sat, 05 Nov 2050 00:00:00 GMT' };
    expect(retryAfter(headers)).toBe(86_400_000);
  });

  it('can select the next century', () => {
    const date = 'Sun, 06 Nov 2095 00:00:00 GMT';
    expect(retryAfter({ 'retry-after': 'Saturday, 06-Nov-04 00:00:00 GMT', date })).toBe(none);
    expect(retryAfter({ 'retry-after': 'Thursday, 06-Nov-04 00:00:00 GMT', date })).toBe(
      Date.UTC(2104, 10, 6) - Date.UTC(2095, 10, 6),
    );
    expect(retryAfter({ 'retry-after': 'Saturday, 06-Nov-94 00:00:00 GMT', date })).toBe(0);
  });
});

describe('reads the headers of', () => {
  /** Like Angular's: names in any case, `null` for a missing header. */
  class HttpHeaders {
    constructor(private readonly values: ReadonlyMap<string, readonly string[]>) {}
    get(name: string): string | null {
      return this.values.get(name.toLowerCase())?.[0] ?? null;
    }
  }
  /** Like axios's: headers are fields, and there are methods. */
  class AxiosHeaders {
    [name: string]: unknown;
    get(name: string): unknown {
      return Object.entries(this).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    }
  }
  const angular = new HttpHeaders(new Map([['retry-after', ['5']]]));
  const axios = Object.assign(new AxiosHeaders(), { 'Retry-After': '5' });
  const record = { 'retry-after': '5' };
  const xhr = {
    getAllResponseHeaders: () => 'content-type: text/plain\r\nretry-after: 5\r\nx-retry-after: 9\r\n',
  };

  it.each<[string, unknown]>([
    ['Headers', new Headers({ 'Retry-After': '5' })],
    ['Angular HttpHeaders', angular],
    ['AxiosHeaders', axios],
    ['a record in lower case', { 'retry-after': '5' }],
    ['a record in title case', { 'Retry-After': '5' }],
    ['a record in upper case', { 'RETRY-AFTER': '5' }],
    ['a record without a prototype', Object.assign(Object.create(null) as object, record)],
    ['a record with headers named like methods', { get: 'a', constructor: 'b', 'retry-after': '5' }],
    ['a record with a duplicate without a value', { 'Retry-After': undefined, 'retry-after': '5' }],
    [
      'a Map in any case',
      new Map<unknown, unknown>([
        [Symbol('a'), 1],
        [2, 2],
        ['Retry-After', '5'],
      ]),
    ],
    ['a response of fetch', new Response(null, { status: 503, headers: { 'Retry-After': '5' } })],
    ['an HttpErrorResponse', { name: 'HttpErrorResponse', status: 503, ok: false, headers: angular, error: null }],
    ['an AxiosError', { name: 'AxiosError', isAxiosError: true, response: { status: 503, headers: axios, data: '' } }],
    ['an error of got', Object.assign(new Error('503'), { response: { statusCode: 503, headers: record } })],
    ['an error of ky', { name: 'HTTPError', response: new Response(null, { headers: record }) }],
    [
      'an error of undici',
      { code: 'UND_ERR_RESPONSE_STATUS_CODE', statusCode: 503, headers: { 'retry-after': ['5'] } },
    ],
    ['an XMLHttpRequest', xhr],
    ['an XMLHttpRequest in title case', { getAllResponseHeaders: () => 'Date: now\r\nRetry-After: 5\r\n' }],
    ['an AjaxError of RxJS', { name: 'AjaxError', status: 503, response: null, xhr }],
    ['a cause', new Error('', { cause: { headers: { 'retry-after': '5' } } })],
    ['the response of a cause', new Error('', { cause: { response: { headers: { 'retry-after': '5' } } } })],
    ['a cause of a cause', { cause: { cause: new Headers({ 'Retry-After': '5' }) } }],
    ['the value that failOn rejected', new FailedValueError({ headers: new Headers({ 'Retry-After': '5' }) })],
    ['such a value as a cause', { cause: new FailedValueError({ headers: { 'retry-after': '5' } }) }],
    [
      'a cause of an error whose own hint is not valid',
      { headers: { 'retry-after': 'soon' }, cause: { headers: { 'retry-after': '5' } } },
    ],
    ['an error, and not its cause', { headers: { 'retry-after': '5' }, cause: { headers: { 'retry-after': '7' } } }],
  ])('%s', (_, source) => {
    expect(retryAfter(source)).toBe(5000);
  });

  it('ajax of RxJS', async () => {
    class Xhr {
      readonly status = 503;
      readonly responseType = 'text';
      readonly response = 'later';
      private readonly listeners = new Map<string, (event: unknown) => void>();
      readonly upload = this;
      addEventListener(kind: string, listener: (event: unknown) => void): void {
        this.listeners.set(kind, listener);
      }
      open(): void {
        return;
      }
      setRequestHeader(): void {
        return;
      }
      send(): void {
        this.listeners.get('load')?.({ type: 'load' });
      }
      getAllResponseHeaders(): string {
        return xhr.getAllResponseHeaders();
      }
    }
    const failed = new Promise((_, fail) => {
      ajax({ url: '/', createXHR: () => new Xhr() as unknown as XMLHttpRequest }).subscribe({ error: fail });
    });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AjaxError);
    expect(retryAfter(error)).toBe(5000);
  });

  it('separately: a Date of other headers is ignored', () => {
    const headers = { 'retry-after': 'Sun, 06 Nov 1994 08:50:07 GMT' };
    expect(retryAfter({ date: 'Sun, 06 Nov 1994 08:50:00 GMT', headers })).toBe(30_000);
  });

  it('of the source first, then of its fields', () => {
    const [near, far] = [{ 'retry-after': '1' }, { 'retry-after': '2' }];
    expect(retryAfter({ ...near, headers: far })).toBe(1000);
    expect(retryAfter({ headers: near, response: { headers: far } })).toBe(1000);
    expect(retryAfter({ headers: { 'retry-after': 'soon' }, response: { headers: far } })).toBe(2000);
  });
});

describe('no hint', () => {
  const throws = (): never => {
    throw new Error('not readable');
  };
  const throwing = (name: string): object => Object.defineProperty({}, name, { get: throws, enumerable: true });
  const circular: { cause?: unknown } = {};
  circular.cause = circular;

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', '5'],
    ['a number', 5],
    ['a function', Object.assign(() => 1, { headers: { 'retry-after': '5' } })],
    ['an error', new Error('5')],
    ['headers without it', new Headers({ 'x-retry-after': '5' })],
    [
      'headers with a duplicate',
      new Headers([
        ['Retry-After', '5'],
        ['Retry-After', '5'],
      ]),
    ],
    ['a record with a duplicate in another case', { 'Retry-After': '5', 'retry-after': '5' }],
    [
      'a Map with a duplicate in another case',
      new Map([
        ['Retry-After', '5'],
        ['retry-after', '5'],
      ]),
    ],
    ['an XMLHttpRequest with two values', { getAllResponseHeaders: () => 'retry-after: 5, 5\r\n' }],
    ['an XMLHttpRequest with two lines', { getAllResponseHeaders: () => 'retry-after: 5\r\nretry-after: 5\r\n' }],
    ['an XMLHttpRequest without a response', { xhr: { getAllResponseHeaders: () => null } }],
    ['an inherited header', Object.create({ 'retry-after': '5' })],
    ['headers two levels down', { error: { response: { headers: { 'retry-after': '5' } } } }],
    ['the value of another error', { name: 'ValidationError', value: { headers: { 'retry-after': '5' } } }],
    ['a cause that is a string', { cause: 'retry-after: 5' }],
    ['an error that is its own cause', circular],
    ['a cause that throws', throwing('cause')],
    ['a value that throws', Object.assign(throwing('value'), { name: 'FailedValueError' })],
    ['headers that are a string', { headers: 'retry-after: 5' }],
    ['a response that is a string', { response: 'retry-after: 5' }],
    ['a get method that throws', { get: throws }],
    ['a get method with an invalid result', { get: () => ({ length: 1, 0: '5' }) }],
    ['a get method that returns the name', { get: (name: string) => name }],
    ['a getter that throws', throwing('headers')],
    ['a header that throws', throwing('retry-after')],
    ['an array that throws', { 'retry-after': new Proxy([], { get: throws }) }],
    [
      'a proxy that always throws',
      new Proxy({}, { get: throws, ownKeys: throws, has: throws, getPrototypeOf: throws }),
    ],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
  ])('%s', (_, source) => {
    expect(retryAfter(source)).toBe(none);
  });

  it('in a polluted prototype', () => {
    const prototype = Object.prototype as Record<string, unknown>;
    prototype['retry-after'] = '5';
    try {
      expect(retryAfter({})).toBe(none);
      expect(retryAfter({ headers: { constructor: '5', __proto__: null } })).toBe(none);
    } finally {
      delete prototype['retry-after'];
    }
  });
});

describe('for any header', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom(...'0123456789 \t,:-.+eExGMTSunNov\n'.split('')), { maxLength: 40 })
      .map((all) => all.join('')),
    fc
      .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.toUTCString()),
    fc.bigInt({ min: 0n }).map(String),
  );
  const isValid = (result: unknown): boolean =>
    result === undefined || (typeof result === 'number' && result >= 0 && result <= longest);

  it('the result is a valid number of milliseconds, or none', () => {
    fc.assert(
      fc.property(pieces, pieces, pieces, (text, ms, date) =>
        isValid(retryAfter({ 'retry-after': text, 'retry-after-ms': ms, date })),
      ),
      { numRuns: 2000 },
    );
  });

  it('and for any source', () => {
    const names = fc.constantFrom('headers', 'response', 'get', 'retry-after', 'Retry-After', 'retry-after-ms', 'date');
    const anything = fc.anything({
      key: fc.oneof(names, fc.string()),
      withMap: true,
      withNullPrototype: true,
      withBigInt: true,
    });
    fc.assert(
      fc.property(anything, (source) => isValid(retryAfter(source)) && isValid(retryAfter({ headers: source }))),
      { numRuns: 2000 },
    );
  });

  it('the result is right for every date within 50 years, in all three formats', () => {
    const dates = fc.date({ min: new Date('1945-01-01'), max: new Date('2044-11-06'), noInvalidDate: true });
    const long = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
    fc.assert(
      fc.property(dates, (date) => {
        const imf = date.toUTCString();
        const [weekday = '', day = '', month = '', year = '', time = ''] = imf.split(' ');
        const rfc850 = `${long[date.getUTCDay()] ?? ''}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
        const asctime = `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
        const expected = Math.max(0, Math.floor(date.getTime() / 1000) * 1000 - now);
        expect([imf, rfc850, asctime].map((text) => retryAfter({ 'retry-after': text }))).toEqual([
          expected,
          expected,
          expected,
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, string, number | undefined]>([
    ['digits', '9'.repeat(1e6), longest],
    ['digits and a letter', `${'9'.repeat(1e6)}x`, none],
    ['decimals', `0.${'9'.repeat(1e6)}`, 1],
    ['spaces', ' '.repeat(1e6), none],
    ['spaces around', `${' '.repeat(1e6)}1${' '.repeat(1e6)}`, 1000],
    ['spaces and letters', `x${' \t'.repeat(1e6)}x`, none],
    ['spaces and an invalid date', `${' '.repeat(1e6)}Sun, 06 Nov 1994${' '.repeat(1e6)}`, none],
  ])('a megabyte of %s is read', (_, text, expected) => {
    const name = text.startsWith('0.') ? 'retry-after-ms' : 'retry-after';
    expect(retryAfter({ [name]: text })).toBe(expected);
  });

  it('one header of many is found', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x-${String(index)}`, 'x']));
    expect(retryAfter({ ...many, 'Retry-After': '5' })).toBe(5000);
  });
});

describe('with hinted', () => {
  const policy = hinted(exponential(100), { from: retryAfter, max: 10_000 });

  it.each<[string, unknown, unknown]>([
    ['adds the wait of the policy', { response: { headers: { 'retry-after': '2' } } }, { delays: [2100] }],
    ['takes 0 as now', new Headers({ 'Retry-After': '0' }), { delays: [100] }],
    ['continues without a hint', new TypeError('fetch failed'), { delays: [100] }],
    ['gives up if the hint exceeds max', { headers: { 'retry-after': '11' } }, { delays: [], reason: 'hint' }],
  ])('%s', (_, error, expected) => {
    expect(preview(policy, { failures: 1, error })).toMatchObject(expected as object);
  });

  it('can wait for the longest hint', () => {
    const unlimited = hinted(exponential(100), { from: retryAfter, max: Number.MAX_VALUE });
    const error = { headers: { 'retry-after': '9'.repeat(400) } };
    expect(preview(unlimited, { failures: 1, error }).delays).toEqual([longest + 100]);
    expect(preview(within(60_000, unlimited), { failures: 1, error }).reason).toBe('deadline');
  });
});

import { action, exponentialBackoff, FailedValueError } from 'rxjs-reprise';
import { failOnStatus, HttpError, isTransient, retryAfter } from 'rxjs-reprise/http';
import { firstValueFrom, map, of, switchMap, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { thrownBy } from '../support/thrown.js';

const statusText = 'Service Unavailable';

/** A response of fetch that came from an address. */
const from = (url: string, init: ResponseInit = { status: 503, statusText }): Response =>
  Object.defineProperty(new Response(null, init), 'url', { value: url });

describe('failOnStatus', () => {
  it.each([200, 204, 206, 226, 299])('takes status %d as good', (status) => {
    const body = status === 204 ? null : 'a';
    expect(failOnStatus(new Response(body, { status }))).toBeUndefined();
  });

  it.each([300, 301, 302, 304, 307, 399])('takes redirect %d as good', (status) => {
    expect(failOnStatus({ status })).toBeUndefined();
  });

  it.each([400, 404, 429, 499, 500, 503, 599])('makes an HttpError of status %d', (status) => {
    const response = new Response('later', { status });
    const error = failOnStatus(response);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status, response, headers: response.headers });
    expect(response.bodyUsed).toBe(false);
  });

  it('makes an HttpError of the error response of fetch, and takes opaque responses as good', () => {
    expect(failOnStatus(Response.error())).toMatchObject({ status: 0, message: '0' });
    expect(failOnStatus({ status: 0, type: 'opaque' })).toBeUndefined();
  });

  it('reads responses of undici and Node', () => {
    expect(failOnStatus({ statusCode: 200, headers: {} })).toBeUndefined();
    expect(failOnStatus({ statusCode: 503, statusMessage: statusText })?.message).toBe('503 Service Unavailable');
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [503, '503'],
    ['a', 'a'],
    [{}, 'an object without a status'],
    [{ status: '503' }, 'an object without a status'],
  ])('throws for %o, which is not a response', (value, got) => {
    expect(thrownBy(() => failOnStatus(value as Response))).toEqual(
      new TypeError(`failOnStatus: the value must be a response with a status, got ${got}`),
    );
  });

  it('makes action retry a 503 and return the response after it', async () => {
    const answers = [new Response(null, { status: 503 }), new Response('ok')];
    const get = action(() => Promise.resolve(answers.shift() ?? new Response()), {
      failOn: failOnStatus,
      retry: exponentialBackoff({ base: 0, retryOn: isTransient }),
    });
    await expect(firstValueFrom(get().pipe(switchMap((response) => response.text())))).resolves.toBe('ok');
  });

  it('ends action with the HttpError of a 404', async () => {
    const response = new Response(null, { status: 404 });
    const get = action(() => Promise.resolve(response), {
      failOn: failOnStatus,
      retry: exponentialBackoff({ base: 0, retryOn: isTransient }),
    });
    await expect(firstValueFrom(get())).rejects.toMatchObject({ name: 'HttpError', status: 404, response });
  });

  it('can be used in switchMap', async () => {
    const checked = of(new Response(null, { status: 500 })).pipe(
      map((response) => failOnStatus(response) ?? response),
      switchMap((result) => (result instanceof HttpError ? throwError(() => result) : of(result))),
    );
    await expect(firstValueFrom(checked)).rejects.toThrow('500');
  });
});

describe('HttpError', () => {
  it.each([
    ['https://example.com/a/b', 'https://example.com/a/b'],
    ['https://example.com/a?key=secret', 'https://example.com/a'],
    ['https://example.com/a#token=secret', 'https://example.com/a'],
    ['https://user:secret@example.com/a', 'https://example.com/a'],
    ['https://user:sec@ret@example.com/a@b', 'https://example.com/a@b'],
    ['//user:secret@example.com/a', '//example.com/a'],
    ['/a?b=@c', '/a'],
  ])('shows the address %s without secrets', (url, shown) => {
    const error = new HttpError(from(url));
    expect(error.message).toBe(`503 Service Unavailable for ${shown}`);
    expect(error.url).toBe(shown);
    expect(error.response.url).toBe(url);
  });

  it('has no address where the response has none', () => {
    expect(new HttpError(new Response(null, { status: 503 }))).toMatchObject({ message: '503', url: undefined });
    expect(new HttpError(from('?key=secret'))).toMatchObject({ message: '503 Service Unavailable', url: undefined });
    expect(new HttpError({ status: 503, url: null })).toMatchObject({ message: '503', url: undefined });
  });

  it('has status 0 where the response has none', () => {
    expect(() => new HttpError(503 as never)).toThrow(
      new TypeError('HttpError: response must be a response with a status, got 503'),
    );
    expect(() => new HttpError(null as never)).toThrow(TypeError);
    expect(new HttpError({})).toMatchObject({ status: 0, statusText: '', message: '0' });
  });

  it('is an Error with its own name', () => {
    const error = new HttpError(from('https://example.com/'));
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('HttpError: 503 Service Unavailable for https://example.com/');
    expect(typeof error.stack).toBe('string');
  });

  it('is read by isTransient and retryAfter', () => {
    const busy = new HttpError(new Response(null, { status: 503, headers: { 'Retry-After': '7' } }));
    expect([isTransient(busy), retryAfter(busy)]).toEqual([true, 7000]);
    expect(isTransient(new HttpError(new Response(null, { status: 404 })))).toBe(false);
    expect(isTransient(new FailedValueError(busy))).toBe(true);
  });

  it.each([{ error: { code: 'insufficient_quota' } }, '{"error":{"code":"insufficient_quota"}}'])(
    'lets isTransient read the body %o',
    (body) => {
      const response = new Response(null, { status: 429 });
      expect([isTransient(new HttpError(response)), isTransient(new HttpError(response, body))]).toEqual([true, false]);
    },
  );
});

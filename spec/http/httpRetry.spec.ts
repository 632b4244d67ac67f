import { exponentialBackoff, preview } from 'rxjs-reprise';
import { httpRetry } from 'rxjs-reprise/http';
import { describe, expect, it } from 'vitest';

const answer = (status: number, headers: Readonly<Record<string, string>> = {}): object => ({ status, headers });

describe('httpRetry', () => {
  it.each([503, 429, 408, 529])('retries a %i', (status) => {
    expect(preview(httpRetry({ jitter: false }), { error: answer(status) })).toEqual({
      delays: [2000, 4000, 8000, 16_000],
      reason: 'retries',
    });
  });

  it.each([400, 404, 501])('does not retry a %i', (status) => {
    expect(preview(httpRetry(), { error: answer(status) })).toEqual({ delays: [], reason: 'error' });
  });

  it('waits for what the server asks, and its own delay', () => {
    const policy = httpRetry({ base: 100, jitter: false, maxAttempts: 3 });
    expect(preview(policy, { error: answer(429, { 'retry-after': '3' }) }).delays).toEqual([3100, 3200]);
  });

  it('never beyond its deadline, and never longer than maxRetryAfter', () => {
    const hour = answer(503, { 'retry-after': '3600' });
    expect(preview(httpRetry(), { error: hour })).toEqual({ delays: [], reason: 'hint' });
    expect(preview(httpRetry({ maxRetryAfter: 1e7, maxElapsed: 60_000 }), { error: hour })).toEqual({
      delays: [],
      reason: 'deadline',
    });
  });

  it('takes the options of exponentialBackoff, also in place of its own', () => {
    const only = { retryOn: (error: { readonly status: number }) => error.status === 418, retryAfter: false } as const;
    const error = answer(418, { 'retry-after': '3' });
    const options = { base: 50, factor: 3, cap: 100, jitter: 'full', maxAttempts: 4 } as const;
    const random = [0.1, 0.5, 0.9];
    expect(preview(httpRetry({ ...options, ...only }), { error, random })).toEqual(
      preview(exponentialBackoff(options), { random }),
    );
    expect(preview(httpRetry({ retryOn: undefined, retryAfter: undefined }), { error }).reason).toBe('error');
  });

  it.each([
    [{ delay: 5 }, 'httpRetry: there is no option delay'],
    [{ maxRetryAfter: -1 }, 'httpRetry: maxRetryAfter must be'],
    [{ retryOn: [503] }, 'httpRetry: retryOn must be a predicate'],
    [null, 'httpRetry: options must be an object, got null'],
  ])('rejects %j', (options, message) => {
    expect(() => httpRetry(options as never)).toThrow(message);
  });
});

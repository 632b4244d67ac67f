import { circuit, circuitBreak, CircuitOpenError, consecutive, FailedValueError, RejectedError } from 'rxjs-reprise';
import { httpOutcome } from 'rxjs-reprise/http';
import { lastValueFrom, throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';

const error = (fields: object, message = 'it failed'): Error => Object.assign(new Error(message), fields);
const outcomes = (statuses: readonly number[]): string[] =>
  [...new Set(statuses.map((status) => httpOutcome({ status })))].sort();
const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('httpOutcome', () => {
  it('takes an answer that says the service works as a success', () => {
    expect(outcomes(from(400, 499).filter((status) => ![408, 425, 429].includes(status)))).toEqual(['success']);
  });

  it('takes a service that is limited, late or broken as a failure', () => {
    expect(outcomes([408, 425, 429, ...from(500, 599)])).toEqual(['failure']);
  });

  it.each<[string, string, unknown]>([
    ['failure', 'a good answer whose body broke off', { status: 200, code: 'ECONNRESET' }],
    ['failure', 'a good answer that could not be read', { status: 200, error: { error: new SyntaxError('x') } }],
    ['failure', 'a connection refused', new TypeError('fetch failed', { cause: error({ code: 'ECONNREFUSED' }) })],
    ['failure', 'an unknown host', new TypeError('fetch failed', { cause: error({ code: 'ENOTFOUND' }) })],
    ['failure', 'a certificate', error({ code: 'CERT_HAS_EXPIRED' })],
    ['failure', 'a timeout', new DOMException('late', 'TimeoutError')],
    ['failure', 'no answer', { name: 'HttpErrorResponse', status: 0, error: { type: 'error' } }],
    ['failure', 'a programming error', new TypeError('x is not a function')],
    ['failure', 'a value that is no error', 'down'],
    ['failure', 'undefined', undefined],
    ['failure', 'a 429 that means money', { status: 429, code: 'insufficient_quota' }],
    ['failure', 'a 500 that must not be repeated', { status: 500, headers: { 'x-should-retry': 'false' } }],
    ['failure', 'a lock, which the server wants to be retried', { status: 409, headers: { 'x-should-retry': 'true' } }],
    ['failure', 'a throttling of AWS', error({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })],
    ['success', 'a value that failOn rejected', new FailedValueError(new Response(null, { status: 404 }))],
    ['failure', 'a good status that failOn rejected', new FailedValueError(new Response(null, { status: 200 }))],
    ['success', 'a cause', error({ cause: { response: { statusCode: 404 } } })],
    ['success', 'NOT_FOUND of gRPC', error({ code: 5, metadata: {} })],
    ['failure', 'INTERNAL of gRPC', error({ code: 13, metadata: {} })],
    ['failure', 'UNAVAILABLE of gRPC', error({ code: 14, metadata: {} })],
    ['failure', 'RESOURCE_EXHAUSTED of gRPC', error({ code: 8, metadata: {} })],
    ['ignore', 'CANCELLED of gRPC', error({ code: 1, metadata: {} })],
    ['ignore', 'an abort', new DOMException('left', 'AbortError')],
    ['ignore', 'an abort of axios', error({ code: 'ERR_CANCELED' })],
    ['ignore', 'an abort of the SDKs', error({}, 'Request was aborted.')],
    ['ignore', 'an abort in an HttpErrorResponse', { status: 0, error: new DOMException('left', 'AbortError') }],
    ['ignore', 'an abort as a cause', error({ cause: new DOMException('left', 'AbortError') })],
    ['ignore', 'an open circuit', new CircuitOpenError('a', 'open', 100, { status: 503 })],
    ['ignore', 'a rejection', new RejectedError('rate')],
  ])('%s: %s', (outcome, _, value) => {
    expect(httpOutcome(value)).toBe(outcome);
  });

  it('takes an error that cannot be read as a failure', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(httpOutcome(proxy)).toBe('failure');
  });

  it('ends at errors that are created on each access', () => {
    const endless = {
      get cause(): unknown {
        return Object.create(endless) as unknown;
      },
    };
    expect(httpOutcome(endless)).toBe('failure');
  });

  it('closes the circuit of a service that is back and answers only 404', async () => {
    const scheduler = new VirtualTimeScheduler();
    const c = circuit({ trip: consecutive(2), resetAfter: 1000, classify: httpOutcome, scheduler });
    const answer = (status: number): Promise<unknown> =>
      lastValueFrom(throwError(() => error({ status })).pipe(circuitBreak(c))).catch(() => undefined);
    await answer(503);
    await answer(503);
    expect(c.state.phase).toBe('open');
    scheduler.schedule(() => undefined, 1000);
    scheduler.flush();
    await answer(404);
    expect(c.state.phase).toBe('closed');
  });
});

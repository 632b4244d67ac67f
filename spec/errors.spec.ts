import { afterEach, describe, expect, it } from 'vitest';
import { RejectedError } from 'rxjs-reprise';

const trace: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
const { stackTraceLimit } = trace;

describe('RejectedError', () => {
  afterEach(() => {
    trace.stackTraceLimit = stackTraceLimit;
  });

  it('has the reason, and when to retry', () => {
    const rejection = new RejectedError('deadline', 250);
    expect(rejection).toBeInstanceOf(Error);
    expect(rejection).toMatchObject({
      name: 'RejectedError',
      message: 'rejected: deadline, retry after 250 ms',
      reason: 'deadline',
      retryAfter: 250,
    });
  });

  it('can be final', () => {
    expect(new RejectedError('retries')).toMatchObject({ message: 'rejected: retries', retryAfter: Infinity });
  });

  it('can end at any time, when a slot becomes free', () => {
    expect(new RejectedError('concurrency', 0)).toMatchObject({ message: 'rejected: concurrency', retryAfter: 0 });
  });

  it('names the gate that rejected', () => {
    expect(new RejectedError('rate', 250, 'mail')).toMatchObject({
      message: 'rejected by mail: rate, retry after 250 ms',
      by: 'mail',
    });
    expect(new RejectedError('rate').by).toBeUndefined();
  });

  it('has no stack, and does not change that of other errors', () => {
    trace.stackTraceLimit = 7;
    expect(new RejectedError('retries').stack).not.toContain('\n');
    expect(trace.stackTraceLimit).toBe(7);
    expect(new Error('other').stack).toContain('\n');
  });
});

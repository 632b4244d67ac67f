import { afterEach, describe, expect, it } from 'vitest';
import { RefusedError } from 'rxjs-reprise';

const trace: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
const { stackTraceLimit } = trace;

describe('RefusedError', () => {
  afterEach(() => {
    trace.stackTraceLimit = stackTraceLimit;
  });

  it('says why, and when to ask again', () => {
    const refusal = new RefusedError('deadline', 250);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({
      name: 'RefusedError',
      message: 'refused: deadline; ask again in 250 ms',
      reason: 'deadline',
      retryAfter: 250,
    });
  });

  it('may be for good', () => {
    expect(new RefusedError('retries')).toMatchObject({ message: 'refused: retries', retryAfter: Infinity });
  });

  it('may end at any time, when others change', () => {
    expect(new RefusedError('concurrency', 0)).toMatchObject({ message: 'refused: concurrency', retryAfter: 0 });
  });

  it('names the cell that refused', () => {
    expect(new RefusedError('rate', 250, 'mail')).toMatchObject({
      message: 'refused by mail: rate; ask again in 250 ms',
      by: 'mail',
    });
    expect(new RefusedError('rate').by).toBeUndefined();
  });

  it('is made without a stack, and leaves other errors theirs', () => {
    trace.stackTraceLimit = 7;
    expect(new RefusedError('retries').stack).not.toContain('\n');
    expect(trace.stackTraceLimit).toBe(7);
    expect(new Error('other').stack).toContain('\n');
  });
});

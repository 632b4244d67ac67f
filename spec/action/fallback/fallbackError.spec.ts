import { describe, expect, it } from 'vitest';
import { CircuitOpenError, FallbackError, isFinal, isRejection, RejectedError } from 'rxjs-reprise';
import { isTransient, retryAfter } from 'rxjs-reprise/http';

const open = new CircuitOpenError('spare', 'open', 1000);

describe('FallbackError', () => {
  it('says what happened to each route', () => {
    const error = new FallbackError('models', [
      { route: 'fast', error: new TypeError('fetch failed') },
      { route: 'spare', error: open },
    ]);
    expect(error.name).toBe('FallbackError');
    expect(String(error)).toBe(
      'FallbackError: models: no route has answered. fast: TypeError: fetch failed; spare: CircuitOpenError: circuit spare is open, retry after 1000 ms',
    );
  });

  it.each<[title: string, error: unknown, text: string]>([
    ['a string', 'down', '"down"'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object without a message', { status: 503 }, 'an object'],
    ['an object with a message', { name: 'Fault', message: 'down' }, 'Fault: down'],
    [
      'an error that cannot be read',
      {
        get message(): string {
          throw new Error('no');
        },
      },
      'an error that cannot be read',
    ],
  ])('shows %s', (_, error, text) => {
    expect(new FallbackError('fallback', [{ route: 'fast', error }]).message).toBe(
      `fallback: no route has answered. fast: ${text}`,
    );
  });

  it('has the last real error as its cause, or the last rejection', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    const failures = [first, second, open].map((error) => ({ route: 'a', error }));
    expect(new FallbackError('fallback', failures).cause).toBe(second);
    expect(new FallbackError('fallback', failures.slice(2)).cause).toBe(open);
  });

  it('is transient, with the hint of the server, if its cause is', () => {
    const busy = { status: 503, headers: { 'retry-after': '2' } };
    const error = new FallbackError('fallback', [{ route: 'fast', error: busy }]);
    expect(isTransient(error)).toBe(true);
    expect(retryAfter(error)).toBe(2000);
  });

  it('is a rejection if all its errors are', () => {
    const rejected = new FallbackError('fallback', [
      { route: 'fast', error: new RejectedError('rate', 5) },
      { route: 'spare', error: open },
    ]);
    expect(isRejection(rejected)).toBe(true);
    expect(isFinal(rejected)).toBe(true);
    const failed = new FallbackError('fallback', [
      { route: 'fast', error: new Error('down') },
      { route: 'spare', error: open },
    ]);
    expect(isRejection(failed)).toBe(false);
    expect(isFinal(failed)).toBe(false);
  });
});

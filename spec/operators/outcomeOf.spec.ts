import { firstValueFrom, of, throwError, VirtualTimeScheduler } from 'rxjs';
import { both, circuit, fixed, outcomeOf, retries, retryWithPolicy } from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { outcome } from '../support/stage.js';

/*
 * How a retried stream ended, asked of its error.
 */

describe('outcomeOf', () => {
  it('has the attempts, the time and the reason', () => {
    const scheduler = new VirtualTimeScheduler();
    const busy = new Error('busy');
    const policy = both(fixed(100), retries(2));
    const seen = outcome(throwError(() => busy).pipe(retryWithPolicy(policy, { name: 'users', scheduler })));
    expect(outcomeOf(busy)).toBeUndefined();
    scheduler.flush();
    expect(seen.end).toBe(busy);
    expect(outcomeOf(busy)).toEqual({ name: 'users', attempts: 3, elapsed: 200, reason: 'retries' });
  });

  it('says that no attempt was made if the first one was rejected', async () => {
    const users = circuit({ name: 'users' });
    users.isolate();
    const call$ = of(1).pipe(retryWithPolicy(retries(3), { gates: [users] }));
    const error: unknown = await firstValueFrom(call$).catch((rejection: unknown) => rejection);
    expect(outcomeOf(error)).toMatchObject({ attempts: 0, reason: 'isolated' });
  });

  it('counts the attempts that were made if a retry was rejected', () => {
    const users = circuit({ name: 'users', threshold: 1 });
    const busy = new Error('busy');
    users.events$.subscribe(({ kind }) => {
      if (kind === 'opened') users.isolate();
    });
    outcome(throwError(() => busy).pipe(retryWithPolicy(retries(3), { gates: [users] })));
    expect(outcomeOf(busy)).toMatchObject({ attempts: 1, reason: 'isolated' });
  });

  it('is that of the outermost retry', () => {
    const busy = new Error('busy');
    const inner = throwError(() => busy).pipe(retryWithPolicy(retries(1), { name: 'inner' }));
    outcome(inner.pipe(retryWithPolicy(retries(4), { name: 'outer' })));
    expect(outcomeOf(busy)).toMatchObject({ name: 'outer', attempts: 5 });
  });

  it('knows functions that are thrown, and nothing of what is no object or of other errors', () => {
    const odd = (): void => undefined;
    for (const thrown of [odd, 'busy'] as unknown[])
      outcome(throwError(() => thrown).pipe(retryWithPolicy(retries(1))));
    expect(outcomeOf(odd)).toMatchObject({ attempts: 2 });
    expect(['busy', undefined, null, new Error('other')].map(outcomeOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

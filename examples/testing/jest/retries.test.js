import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of } from 'rxjs';
import { both, exponential, exponentialBackoff, onFailure, retries, retryWithPolicy } from 'rxjs-reprise';
import { assertPolicyLaws, expectRetries, faults, flaky, marbles, timeline } from 'rxjs-reprise/testing';

const policy = exponentialBackoff({ base: 100, maxAttempts: 4 });

describe('my retries', () => {
  it('wait 100, 200 and 400 ms, and end', () => {
    expectRetries(policy, { random: 0.5 }).toWait([100, 200, 400]).toGiveUp('retries');
  });

  it(
    'recover in virtual time',
    marbles(({ expectObservable }) => {
      const source = flaky.marble('-#', '-#', '-a|');
      expectObservable(source.pipe(retryWithPolicy(both(exponential(4), retries(4))))).toBe('---------------a|');
    }),
  );

  it('look like this', () => {
    const source = flaky.marble('--#', '--#', '-a|');
    const picture = timeline(both(exponential(4), retries(4)), { source });
    expect(picture.split('\n')).toEqual([
      'attempt 1   --#',
      'wait          ....',
      'attempt 2         --#',
      'wait                ........',
      'attempt 3                   -a|',
    ]);
  });

  it('cope with what a staging environment does to them', async () => {
    const chaos = faults({ enabled: true, rate: 0.5, latency: 1, seed: 7 });
    const answer = await lastValueFrom(of('ok').pipe(chaos, retryWithPolicy(both(exponential(1), retries(5)))));
    expect(answer).toEqual('ok');
  });

  it('are made by a policy of my own', () => {
    assertPolicyLaws(onFailure(1, (attempt) => ({ state: attempt + 1, wait: 100 * attempt })));
  });
});

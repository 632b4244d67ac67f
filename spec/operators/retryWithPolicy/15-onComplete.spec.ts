import { concat, EMPTY, Observable, of, take, throwError } from 'rxjs';
import {
  action,
  both,
  circuit,
  ClosedError,
  fixed,
  onlyIf,
  retries,
  retryWithPolicy,
  sequence,
  type RetryEvent,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { picture } from '../../support/picture.js';
import { outcome } from '../../support/stage.js';

/*
 * A completion that is a failure: for sockets and consumers that must stay connected.
 */

describe("onComplete: 'retry'", () => {
  picture('subscribes again after a completion, and after an error', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(2), { onComplete: 'retry' })),
    diagram: `
      source         -a|
                     -b#
                     -c--
      expected       -a---b---c------!
      subscriptions  ^-!
                     ----^-!
                     --------^-------!
    `,
  });
  picture('ends with the error of the last completion when the policy gives up', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(2), retries(1)), { onComplete: 'retry' })),
    diagram: `
      source         -a|
      expected       -a---a#
      subscriptions  ^-!
                     ----^-!
    `,
    error: new ClosedError(),
  });
  picture('is not there by default', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(2), { onComplete: 'complete' })),
    diagram: `
      source         -a|
      expected       -a|
      subscriptions  ^-!
    `,
  });

  it('gives the policy a ClosedError', () => {
    const policy = onlyIf(ClosedError, sequence([0]));
    const source = concat(of('a'), EMPTY);
    const seen = outcome(source.pipe(retryWithPolicy(policy, { onComplete: 'retry' })));
    expect(seen.values).toEqual(['a', 'a']);
    expect(seen.end).toBeInstanceOf(ClosedError);
    expect(String(seen.end)).toBe('ClosedError: the source completed');
    const failing = throwError(() => new Error('down')).pipe(retryWithPolicy(policy, { onComplete: 'retry' }));
    expect(outcome(failing).end).toEqual(new Error('down'));
  });

  it('is a failure for gates and observers, and no success', () => {
    const live = circuit({ threshold: 2 });
    const kinds: string[] = [];
    const observe = ({ kind }: RetryEvent): void => {
      kinds.push(kind);
    };
    outcome(of('a').pipe(retryWithPolicy(retries(1), { onComplete: 'retry', gates: [live], observe })));
    expect(live.state).toMatchObject({ phase: 'open', successes: 0 });
    expect(kinds).toEqual(['attempt', 'retrying', 'attempt', 'recovered', 'gave-up']);
  });

  it('does not concern a consumer that has what it wants', () => {
    const seen = outcome(of('a').pipe(retryWithPolicy(fixed(2), { onComplete: 'retry' }), take(1)));
    expect([seen.values, seen.end]).toEqual([['a'], 'complete']);
  });

  it('is an option of action, also without a retry', () => {
    expect(outcome(action(() => of('a'), { onComplete: 'retry' })()).end).toBeInstanceOf(ClosedError);
    expect(outcome(action(() => of('a'), { onComplete: 'retry', retry: 2 })()).values).toEqual(['a']);
  });

  it('subscribes again if the teardown of the completed source throws', () => {
    let subscribed = 0;
    const source = new Observable((subscriber) => {
      subscribed += 1;
      subscriber.add(() => {
        throw new Error('teardown');
      });
      subscriber.complete();
    });
    const seen = outcome(source.pipe(retryWithPolicy(retries(1), { onComplete: 'retry' })));
    expect(subscribed).toBe(2);
    expect(seen.end).toBeInstanceOf(ClosedError);
  });
});

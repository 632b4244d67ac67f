import { describe, expect, it } from 'vitest';
import {
  both,
  capped,
  either,
  exponential,
  fixed,
  followedBy,
  hinted,
  immediate,
  jittered,
  never,
  onlyIf,
  preview,
  resetAfterUptime,
  resetOn,
  retries,
  sequence,
  within,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { step } from '../../src/policy/policy.js';
import { ask, cancel, close, failure, success, value, verdicts, waits } from '../support/signals.js';

/** Answers asks with these waits in turn, and counts the asks. */
const answering = (...answers: readonly number[]): Policy => {
  const policy: Policy<number> = {
    initial: 0,
    handles: ['ask'],
    reduce: (turn, { kind }) =>
      kind === 'ask' ? { state: turn + 1, wait: answers[turn] ?? 0 } : { state: turn, wait: 0 },
  };
  return policy;
};

/** Receives every signal, and counts them. */
const countsAll: Policy<number> = { initial: 0, reduce: (count) => ({ state: count + 1, wait: 0 }) };

const no = (reason: string): Policy => ({ initial: null, reduce: (state) => ({ state, wait: Infinity, reason }) });

describe('both', () => {
  it('takes the longest wait', () => {
    expect(preview(both(exponential(100), fixed(250), retries(3)))).toEqual({
      delays: [250, 250, 400],
      reason: 'retries',
    });
  });

  it('gives the reason of the first part that says no', () => {
    expect(verdicts(both(fixed(1), no('first'), no('second')), [failure()])).toMatchObject([{ reason: 'first' }]);
  });
});

describe('either', () => {
  it('takes the shortest wait, until all parts say no', () => {
    expect(preview(either(sequence([500]), both(fixed(900), retries(2))))).toEqual({
      delays: [500, 900],
      reason: 'exhausted',
    });
  });

  it('gives the reason of the first part if all say no', () => {
    expect(verdicts(either(no('first'), no('second')), [failure()])).toMatchObject([{ reason: 'first' }]);
  });

  it('can say no to one error and yes to the next', () => {
    const policy = either(onlyIf(TypeError, fixed(5)), onlyIf(RangeError, fixed(3)));
    const signals = [new TypeError(), new Error(), new RangeError()].map((error) => failure({ error }));
    expect(waits(policy, signals)).toEqual([5, Infinity, 3]);
  });
});

describe.each([
  ['both', both],
  ['either', either],
])('%s at an ask', (_, join) => {
  it('answers with the longest wait and its reason: no part opens the gate of another', () => {
    expect(waits(join(answering(0), answering(20), answering(10)), [ask()])).toEqual([20]);
    expect(verdicts(join(answering(20), no('shut'), no('too')), [ask()])).toMatchObject([
      { wait: Infinity, reason: 'shut' },
    ]);
  });

  it('keeps the state of the part that rejected, and takes back that of the part that admitted', () => {
    const policy = join(answering(0), answering(20, 0), answering(Infinity, 0));
    expect(verdicts(policy, [ask(), ask(), ask()]).map(({ state, wait }) => [wait, state])).toEqual([
      [Infinity, [0, 1, 1]],
      [0, [1, 2, 2]],
      [0, [2, 3, 3]],
    ]);
  });

  it('returns the same state if every part does', () => {
    const policy = join(immediate, answering(0));
    for (const signal of [value(1), success(), cancel(), failure()]) {
      expect(policy.reduce(policy.initial, signal).state).toBe(policy.initial);
    }
  });

  it('handles the kinds that its parts handle', () => {
    expect(join(answering(0), fixed(1)).handles).toEqual(['ask', 'failure']);
    expect(join(immediate, immediate).handles).toEqual([]);
    expect(join(no('all')).handles).toEqual(['ask', 'value', 'success', 'failure', 'cancel', 'abandon', 'control']);
  });

  it('sends a part only the kinds that it handles', () => {
    const received: string[] = [];
    const listener: Policy = {
      initial: null,
      handles: ['value'],
      reduce: (state, { kind }) => {
        received.push(kind);
        return { state, wait: 0 };
      },
    };
    verdicts(join(listener, answering(0), fixed(1)), [ask(), value(1), failure(), success()]);
    expect(received).toEqual(['value']);
  });
});

describe('followedBy', () => {
  it('follows the first policy, then the second', () => {
    const policy = followedBy(both(fixed(300), retries(3)), jittered('full', exponential(600), { cap: 30_000 }));
    expect(preview(policy, { failures: 6 }).delays).toEqual([300, 300, 300, 300, 600, 1200]);
  });

  it('starts the second from its initial state, with the failure that ended the first', () => {
    const policy = followedBy(both(exponential(1), retries(2)), both(exponential(100), retries(2)));
    expect(preview(policy)).toEqual({ delays: [1, 2, 100, 200], reason: 'retries' });
  });

  it('stays with the second', () => {
    const policy = followedBy(onlyIf(TypeError, fixed(1)), fixed(9));
    const signals = [new TypeError(), new Error(), new TypeError()].map((error) => failure({ error }));
    expect(waits(policy, signals)).toEqual([1, 9, 9]);
  });

  it('asks only the first while it lasts, and a no to an ask does not end it', () => {
    const policy = followedBy(both(answering(Infinity, 10, 0), sequence([1])), both(answering(7), fixed(9)));
    const signals = [ask(), ask(), ask(), failure(), failure(), ask()];
    expect(waits(policy, signals)).toEqual([Infinity, 10, 0, 1, 9, 7]);
  });

  it('has the current policy in its state', () => {
    const policy = followedBy(never, retries(2));
    expect(verdicts(policy, [ask(), failure()]).map(({ state }) => state)).toEqual([
      { by: 'first', inner: never.initial },
      { by: 'second', inner: 1 },
    ]);
  });

  it('returns the same state if its part does', () => {
    const policy = followedBy(fixed(1), fixed(2));
    expect(step(policy, policy.initial, failure()).state).toBe(policy.initial);
  });

  it('handles failures and the kinds that either part handles', () => {
    expect(followedBy(immediate, immediate).handles).toEqual(['failure']);
    expect(followedBy(answering(), resetOn(Boolean, immediate)).handles).toEqual(['ask', 'value', 'failure']);
  });
});

describe('resetOn', () => {
  const isOpen = (value: unknown): boolean => value === 'open';

  it('forgets the failures before a value that matches, and keeps them at any other value', () => {
    const policy = resetOn(isOpen, both(exponential(100), retries(2)));
    const signals = [failure(), failure(), value('open'), failure(), value('data'), failure(), failure()];
    expect(waits(policy, signals)).toEqual([100, 200, 0, 100, 0, 200, Infinity]);
  });

  it('does not reset an outer limit', () => {
    const policy = both(resetOn(isOpen, retries(2)), retries(4));
    const signals = Array.from({ length: 5 }, () => [value('open'), failure()]).flat();
    expect(waits(policy, signals).filter((_, index) => index % 2 === 1)).toEqual([0, 0, 0, 0, Infinity]);
  });

  it('handles values even if the inner policy does not', () => {
    expect(resetOn(isOpen, immediate).handles).toEqual(['value']);
  });

  it('calls the predicate only for values', () => {
    const policy = resetOn(() => true, countsAll);
    expect(verdicts(policy, [ask(), failure(), success()]).map(({ state }) => state)).toEqual([1, 2, 3]);
    expect(verdicts(policy, [ask(), value(1)]).at(-1)?.state).toBe(0);
  });

  it('passes on a value that does not match', () => {
    const policy = resetOn(
      isOpen,
      resetOn((value) => value === 'data', exponential(1)),
    );
    expect(waits(policy, [failure(), value('data'), failure(), value('open'), failure()])).toEqual([1, 0, 1, 0, 1]);
  });
});

describe('resetAfterUptime', () => {
  const policy = resetAfterUptime(1000, both(exponential(100), retries(2)));

  it('forgets earlier failures after an attempt of exactly that uptime, and not 1 ms less', () => {
    const took = (...times: readonly number[]): Signal[] => times.map((took) => failure({ took }));
    expect(waits(policy, took(0, 999, 999))).toEqual([100, 200, Infinity]);
    expect(waits(policy, took(0, 999, 1000, 0, 0))).toEqual([100, 200, 100, 200, Infinity]);
  });

  it('ignores how long a success or a cancel took', () => {
    const signals = [failure(), success({ took: 5000 }), cancel({ took: 5000 }), failure()];
    expect(waits(policy, signals)).toEqual([100, 0, 0, 200]);
    expect(verdicts(resetAfterUptime(1000, countsAll), signals).map(({ state }) => state)).toEqual([1, 2, 3, 4]);
  });

  it('handles failures even if the inner policy does not', () => {
    expect(resetAfterUptime(1, immediate).handles).toEqual(['failure']);
    expect(resetAfterUptime(1, resetOn(Boolean, immediate)).handles).toEqual(['value', 'failure']);
  });
});

describe('a known system as a composition', () => {
  it('AWS standard: a delay of its own for throttling, a hint, at most 2 retries', () => {
    const isThrottled = (error: { readonly throttled?: boolean }): boolean => error.throttled === true;
    const policy = both(
      hinted(
        either(
          onlyIf((error: object) => !isThrottled(error), jittered('full', exponential(50), { cap: 20_000 })),
          onlyIf(isThrottled, jittered('full', exponential(1000), { cap: 20_000 })),
        ),
        { max: 5000, past: 'clamp' },
      ),
      retries(2),
    );
    const random = 0.5;
    const signals = [{}, { throttled: true }, {}].map((error) => failure({ error, random }));
    expect(waits(policy, signals)).toEqual([25, 500, Infinity]);
    expect(waits(policy, [failure({ error: { retryAfter: 60_000 }, random })])).toEqual([5025]);
  });

  it('gRPC: ±20 % of a capped exponential, 5 attempts', () => {
    const policy = both(jittered([0.8, 1.2], capped(1000, exponential(200))), retries(4));
    expect(preview(policy, { random: 0 }).delays).toEqual(close([160, 320, 640, 800]));
    expect(preview(policy, { random: 1, failures: 5 })).toEqual({
      delays: close([240, 480, 960, 1200]),
      reason: 'retries',
    });
  });

  it('a deployment hook: 5 retries within 20 s', () => {
    const policy = within(20_000, both(jittered([0.8, 1.2], exponential(200)), retries(5)));
    expect(preview(policy)).toEqual({ delays: close([200, 400, 800, 1600, 3200]), reason: 'retries' });
    expect(preview(within(3000, policy)).reason).toBe('deadline');
  });

  it('a socket: reset when it opens, within an outer limit', () => {
    const policy = both(
      resetOn((value) => value === 'open', jittered('equal', exponential(300), { cap: 30_000 })),
      retries(1000),
    );
    const signals = [failure(), failure(), value('open'), failure()];
    expect(waits(policy, signals)).toEqual([150, 300, 0, 150]);
  });
});

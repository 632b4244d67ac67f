import { describe, expect, it } from 'vitest';
import {
  both,
  either,
  exponential,
  fixed,
  followedBy,
  immediate,
  onFailure,
  onlyIf,
  preview,
  resetOn,
  retries,
  sequence,
  within,
  type Policy,
  type RetryOn,
} from 'rxjs-reprise';
import { ask, cancel, failure, success, value, verdicts, waits } from '../support/signals.js';

describe('retries', () => {
  it.each([
    [0, 0],
    [1, 1],
    [3, 3],
    [Infinity, 10],
  ])('(%d) allows that number of retries', (n, allowed) => {
    expect(preview(both(fixed(1), retries(n))).delays).toHaveLength(allowed);
  });

  it('adds no delay, and gives its reason at the end', () => {
    expect(preview(retries(2))).toEqual({ delays: [0, 0], reason: 'retries' });
  });
});

describe('within', () => {
  const postponed = (wait: number): Policy => ({
    initial: null,
    handles: ['ask'],
    reduce: (state) => ({ state, wait }),
  });

  it('allows a wait that ends exactly at the deadline, but not 1 ms later', () => {
    const policy = within(1000, fixed(400));
    expect(waits(policy, [ask(), failure({ now: 600 })])).toEqual([0, 400]);
    expect(waits(policy, [ask(), failure({ now: 601 })])).toEqual([0, Infinity]);
    expect(preview(within(700, exponential(100)))).toEqual({ delays: [100, 200, 400], reason: 'deadline' });
    expect(preview(within(699, exponential(100)))).toEqual({ delays: [100, 200], reason: 'deadline' });
  });

  it('allows a wait of 0 up to the deadline', () => {
    expect(waits(within(1000, immediate), [ask(), failure({ now: 1000 })])).toEqual([0, 0]);
    expect(waits(within(1000, immediate), [ask(), failure({ now: 1001 })])).toEqual([0, Infinity]);
  });

  it('counts from the first ask, at any instant', () => {
    const policy = within(100, fixed(10));
    const signals = [ask({ now: 5000 }), failure({ now: 5050 }), ask({ now: 5060 }), failure({ now: 5091 })];
    expect(waits(policy, signals)).toEqual([0, 10, 0, Infinity]);
  });

  it('counts from the first failure if there was no ask before it', () => {
    const policy = resetOn((value) => value === 'open', within(100, fixed(10)));
    const signals = [ask(), value('open'), failure({ now: 500 }), failure({ now: 590 }), failure({ now: 591 })];
    expect(waits(policy, signals)).toEqual([0, 0, 10, 10, Infinity]);
    const second = followedBy(sequence([50]), within(100, fixed(60)));
    expect(waits(second, [ask(), failure(), failure({ now: 5000 }), failure({ now: 5041 })])).toEqual([
      0,
      50,
      60,
      Infinity,
    ]);
  });

  it('does not start to count at a report', () => {
    const counting: Policy = { initial: null, reduce: (state) => ({ state, wait: 0 }) };
    const policy = within(100, both(fixed(10), counting));
    const signals = [value(1), success(), cancel(), failure({ now: 500 })];
    expect(waits(policy, signals)).toEqual([0, 0, 0, 10]);
  });

  it('bounds the wait of an ask', () => {
    expect(verdicts(within(100, postponed(100)), [ask()])).toMatchObject([{ wait: 100 }]);
    expect(verdicts(within(99, postponed(100)), [ask()])).toMatchObject([{ wait: Infinity, reason: 'deadline' }]);
    expect(waits(within(100, postponed(60)), [ask(), ask({ now: 60 })])).toEqual([60, Infinity]);
  });

  it('handles asks, failures and the kinds that the inner policy handles', () => {
    expect(within(1, immediate).handles).toEqual(['ask', 'failure']);
    expect(within(1, resetOn(Boolean, immediate)).handles).toEqual(['ask', 'value', 'failure']);
  });

  it('never rejects an attempt that may start now', () => {
    expect(waits(within(100, immediate), [ask(), ask({ now: 5000 })])).toEqual([0, 0]);
  });

  it('gives the reason of the inner policy if that says no', () => {
    expect(preview(within(0, retries(0)))).toEqual({ delays: [], reason: 'retries' });
  });

  it('returns the same state if neither the time nor the inner policy changed it', () => {
    const policy = within(100, immediate);
    const [{ state } = { state: undefined }] = verdicts(policy, [ask()]);
    expect(policy.reduce(state, ask({ now: 50 })).state).toBe(state);
    expect(policy.reduce(policy.initial, success()).state).toBe(policy.initial);
  });
});

class Lost extends Error {}
abstract class Remote extends Error {}
class Busy extends Remote {}

/** An error class as compiled to ES5. */
function Es5Error(this: Error): void {
  this.message = 'es5';
}
Es5Error.prototype = Object.create(Error.prototype, { constructor: { value: Es5Error } }) as Error;
const Legacy = Es5Error as unknown as new () => Error;

describe('onlyIf', () => {
  it.each<[string, RetryOn, unknown, unknown]>([
    ['an arrow', (error) => error === 'yes', 'yes', 'no'],
    [
      'a function',
      function (error) {
        return error === 'yes';
      },
      'yes',
      'no',
    ],
    ['a method', { matches: (error: unknown) => error === 'yes' }.matches, 'yes', 'no'],
    ['a class', Lost, new Lost(), new Error()],
    ['a class and its subclasses', Error, new Lost(), 'lost'],
    ['an abstract class', Remote, new Busy(), new Lost()],
    ['a native class', DOMException, new DOMException('', 'TimeoutError'), new Error()],
    ['a class compiled to ES5', Legacy, new Legacy(), new Error()],
    ['one of several classes, the first', [Lost, Remote], new Lost(), new Error()],
    ['one of several classes, the last', [Lost, Remote], new Busy(), undefined],
  ])('retries errors that match %s', (_, retryOn, match, other) => {
    expect(preview(onlyIf(retryOn), { error: match, failures: 1 })).toEqual({ delays: [0], reason: undefined });
    expect(preview(onlyIf(retryOn), { error: other, failures: 1 })).toEqual({ delays: [], reason: 'error' });
  });

  it('calls a predicate without this, and never with new', () => {
    const predicate = function (this: unknown): boolean {
      return this === undefined;
    };
    expect(preview(onlyIf(predicate), { failures: 1 }).delays).toEqual([0]);
  });

  it('is not changed by later changes to the array', () => {
    const classes = [Lost];
    const policy = onlyIf(classes);
    classes.pop();
    expect(preview(policy, { error: new Lost(), failures: 1 }).delays).toEqual([0]);
  });

  it('rethrows the error of a predicate, the same reference', () => {
    const thrown = new Error('thrown');
    const policy = onlyIf(() => {
      throw thrown;
    });
    let caught: unknown;
    try {
      preview(policy);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  });

  it('says no to one error and yes to the next, and does not advance the inner policy', () => {
    const policy = onlyIf(Lost, both(exponential(100), retries(2)));
    const errors = [new Lost(), 'x', 'x', 'x', new Lost(), new Lost()];
    const signals = errors.map((error) => failure({ error }));
    expect(waits(policy, signals)).toEqual([100, Infinity, Infinity, Infinity, 200, Infinity]);
    expect(verdicts(policy, signals).map(({ reason }) => reason)).toEqual([
      undefined,
      'error',
      'error',
      'error',
      undefined,
      'retries',
    ]);
  });

  it('sends a cancel of the same attempt in place of a failure that does not match', () => {
    const received: unknown[] = [];
    const listener: Policy = {
      initial: null,
      reduce: (state, signal) => {
        received.push(signal);
        return { state, wait: 0 };
      },
    };
    const given = { ticket: 3, now: 70, took: 7 };
    verdicts(onlyIf(Lost, listener), [failure({ ...given, random: 0.7, error: 'x' })]);
    expect(received).toEqual([cancel(given)]);
  });

  it('keeps a counter for each class of errors within either', () => {
    const policy = either(onlyIf(Lost, both(fixed(10), retries(2))), onlyIf(Busy, both(exponential(1000), retries(1))));
    const [lost, busy] = [new Lost(), new Busy()];
    const signals = [lost, busy, lost, busy, lost].map((error) => failure({ error }));
    expect(waits(policy, signals)).toEqual([10, 1000, 10, Infinity, Infinity]);
  });

  it('handles failures and the kinds that the inner policy handles', () => {
    expect(onlyIf(Lost).handles).toEqual(['failure']);
    expect(onlyIf(Lost, { ...immediate, handles: ['cancel'] }).handles).toEqual(['failure', 'cancel']);
  });

  it('passes any value to the predicate', () => {
    const policy = onlyIf(
      Lost,
      onFailure(0, (state) => ({ state: state + 1, wait: state })),
    );
    expect(preview(policy, { error: undefined, failures: 1 }).reason).toBe('error');
  });
});

import { concat, defer, NEVER, of, throwError, type Observable } from 'rxjs';
import {
  action,
  circuit,
  concurrencyLimit,
  gate,
  immediate,
  never,
  retries,
  retryWithPolicy,
  type RetryEvent,
  type RetryOptions,
  type Signal,
} from 'rxjs-reprise';
import { describe, expect, it } from 'vitest';
import { attentive, halfOpen, kinds, outcome, recorded, untouched, turns } from '../../support/stage.js';

/*
 * What proves that an attempt has succeeded: `successOn`, as in a guard.
 */

const down = new Error('down');
const sent = { type: 'sent' };
const response = { type: 'response' };
const isResponse = ({ type }: { readonly type: string }): boolean => type === 'response';

/** A request that sends its first event at once and fails at its first two attempts. */
function request(): Observable<typeof sent> {
  const endings = [throwError(() => down), throwError(() => down), of(response)];
  return defer(() => concat(of(sent), endings.shift() ?? NEVER));
}

describe('successOn', () => {
  it('a value that proves nothing is no success when the consumer leaves', () => {
    const live = halfOpen();
    const log: Signal[] = [];
    const subscription = concat(of(sent), NEVER)
      .pipe(retryWithPolicy(recorded(attentive, log), { gates: [live], successOn: isResponse }))
      .subscribe();
    subscription.unsubscribe();
    expect(live.state).toMatchObject(untouched);
    expect(kinds(log)).toEqual(['ask', 'value', 'cancel']);
  });

  it('the value that proves it is a success, before the source ends', () => {
    const live = halfOpen();
    const log: Signal[] = [];
    const subscription = concat(of(sent, response, sent), NEVER)
      .pipe(retryWithPolicy(recorded(attentive, log), { gates: [live], successOn: isResponse }))
      .subscribe();
    expect(live.state.phase).toBe('closed');
    subscription.unsubscribe();
    expect(kinds(log)).toEqual(['ask', 'value', 'value', 'value', 'success']);
  });

  it('the first value is a success, and the slot is kept until the source has let go', () => {
    const [live, slots] = [halfOpen(), gate(concurrencyLimit({ limit: 1 }))];
    const subscription = concat(of(sent), NEVER)
      .pipe(retryWithPolicy(never, { gates: [live, slots], successOn: 'first' }))
      .subscribe();
    expect(live.state.phase).toBe('closed');
    expect(slots.state.running).toBe(1);
    subscription.unsubscribe();
    expect(slots.state.running).toBe(0);
  });

  it.each<[string, RetryOptions, string[]]>([
    ['by default at every first value', {}, ['retrying', 'recovered', 'retrying', 'recovered']],
    ['at the value that proves it', { successOn: isResponse }, ['retrying', 'retrying', 'recovered']],
  ])('recovered comes %s', (_, options, expected) => {
    const events: RetryEvent['kind'][] = [];
    outcome(
      request().pipe(retryWithPolicy(retries(5), { ...options, observe: turns(({ kind }) => events.push(kind)) })),
    );
    expect(events).toEqual(expected);
  });

  it('a completion without a proof is a success and a recovery', () => {
    const live = halfOpen();
    outcome(of(sent).pipe(retryWithPolicy(never, { gates: [live], successOn: () => false })));
    expect(live.state.phase).toBe('closed');
  });

  it('what the predicate throws ends the stream and counts as nothing', () => {
    const live = halfOpen();
    const successOn = (): boolean => {
      throw down;
    };
    expect(outcome(of(sent).pipe(retryWithPolicy(immediate, { gates: [live], successOn }))).end).toBe(down);
    expect(live.state).toMatchObject(untouched);
  });

  it('applies to the circuit of an action too', () => {
    const live = halfOpen();
    const load = action(() => concat(of(sent), NEVER), { circuit: live, successOn: isResponse });
    load().subscribe().unsubscribe();
    expect(live.state).toMatchObject(untouched);
    const first = circuit();
    action(() => concat(of(sent), NEVER), { circuit: first, successOn: 'first' })().subscribe();
    expect(first.state.successes).toBe(1);
  });

  it('is validated', () => {
    expect(() => retryWithPolicy(never, { successOn: 'last' as never })).toThrow(
      new TypeError(`retryWithPolicy: successOn must be 'complete', 'first' or a predicate, got "last"`),
    );
  });
});

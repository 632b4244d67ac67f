import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveThrottle, retryBudget, retryThrottle, retryQuota, type Signal } from 'rxjs-reprise';
import { ask, cancel, failure, success } from '../../support/log.js';
import { size } from '../../support/size.js';

/*
 * Compared with naive models: lists of what happened, and sums over them.
 */

/** A call asks to start, or a running one ends. */
interface Step {
  readonly gap: number;
  readonly kind: 'asks' | 'success' | 'failure' | 'cancel';
  readonly isRetry: boolean;
  readonly pick: number;
  readonly random: number;
}

const steps = fc.array(
  fc.record<Step>({
    gap: fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.constantFrom(999, 1000, 5000) }),
    kind: fc.constantFrom('asks', 'asks', 'asks', 'success', 'failure', 'cancel'),
    isRetry: fc.boolean(),
    pick: fc.nat(20),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { maxLength: 80, size: 'max' },
);

const ends = { success, failure, cancel };

/** Sends the signals one by one. Only running calls end, each once. */
function live(all: readonly Step[], tell: (signal: Signal, now: number) => boolean): void {
  const running: number[] = [];
  let now = 0;
  let last = 0;
  for (const { gap, kind, isRetry, pick, random } of all) {
    now += gap;
    if (kind === 'asks') {
      last += 1;
      const error = pick;
      const signal = ask(now, { ticket: last, attempt: isRetry ? 2 : 1, random, ...(isRetry ? { error } : {}) });
      if (tell(signal, now)) running.push(last);
    } else if (running.length > 0) {
      const [call = 0] = running.splice(pick % running.length, 1);
      tell(ends[kind](now, { ticket: call }), now);
    }
  }
}

const window = 1000;
/** Whether a window with ten buckets still holds an instant. */
const isHeld = (at: number, now: number): boolean => now < Math.floor(at / 100) * 100 + window;

describe('retryBudget', () => {
  it('pays the value of the deposits and the reserve of the window, in whole retries', () => {
    const cents = fc.integer({ min: 0, max: 150 });
    const property = fc.property(cents, fc.nat(5), steps, (percent, reserve, all) => {
      const policy = retryBudget({ ratio: percent / 100, reserve, window });
      let state = policy.initial;
      const admitted: { at: number; isRetry: boolean }[] = [];
      live(all, (signal, now) => {
        const verdict = policy.reduce(state, signal);
        ({ state } = verdict);
        if (signal.kind !== 'ask') return false;
        const held = admitted.filter(({ at }) => isHeld(at, now));
        const retries = held.filter(({ isRetry }) => isRetry).length;
        const isRetry = signal.attempt > 1;
        const cents = 100 * reserve + percent * (held.length - retries) - 100 * retries;
        expect(verdict.wait).toBe(isRetry && cents < 100 ? Infinity : 0);
        if (verdict.wait === 0) admitted.push({ at: now, isRetry });
        return verdict.wait === 0;
      });
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });
});

describe('retryQuota', () => {
  type Payment = readonly [ticket: number, price: number];
  interface Quota {
    readonly tokens: number;
    readonly paid: readonly {
      readonly price: number;
      readonly by: { readonly chunks: readonly (readonly number[])[] };
    }[];
  }
  const byTicket = ([one]: Payment, [other]: Payment): number => one - other;
  /** What each running retry has paid, in the order of their tickets. */
  const paidIn = (state: unknown): { readonly tokens: number; readonly paid: readonly Payment[] } => {
    const { tokens, paid } = state as Quota;
    const payments = paid.flatMap(({ price, by }) => by.chunks.flat().map((ticket): Payment => [ticket, price]));
    return { tokens, paid: payments.sort(byTicket) };
  };

  it('holds the unpaid tokens, within 0 and its capacity, and knows what each running retry has paid', () => {
    const property = fc.property(fc.nat(60), fc.nat(3), steps, (capacity, refund, all) => {
      const policy = retryQuota({ capacity, refund, cost: (error: number) => error });
      let state = policy.initial;
      let tokens = capacity;
      const paid = new Map<number, number>();
      live(all, (signal) => {
        const verdict = policy.reduce(state, signal);
        ({ state } = verdict);
        const { ticket: call } = signal;
        if (signal.kind === 'ask') {
          const price = signal.attempt > 1 ? Number(signal.error) : 0;
          expect(verdict.wait).toBe(price > tokens ? Infinity : 0);
          if (verdict.wait === 0) tokens -= price;
          if (verdict.wait === 0 && price > 0) paid.set(call, price);
        } else {
          const bonus = signal.kind === 'success' ? refund : 0;
          if (signal.kind !== 'failure') tokens = Math.min(capacity, tokens + (paid.get(call) ?? bonus));
          paid.delete(call);
        }
        expect(paidIn(state)).toStrictEqual({ tokens, paid: [...paid].sort(byTicket) });
        return verdict.wait === 0;
      });
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });
});

describe('retryThrottle', () => {
  it('has the same tokens as a count in tenths', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 20 }),
      steps,
      (most, tenths, all) => {
        const policy = retryThrottle({ maxTokens: most, tokenRatio: tenths / 10 });
        let state = policy.initial;
        let count = 10 * most;
        live(all, (signal) => {
          const verdict = policy.reduce(state, signal);
          ({ state } = verdict);
          if (signal.kind === 'ask')
            expect(verdict.wait).toBe(signal.attempt > 1 && 2 * count <= 10 * most ? Infinity : 0);
          if (signal.kind === 'failure') count = Math.max(0, count - 10);
          if (signal.kind === 'success') count = Math.min(10 * most, count + tenths);
          expect(state).toStrictEqual({ tokens: count / 10 });
          return verdict.wait === 0;
        });
      },
    );
    fc.assert(property, { numRuns: size(300, 5000) });
  });
});

describe('adaptiveThrottle', () => {
  it('rejects exactly if the draw is in the upper part of [0, 1) that the counts before it give', () => {
    const property = fc.property(fc.constantFrom(1, 1.5, 2), steps, (k, all) => {
      const policy = adaptiveThrottle({ k, window });
      let state = policy.initial;
      const counted: { at: number; requests: number; accepts: number }[] = [];
      live(all, (signal, now) => {
        const held = counted.filter(({ at }) => isHeld(at, now));
        const requests = Math.max(
          0,
          held.reduce((sum, each) => sum + each.requests, 0),
        );
        const accepts = held.reduce((sum, each) => sum + each.accepts, 0);
        const rejection = Math.max(0, (requests - k * accepts) / (requests + 1));
        expect(policy.view(state, now)).toEqual({ requests, accepts, rejection });
        const verdict = policy.reduce(state, signal);
        ({ state } = verdict);
        if (signal.kind === 'ask') expect(verdict.wait).toBe(signal.random < 1 - rejection ? 0 : Infinity);
        if (signal.kind === 'ask') counted.push({ at: now, requests: 1, accepts: 0 });
        if (signal.kind === 'success') counted.push({ at: now, requests: 0, accepts: 1 });
        if (signal.kind === 'cancel') counted.push({ at: now, requests: -1, accepts: 0 });
        return verdict.wait === 0;
      });
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  both,
  capped,
  decorrelated,
  either,
  exponential,
  exponentialBackoff,
  followedBy,
  hinted,
  immediate,
  jittered,
  never,
  onlyIf,
  preview,
  retries,
  smoothExponential,
  within,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { step } from '../../src/policy/policy.js';
import {
  admitting,
  decisive,
  draw,
  limitWords,
  isBusy,
  jitter,
  monotone,
  ms,
  ordered,
  policy,
  taken,
  timeless,
  trace,
} from '../support/arbitraries.js';
import { size } from '../support/size.js';

/*
 * The laws of the algebra, on random policies (with jitter, deadlines, resets, gates, three deep) and random histories.
 * Two policies are equal when they answer every ask and every failure of every history with the same wait.
 */

const numRuns = size(300, 5000);

/** The signals whose wait counts. That of the others is ignored. */
const isAnswered = ({ kind }: Signal): boolean => kind === 'ask' || kind === 'failure';

const isHandled = ({ handles }: Policy, signal: Signal | undefined): boolean =>
  signal !== undefined && handles?.includes(signal.kind) !== false;

/** The waits of a policy, and each of its states. */
function folded(
  policy: Policy,
  signals: readonly Signal[],
  keep = (state: unknown): unknown => state,
): { waits: number[]; states: unknown[] } {
  let state = keep(policy.initial);
  const waits: number[] = [];
  const states = [state];
  for (const signal of signals) {
    const verdict = step(policy, state, signal);
    state = keep(verdict.state);
    states.push(state);
    if (isAnswered(signal)) waits.push(verdict.wait);
  }
  return { waits, states };
}

const waits = (policy: Policy, signals: readonly Signal[]): number[] => folded(policy, signals).waits;

/** The waits of a policy, with their reasons and bounds. */
function answers(policy: Policy, signals: readonly Signal[]): unknown[] {
  let state = policy.initial;
  return signals.flatMap((signal) => {
    const verdict = step(policy, state, signal);
    state = verdict.state;
    return isAnswered(signal) ? [[verdict.wait, verdict.reason, verdict.atMost]] : [];
  });
}

/** The waits after failures. */
const delays = (policy: Policy, signals: readonly Signal[]): number[] =>
  waits(
    policy,
    signals.filter(({ kind }) => kind !== 'ask'),
  );

/** A property that holds for all policies and a history. */
function law<P extends [Policy, ...Policy[]]>(
  name: string,
  policies: { [K in keyof P]: fc.Arbitrary<P[K]> },
  check: (signals: Signal[], ...policies: P) => void,
): void {
  it(name, () => {
    const property = fc.property(trace(), fc.tuple<P>(...policies), (signals, made) => {
      check(signals, ...made);
    });
    fc.assert(property, { numRuns });
  });
}

const same = (signals: readonly Signal[], one: Policy, other: Policy): void => {
  expect(waits(one, signals)).toEqual(waits(other, signals));
};

describe('laws', { timeout: 60_000 }, () => {
  describe.each([
    ['both', both],
    ['either', either],
  ])('%s', (_, join) => {
    law('is associative', [policy(), policy(), policy()], (signals, a, b, c) => {
      same(signals, join(a, join(b, c)), join(join(a, b), c));
      same(signals, join(a, join(b, c)), join(a, b, c));
    });

    law('is commutative', [policy(), policy()], (signals, a, b) => {
      same(signals, join(a, b), join(b, a));
    });

    law('is idempotent', [policy()], (signals, a) => {
      same(signals, join(a, a), a);
      same(signals, join(a), a);
    });

    const other = join === both ? either : both;

    law('absorbs the other, if every ask is admitted', [admitting(), admitting()], (signals, a, b) => {
      same(signals, join(a, other(a, b)), a);
    });

    law(
      'distributes over the other, if every ask is admitted and no part has a deadline',
      [timeless(), timeless(), timeless()],
      (signals, a, b, c) => {
        same(signals, join(a, other(b, c)), other(join(a, b), join(a, c)));
      },
    );

    law(
      'answers an ask with the longest wait, or no if a deadline does not allow it',
      [policy(), policy()],
      (signals, a, b) => {
        const first = signals.find(({ kind }) => kind === 'ask');
        if (first === undefined) return;
        const [one, two, joined] = [a, b, join(a, b)].map((each) => step(each, each.initial, first));
        const longest = Math.max(one?.wait ?? NaN, two?.wait ?? NaN);
        const bounds = [one?.atMost ?? Infinity, two?.atMost ?? Infinity];
        const bound = join === both ? Math.min(...bounds) : Math.max(...bounds);
        expect(joined?.wait).toBe(longest > bound ? Infinity : longest);
      },
    );

    law('takes back an ask as a whole', [policy(), policy(), policy()], (signals, ...parts) => {
      const whole = join(...parts);
      let states = whole.initial as readonly unknown[];
      for (const signal of signals) {
        const verdict = step(whole, states, signal);
        const next = verdict.state as readonly unknown[];
        parts.forEach((part, index) => {
          const alone = step(part, states[index], signal);
          const isTakenBack = signal.kind === 'ask' && verdict.wait > 0 && alone.wait === 0;
          if (isTakenBack) expect(next[index]).toBe(states[index]);
          else expect(next[index]).toEqual(alone.state);
        });
        states = next;
      }
    });
  });

  describe('identities', () => {
    law('immediate is the identity of both', [policy()], (signals, a) => {
      same(signals, both(a, immediate), a);
      same(signals, both(immediate, a), a);
    });

    law('never is the identity of either', [policy()], (signals, a) => {
      same(signals, either(a, never), a);
      same(signals, either(never, a), a);
    });

    law('never absorbs both, immediate absorbs either, after failures', [policy()], (signals, a) => {
      expect(delays(both(a, never), signals)).toEqual(delays(never, signals));
      expect(delays(either(a, immediate), signals)).toEqual(delays(immediate, signals));
    });
  });

  describe('followedBy', () => {
    law('is associative', [policy(), policy(), policy()], (signals, a, b, c) => {
      same(signals, followedBy(a, followedBy(b, c)), followedBy(followedBy(a, b), c));
    });

    law(
      'is the first until its no to a failure, then the second from its initial state',
      [policy(), policy()],
      (signals, a, b) => {
        let state = a.initial;
        const end = signals.findIndex((signal) => {
          const verdict = step(a, state, signal);
          state = verdict.state;
          return signal.kind === 'failure' && verdict.wait === Infinity;
        });
        const turn = end < 0 ? signals.length : end;
        expect(waits(followedBy(a, b), signals)).toEqual([
          ...waits(a, signals.slice(0, turn)),
          ...waits(b, signals.slice(turn)),
        ]);
      },
    );
  });

  describe('onlyIf', () => {
    law('sends the inner policy a cancel for every error that does not match', [policy()], (signals, a) => {
      const isRejected = (signal: Signal): boolean => signal.kind === 'failure' && !isBusy(signal.error);
      let state = a.initial;
      const expected = signals.flatMap((signal) => {
        const { ticket, now } = signal;
        const took = signal.kind === 'failure' ? signal.took : 0;
        const sent: Signal = isRejected(signal) ? { kind: 'cancel', ticket, now, random: 0, took } : signal;
        const verdict = step(a, state, sent);
        state = verdict.state;
        if (isRejected(signal)) return [Infinity];
        return isAnswered(signal) ? [verdict.wait] : [];
      });
      expect(waits(onlyIf(isBusy, a), signals)).toEqual(expected);
    });
  });

  it('make exponentialBackoff equal to the composition that its docstring names', () => {
    const options = fc.record({
      base: ms(),
      factor: fc.double({ min: 1, max: 4, noNaN: true }),
      above: ms(),
      kind: jitter(),
      maxAttempts: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Infinity)),
      maxElapsed: fc.option(ms(), { nil: undefined }),
      retryOn: fc.constantFrom(isBusy, undefined),
      hint: fc.option(ms(), { nil: undefined }),
      maxRetryAfter: ms(),
    });
    const property = fc.property(trace(), options, (signals, { base, factor, above, kind, maxAttempts, ...limits }) => {
      const { maxElapsed, retryOn, hint, maxRetryAfter } = limits;
      const retryAfter = (error: unknown): number | undefined => (isBusy(error) ? hint : undefined);
      const cap = Math.min(Number.MAX_VALUE, base + above);
      const spaced = jittered(kind, exponential(base, factor), { cap });
      const counted = both(spaced, retries(maxAttempts - 1));
      const hintful = hinted(counted, { from: retryAfter, max: maxRetryAfter });
      const matched = retryOn === undefined ? hintful : onlyIf(retryOn, hintful);
      const composed = maxElapsed === undefined ? matched : within(maxElapsed, matched);
      const preset = exponentialBackoff({
        ...{ base, factor, cap, jitter: kind, maxAttempts },
        ...{ maxElapsed, retryOn, retryAfter, maxRetryAfter },
      });
      expect(answers(preset, signals)).toEqual(answers(composed, signals));
      expect(preset.handles).toEqual(composed.handles);
    });
    fc.assert(property, { numRuns });
  });

  describe('a wait', () => {
    law('is a number, and at least 0', [policy()], (signals, a) => {
      for (const wait of waits(a, signals)) expect(wait).toBeGreaterThanOrEqual(0);
    });

    it('is at most its cap', () => {
      const property = fc.property(trace(), policy(), ordered(), jitter(), (signals, a, [base, cap], kind) => {
        const bounded = [
          capped(cap, a),
          jittered(kind, a, { cap }),
          decorrelated({ base, cap }),
          smoothExponential(base, { cap }),
          exponentialBackoff({ maxAttempts: Infinity, base, cap, jitter: kind }),
        ];
        for (const each of bounded) {
          const longest = Math.max(0, ...delays(each, signals).filter(Number.isFinite));
          expect(longest).toBeLessThanOrEqual(cap);
        }
      });
      fc.assert(property, { numRuns });
    });

    it('is at most the bound of its verdict', () => {
      const property = fc.property(trace(), policy(), (signals, a) => {
        let state = a.initial;
        for (const signal of signals) {
          const { atMost = Infinity, ...verdict } = step(a, state, signal);
          state = verdict.state;
          expect(atMost).toBeGreaterThanOrEqual(0);
          if (isAnswered(signal) && verdict.wait < Infinity) expect(verdict.wait).toBeLessThanOrEqual(atMost);
        }
      });
      fc.assert(property, { numRuns });
    });

    it('never ends after the deadline of within, whatever is around it', () => {
      const around = fc.array(decisive(), { maxLength: 4 });
      const property = fc.property(trace(), policy(), ms(), around, (signals, a, deadline, wrappers) => {
        const bounded = wrappers.reduce((inner, wrap) => wrap(inner), within(deadline, a));
        let state = bounded.initial;
        let since: number | undefined;
        for (const signal of signals) {
          const verdict = step(bounded, state, signal);
          state = verdict.state;
          if (!isAnswered(signal)) continue;
          since ??= signal.now;
          const isWaiting = verdict.wait < Infinity && !(signal.kind === 'ask' && verdict.wait === 0);
          if (isWaiting) expect(signal.now - since + verdict.wait).toBeLessThanOrEqual(deadline);
        }
      });
      fc.assert(property, { numRuns });
    });

    it('is monotone in its draw, except for followedBy, smoothExponential and asks that are drawn', () => {
      const draws = fc.array(draw(), { minLength: 1, maxLength: 5 });
      const property = fc.property(trace(), monotone(), draws, (signals, a, others) => {
        const drawn = (pick: (...draws: number[]) => number): number[] =>
          waits(
            a,
            signals.map((signal, index) => ({
              ...signal,
              random: pick(signal.random, others[index % others.length] ?? 0),
            })),
          );
        const [low, high] = [drawn(Math.min), drawn(Math.max)];
        low.forEach((wait, index) => {
          expect(high[index]).toBeGreaterThanOrEqual(wait);
        });
      });
      fc.assert(property, { numRuns });
    });

    it('lies in the envelope that preview draws with 0 and 1', () => {
      const draws = fc.array(draw(), { maxLength: 12 });
      const alone = policy({ without: ['followedBy', 'smoothExponential', 'gate', ...limitWords] });
      const property = fc.property(alone, draws, (a, random) => {
        const failures = random.length;
        const [low, middle, high] = [0, random, 1].map((draw) => preview(a, { failures, random: draw }).delays);
        expect(middle?.length).toBeLessThanOrEqual(low?.length ?? 0);
        expect(high?.length).toBeLessThanOrEqual(middle?.length ?? 0);
        middle?.forEach((wait, index) => {
          expect(wait).toBeGreaterThanOrEqual(low?.[index] ?? NaN);
          expect(wait).toBeLessThanOrEqual(high?.[index] ?? Infinity);
        });
      });
      fc.assert(property, { numRuns });
    });
  });

  describe('a state', () => {
    law('survives JSON', [policy()], (signals, a) => {
      const parsed = folded(a, signals, (state) => JSON.parse(JSON.stringify(state)));
      expect(parsed.waits).toEqual(waits(a, signals));
    });

    law('is never mutated, and the same history gives the same answers', [policy()], (signals, a) => {
      const frozen = { ...a, initial: deepFrozen(a.initial) };
      const first = folded(frozen, deepFrozen(signals), deepFrozen);
      expect(folded(frozen, signals)).toEqual(first);
    });

    law('is the same reference after a signal that the policy does not handle', [policy()], (signals, a) => {
      const { states } = folded(a, signals);
      signals.forEach((signal, index) => {
        if (isHandled(a, signal)) return;
        const state = states[index];
        const verdict = a.reduce(state, signal);
        expect(verdict.state).toBe(state);
        expect(verdict.wait).toBe(0);
      });
    });
  });

  describe('handles', () => {
    law('is honest: the other kinds make no difference', [policy()], (signals, a) => {
      const handled = folded(
        a,
        signals.filter((signal) => isHandled(a, signal)),
      );
      const all = folded({ initial: a.initial, reduce: (state, signal) => a.reduce(state, signal) }, signals);
      expect(all.states.at(-1)).toEqual(handled.states.at(-1));
      const answered = signals.filter(isAnswered);
      expect(all.waits.filter((_, index) => isHandled(a, answered[index]))).toEqual(handled.waits);
    });
  });

  describe('an admitted attempt', () => {
    const settledAlone = policy({ without: ['followedBy', 'resetOn', 'resetAfterUptime'] });

    law('is settled exactly once in every part', [settledAlone], (signals, a) => {
      for (const { permits, running } of lived(a, signals)) expect(permits).toEqual(permits.map(() => running));
    });

    law('never leaks a permit, whatever is reset or followed', [policy()], (signals, a) => {
      for (const { permits, running } of lived(a, signals))
        expect(Math.max(0, ...permits)).toBeLessThanOrEqual(running);
    });
  });
});

/**
 * Attempts run only if they are admitted, ask again or give up only while they wait, and are settled once. Several can run
 * and wait at the same time. Nothing is resumed, because that forgets the running attempts.
 */
function lived(policy: Policy, signals: readonly Signal[]): { permits: number[]; running: number }[] {
  let state = policy.initial;
  let last = 0;
  const running = new Set<number>();
  const waiting = new Set<number>();
  const send = (signal: Signal): number => {
    const verdict = step(policy, state, signal);
    state = verdict.state;
    return verdict.wait;
  };
  const ask = (signal: Signal, ticket: number): void => {
    const wait = send({ ...signal, ticket });
    waiting.delete(ticket);
    if (wait === 0) running.add(ticket);
    else if (wait < Infinity) waiting.add(ticket);
    else send({ kind: 'abandon', ticket, now: signal.now, random: 0 });
  };
  return signals.map((signal) => {
    const { kind } = signal;
    const isNew = kind === 'ask' && signal.ticket > last;
    const tickets = [...(kind === 'ask' || kind === 'abandon' ? waiting : running)];
    const ticket = isNew ? signal.ticket : tickets[signal.ticket % tickets.length];
    last = Math.max(last, isNew ? signal.ticket : 0);
    if (ticket !== undefined && kind !== 'control') {
      if (kind === 'ask') ask(signal, ticket);
      else send({ ...signal, ticket });
      if (kind === 'abandon') waiting.delete(ticket);
      else if (kind !== 'ask' && kind !== 'value') running.delete(ticket);
    }
    return { permits: taken(state), running: running.size };
  });
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}

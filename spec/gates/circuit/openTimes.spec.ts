import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  either,
  exponential,
  fixed,
  hinted,
  jittered,
  never,
  onFailure,
  onlyIf,
  sequence,
  type CircuitBreakerOptions,
  type CircuitState,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { ask, control, failure, folded, snapshotWith, success } from '../../support/log.js';

/*
 * How long a circuit stays open: the policy of open times sees the error that opens the circuit, and cannot stop it.
 */

/** The hint in the headers of a response. It throws if there is no response. */
const secondsOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }): number =>
  Number(headers['retry-after']) * 1000;

class Limited extends Error {}
class Down extends Error {}

const breakerWith = (resetAfter: CircuitBreakerOptions['resetAfter'], more: CircuitBreakerOptions = {}) =>
  circuitBreaker({ threshold: 1, ...(resetAfter === undefined ? {} : { resetAfter }), ...more });

/** For how long the circuit is open after the last signal of the log. */
const openFor = (policy: ReturnType<typeof circuitBreaker>, log: readonly Signal[]): number => {
  const state = folded(policy, log);
  expect(state.phase).toBe('open');
  return policy.view(state, log.at(-1)?.now ?? NaN).retryAfter;
};

/** Opened by `first` at 0, probed at `at`; the probe fails with `second`. */
const reopened = (first: unknown, at: number, second: unknown, random = 0): Signal[] => [
  failure(0, { ticket: 1, error: first }),
  ask(at, { ticket: 2, random: 0.9 }),
  failure(at, { ticket: 2, error: second, random }),
];

describe('the open time is computed from the error that opens the circuit', () => {
  const headers = (seconds: string): unknown => ({ headers: { 'retry-after': seconds } });
  const byHeader = breakerWith(hinted(fixed(1000), { from: secondsOf }));
  const byClass = breakerWith(either(onlyIf(Limited, fixed(30_000)), onlyIf(Down, fixed(1000))));

  it('a policy that reads the error opens, is probed and closes', () => {
    const opened = [failure(0, { error: headers('2') })];
    expect(openFor(byHeader, opened)).toBe(3000);
    const probed = [...opened, ask(3000, { ticket: 2 })];
    expect(folded(byHeader, probed).phase).toBe('half-open');
    expect(folded(byHeader, [...probed, success(3010, { ticket: 2 })]).phase).toBe('closed');
  });

  it('also when a probe fails: with its error, not with the first one', () => {
    expect(openFor(byHeader, reopened(headers('2'), 3000, headers('30')))).toBe(31_000);
    expect(openFor(byClass, reopened(new Down(), 1000, new Limited()))).toBe(30_000);
    expect(openFor(byClass, reopened(new Limited(), 30_000, new Down()))).toBe(1000);
  });

  it('is drawn from the signal that opens it', () => {
    const drawn = breakerWith(jittered('full', fixed(1000)));
    expect(openFor(drawn, reopened('down', 1000, 'down', 0.25))).toBe(250);
  });

  it('of a probe that times out is drawn when the circuit becomes half-open, so that a view can tell it', () => {
    const drawn = breakerWith(jittered('full', fixed(1000)), { halfOpen: { probeTimeout: 50 } });
    const probed = folded(drawn, [failure(0, { random: 0.5 }), ask(500, { ticket: 2, random: 0.25 })]);
    expect(probed).toMatchObject({ phase: 'half-open', draw: 0.25 });
    expect(drawn.view(probed, 550)).toMatchObject({ phase: 'open', openUntil: 800 });
    const asked = drawn.reduce(probed, ask(560, { ticket: 3, random: 0.75 }));
    expect(asked).toMatchObject({ wait: 240, state: { phase: 'open', until: 800, opens: 2 } });
  });

  it('of a probe that times out is that of no error', () => {
    const seen: unknown[] = [];
    const logging = breakerWith(
      onFailure(0, (state, { error }) => {
        seen.push(error);
        return { state, wait: 100 };
      }),
      { halfOpen: { probeTimeout: 50 } },
    );
    folded(logging, [failure(0, { error: 'down' }), ask(100, { ticket: 2 }), ask(200, { ticket: 3 })]);
    expect(seen).toEqual(['down', undefined]);
  });
});

describe('a policy of open times cannot stop the circuit', () => {
  const failing = (fail: () => unknown): Policy =>
    onFailure(0, (n) => (n === 0 ? { state: 1, wait: 700 } : (fail() as { state: number; wait: number })));
  const broken = new Error('broken');
  const throwing = (): never => {
    throw broken;
  };

  it.each<[string, () => unknown]>([
    ['throws', throwing],
    ['answers NaN', () => ({ state: 2, wait: NaN })],
    ['answers a negative wait', () => ({ state: 2, wait: -1 })],
    ['answers no verdict', () => undefined],
    ['answers a number', () => 5],
  ])('that %s: the last open time stands, and the verdict carries the error', (_, fail) => {
    const policy = breakerWith(failing(fail), { halfOpen: { probeTimeout: 50 } });
    const probed = folded(policy, [failure(0), ask(700, { ticket: 2 })]);
    const error = expect.any(Error) as unknown;

    for (const signal of [failure(710, { ticket: 2 }), control(710, 'open')]) {
      expect(policy.reduce(probed, signal)).toMatchObject({
        wait: 0,
        state: { phase: 'open', ms: 700, until: 1410, opens: 2, openTime: { ms: 700, memory: 1 } },
        openTimeFailure: { error },
      });
    }
    expect(policy.view(probed, 750)).toMatchObject({ phase: 'open', openUntil: 1450 });
    expect(policy.reduce(probed, ask(800, { ticket: 3 }))).toMatchObject({
      wait: 650,
      state: { phase: 'open', until: 1450 },
      openTimeFailure: { error },
    });
  });

  it.each<[string, Policy]>([
    ['throws', onFailure(0, throwing)],
    ['answers NaN', onFailure(0, () => ({ state: 0, wait: NaN }))],
    ['says no', never],
  ])('that %s at first: it is open for a minute', (_, resetAfter) => {
    const policy = breakerWith(resetAfter);
    for (const signal of [failure(0), control(0, 'open')]) expect(openFor(policy, [signal])).toBe(60_000);
  });

  it('that says no is no failure: its last wait is used again', () => {
    const policy = breakerWith(sequence([300]));
    const verdict = policy.reduce(folded(policy, [failure(0), ask(300, { ticket: 2 })]), failure(310, { ticket: 2 }));
    expect(verdict).toMatchObject({ state: { phase: 'open', ms: 300 } });
    expect(verdict).not.toHaveProperty('openTimeFailure');
  });

  it('that throws without an error continues from a snapshot', () => {
    const policy = breakerWith(hinted(fixed(1000), { from: secondsOf }));
    const open = folded(policy, [failure(0, { error: { headers: { 'retry-after': '1' } } })]);
    expect(policy.parse('spec', JSON.parse(JSON.stringify(snapshotWith(open))))).toEqual(open);
  });
});

describe('maxOpen bounds what an error asks for', () => {
  const hinting = (retryAfter: unknown): Signal[] => [failure(0, { error: { retryAfter } })];
  const hour = 3_600_000;

  it.each<[string, CircuitBreakerOptions, number, number]>([
    ['5 minutes by default', { resetAfter: 5000 }, hour, 300_000],
    ['a shorter hint stands', { resetAfter: 5000 }, 299_999, 299_999],
    ['as given', { resetAfter: 5000, maxOpen: 10_000 }, hour, 10_000],
    ['not a longer number', { resetAfter: 2 * hour }, hour, 2 * hour],
    ['not a longer wait of a policy', { resetAfter: fixed(2 * hour) }, hour, 2 * hour],
    ['the year 9999', { resetAfter: 5000 }, 253_402_300_800_000, 300_000],
    ['a hint within a policy', { resetAfter: hinted(fixed(1000)) }, hour, 300_000],
    ['a hint within a policy of long waits', { resetAfter: hinted(fixed(2 * hour), { max: hour }) }, hour, 2 * hour],
    ['the waits of a class of errors', { resetAfter: onlyIf((error) => error !== undefined, fixed(hour)) }, 0, 300_000],
  ])('%s', (_, options, hint, ms) => {
    expect(openFor(breakerWith(undefined, options), hinting(hint))).toBe(ms);
  });

  it('not the waits of a policy that do not depend on the error', () => {
    const policy = breakerWith(exponential(200_000));
    expect(openFor(policy, reopened('down', 200_000, 'down'))).toBe(400_000);
  });

  it('of a policy that throws without an error', () => {
    const policy = breakerWith(
      hinted(fixed(1000), { from: ({ after }: { readonly after: number }) => after, max: hour }),
    );
    expect(openFor(policy, [failure(0, { error: { after: hour } })])).toBe(300_000);
  });

  it('not the time of a command', () => {
    const policy = breakerWith(undefined, {});
    expect(openFor(policy, [control(0, { name: 'open', ms: hour })])).toBe(hour);
  });

  it.each<[unknown, ErrorConstructor]>([
    [0, RangeError],
    [Infinity, RangeError],
    [NaN, RangeError],
    ['5', TypeError],
  ])('is rejected as %s', (maxOpen, kind) => {
    const make = (): unknown => circuitBreaker({ maxOpen } as CircuitBreakerOptions);
    expect(make).toThrow(kind);
    expect(make).toThrow('circuitBreaker: maxOpen must be a finite number of milliseconds, at least 1, got');
  });
});

describe('an error that cannot be read', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = {
    get retryAfter(): number {
      throw new Error('a trap');
    },
  };

  it.each<[string, unknown]>([
    ['with a getter that throws', throwing],
    ['that is a revoked proxy', revoked.proxy],
  ])('%s opens the circuit, and its probe gives its slot back', (_, error) => {
    const policy = circuitBreaker({ threshold: 3, resetAfter: 1000 });
    const failures = Array.from({ length: 50 }, (_, call) => failure(call, { ticket: call + 1, error }));
    expect(folded(policy, failures)).toMatchObject({ phase: 'open', until: 1002 });
    const log = [...failures, ask(1002, { ticket: 60 }), failure(1010, { ticket: 60, error })];
    expect(folded(policy, log)).toMatchObject({ phase: 'open', until: 2010 });
    let state: CircuitState = policy.initial;
    for (const signal of log) {
      const verdict = policy.reduce(state, signal);
      expect(verdict.thrown).toBeUndefined();
      ({ state } = verdict);
    }
  });
});

it('a snapshot is rejected if the policy of open times fails from its state, and not from its first state', () => {
  const resetAfter: Policy<number> = {
    initial: 0,
    parts: () => [],
    reduce: (openings) => ({ state: openings + 1, wait: openings < 5 ? 10 : NaN }),
  };
  const policy = circuitBreaker({ threshold: 1, resetAfter });
  const { state } = policy.reduce(policy.initial, failure(0));
  const snapshotWith = (memory: number): unknown => ({
    format: policy.format,
    version: 1,
    name: 'users',
    state: { ...state, openTime: { ms: 10, memory } },
  });
  expect(policy.parse('spec', snapshotWith(1))).toEqual(state);
  expect(() => policy.parse('spec', snapshotWith(7))).toThrow(
    new TypeError('spec: the snapshot must fit this circuit, got openTime.memory: a state of another policy'),
  );
});

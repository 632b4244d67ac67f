import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  CircuitOpenError,
  consecutive,
  decorrelated,
  exponential,
  failureRate,
  failures,
  fixed,
  immediate,
  jittered,
  never,
  preview,
  RejectedError,
  sequence,
  slowRate,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitState,
  type CircuitView,
  type Policy,
  type Signal,
} from 'rxjs-reprise';
import { breaker as named } from '../../../src/gates/circuit/circuitBreaker.js';
import { snapshotOf } from '../../../src/gates/snapshot.js';
import { answers, ask, cancel, control, failure, folded, snapshotWith, success } from '../../support/log.js';

const breaker = (options: CircuitBreakerOptions = {}): CircuitBreaker =>
  circuitBreaker({ trip: consecutive(1), resetAfter: 100, ...options });

const phaseAfter = (policy: CircuitBreaker, log: readonly Signal[]): string => folded(policy, log).phase;

describe('circuitBreaker', () => {
  it('opens by default at 5 failures within a minute, for a minute, and closes after one good probe', () => {
    const policy = circuitBreaker();
    const four = [0, 1, 2, 59_998].map((now) => failure(now));
    expect(phaseAfter(policy, four)).toBe('closed');
    expect(phaseAfter(policy, [...four, failure(60_000)])).toBe('closed');
    expect(folded(policy, [...four, failure(59_999)])).toMatchObject({ phase: 'open', until: 119_999 });
    const probed = folded(policy, [...four, failure(59_999), ask(119_999, { ticket: 2 })]);
    expect(probed).toMatchObject({ phase: 'half-open', probeTimeout: 60_000 });
    expect(policy.reduce(probed, ask(120_000, { ticket: 3 })).wait).toBe(59_999);
    expect(policy.reduce(probed, success(120_000, { ticket: 2 })).state.phase).toBe('closed');
    expect(policy.reduce(probed, failure(120_000, { ticket: 2 })).state.phase).toBe('open');
  });

  it('takes threshold and window as short forms', () => {
    const short = circuitBreaker({ threshold: 2, window: 50 });
    const long = circuitBreaker({ trip: failures(2, { window: 50 }) });
    const log = [failure(0), failure(50), failure(99)];
    expect(folded(short, log)).toStrictEqual(folded(long, log));
    expect([2, 3].map((length) => phaseAfter(short, log.slice(0, length)))).toEqual(['closed', 'open']);
    expect(phaseAfter(circuitBreaker({ threshold: 1 }), [failure(0)])).toBe('open');
    expect(
      phaseAfter(
        circuitBreaker({ window: 4 }),
        [0, 1, 2, 3, 4].map((now) => failure(now)),
      ),
    ).toBe('closed');
  });

  it('handles every kind except abandon', () => {
    expect(breaker().handles).toEqual(['ask', 'value', 'success', 'failure', 'cancel', 'control']);
  });

  it('can be previewed', () => {
    expect(preview(breaker({ resetAfter: exponential(100) }), { failures: 4 }).delays).toEqual([100, 200, 400, 800]);
  });

  it('is a value: two with the same options have the same states', () => {
    const log = [ask(0), failure(0), ask(100, { ticket: 2 }), success(100, { ticket: 2 })];
    expect(folded(breaker(), log)).toStrictEqual(folded(breaker(), log));
  });
});

describe('resetAfter', () => {
  /** How long it stays open each time, if every probe fails at once. */
  const openTimes = (resetAfter: number | Policy, draws: readonly number[]): number[] => {
    const policy = breaker({ resetAfter });
    let state = policy.initial;
    let now = 0;
    return draws.map((random, index) => {
      if (index > 0) ({ state } = policy.reduce(state, ask(now, { random: 0.99 })));
      ({ state } = policy.reduce(state, failure(now, { random })));
      const { retryAfter } = policy.view(state, now);
      now += retryAfter;
      return retryAfter;
    });
  };
  const four = [0.5, 0.5, 0.5, 0.5];

  it.each<[string, number | Policy, readonly number[], readonly number[]]>([
    ['a number is the time of each opening', 250, four, [250, 250, 250, 250]],
    ['1 ms is the shortest number', 1, four, [1, 1, 1, 1]],
    ['exponential grows with each opening in a row', exponential(100), four, [100, 200, 400, 800]],
    [
      'jittered takes the draw of the failure that opens it',
      jittered('full', fixed(100)),
      [0.1, 0.2, 0, 0.3],
      [10, 20, 0, 30],
    ],
    ['decorrelated grows from its own waits', decorrelated({ base: 100, cap: 1000 }), four, [200, 350, 550, 550]],
    ['a sequence repeats its last wait', sequence([10, 30, 20]), [0, 0, 0, 0, 0], [10, 30, 20, 20, 20]],
    ['never is a minute', never, four, [60_000, 60_000, 60_000, 60_000]],
    ['immediate is a time of 0', immediate, four, [0, 0, 0, 0]],
  ])('%s', (_, resetAfter, draws, times) => {
    expect(openTimes(resetAfter, draws)).toEqual(times);
  });

  it('starts again after the circuit has closed', () => {
    const policy = breaker({ resetAfter: exponential(100) });
    const log = [failure(0), ask(100), failure(100), ask(300), success(300), failure(400)];
    expect(folded(policy, log)).toMatchObject({ phase: 'open', until: 500, opens: 1 });
  });

  it('receives the error that opened the circuit', () => {
    const byLength: Policy = {
      initial: null,
      reduce: (state, signal) => ({ state, wait: signal.kind === 'failure' ? String(signal.error).length : NaN }),
    };
    expect(folded(breaker({ resetAfter: byLength }), [failure(0, { error: 'seven..' })])).toMatchObject({ until: 7 });
  });

  it.each<[string, unknown, number]>([
    ['is lengthened by it', { retryAfter: 700 }, 700],
    ['is not shortened by it', { retryAfter: 50 }, 100],
    ['ignores an infinite one', { retryAfter: Infinity }, 100],
    ['ignores one that is not a number', { retryAfter: '700' }, 100],
    ['ignores a negative one', { retryAfter: -1 }, 100],
    ['does not need one', null, 100],
  ])("an error's own retryAfter: %s", (_, error, ms) => {
    const opened = { phase: 'open', ms, openTime: { ms: 100, memory: null } };
    expect(folded(breaker(), [failure(5, { error })])).toMatchObject({ ...opened, until: 5 + ms });
    const again = [failure(0), ask(100), failure(200, { error })];
    expect(folded(breaker(), again)).toMatchObject({ ...opened, until: 200 + ms, opens: 2 });
  });
});

describe('halfOpen', () => {
  /** The phase after a failure and these probes, one after the other: `s`uccess, `f`ailure, `c`ancel. */
  const decided = (calls: number, allowed: number, letters: string): string => {
    const policy = breaker({ halfOpen: { probes: calls, allowedFailures: allowed } });
    let state = folded(policy, [failure(0)]);
    letters.split('').forEach((letter, index) => {
      const probe = { ticket: index + 2 };
      const end = { s: success, f: failure, c: cancel }[letter] ?? success;
      state = folded(policy, [ask(100 + index, probe), end(100 + index, probe)], state);
    });
    return state.phase;
  };

  it.each([
    [1, 0, { s: 'closed', f: 'open', c: 'half-open', cs: 'closed', cf: 'open' }],
    [3, 0, { ss: 'half-open', sss: 'closed', f: 'open', ssf: 'open' }],
    [3, 1, { s: 'half-open', ss: 'closed', f: 'half-open', ff: 'open', fss: 'closed', fsf: 'open', sf: 'half-open' }],
    [3, 2, { s: 'closed', ff: 'half-open', fff: 'open', ffs: 'closed', ffcs: 'closed' }],
    [2, 1, { s: 'closed', f: 'half-open', fs: 'closed', ff: 'open', fcf: 'open' }],
  ])('of %d probes allows %d bad ones, and decides as soon as the result is certain', (calls, allowed, outcomes) => {
    const seen = Object.keys(outcomes).map((letters) => [letters, decided(calls, allowed, letters)]);
    expect(Object.fromEntries(seen)).toEqual(outcomes);
  });

  it('never admits more probes than allowed, including settled ones', () => {
    const policy = breaker({ halfOpen: { probes: 2, probeTimeout: 50 } });
    const log = [failure(0), ask(100, { ticket: 2 }), ask(110, { ticket: 3 }), ask(120, { ticket: 4 })];
    expect(
      answers(policy, [
        ...log,
        success(130, { ticket: 2 }),
        ask(130, { ticket: 5 }),
        cancel(131, { ticket: 3 }),
        ask(131, { ticket: 5 }),
        ask(132, { ticket: 6 }),
      ]),
    ).toEqual(['0', '0', '0', '40 half-open', '0', '30 half-open', '0', '0', '49 half-open']);
  });

  it.each<[string, CircuitBreakerOptions, number]>([
    ['a minute by default', {}, 60_000],
    ['the last open time, if that is longer', { resetAfter: 60_001 }, 60_001],
    ['as given, however short', { halfOpen: { probeTimeout: 1 } }, 1],
    ['as given, even if the open time is longer', { resetAfter: 500, halfOpen: { probeTimeout: 499 } }, 499],
  ])('has a probe timeout: %s', (_, options, probeTimeout) => {
    const policy = breaker(options);
    const { openUntil = NaN } = policy.view(folded(policy, [failure(0)]), 0);
    const state = folded(policy, [failure(0), ask(openUntil, { ticket: 2 })]);
    expect(state).toMatchObject({ probeTimeout, probesTimeOutAt: openUntil + probeTimeout });
  });

  it('takes the open time that an error asked for as its probe timeout', () => {
    const log = [failure(0, { error: { retryAfter: 90_000 } }), ask(90_000, { ticket: 2 })];
    expect(folded(breaker(), log)).toMatchObject({ probeTimeout: 90_000 });
  });

  it('restarts the probe timeout at each admission, but not at a rejection or a report', () => {
    const policy = breaker({ halfOpen: { probes: 3, probeTimeout: 50 } });
    const log = [failure(0), ask(100, { ticket: 2 }), ask(120, { ticket: 3 }), ask(140, { ticket: 4 })];
    const leases = [2, 3, 4].map((length) => folded(policy, log.slice(0, length)));
    expect(leases).toMatchObject([{ probesTimeOutAt: 150 }, { probesTimeOutAt: 170 }, { probesTimeOutAt: 190 }]);
    expect(folded(policy, [...log, ask(150, { ticket: 5 }), success(150, { ticket: 2 })])).toMatchObject({
      probesTimeOutAt: 190,
    });
  });

  it('counts a timeout of its probes as an opening, from that instant and with the next open time', () => {
    const policy = breaker({ resetAfter: exponential(100), halfOpen: { probeTimeout: 50 } });
    const log = [failure(0), ask(100, { ticket: 2 })];
    expect(answers(policy, [...log, ask(150), ask(349), ask(350)])).toEqual(['0', '0', '200 open', '1 open', '0']);
    expect(folded(policy, [...log, ask(9000, { ticket: 3 })])).toMatchObject({ phase: 'half-open', opens: 2, ms: 200 });
  });
});

describe('classify', () => {
  const classifying = circuitBreaker({
    trip: failures(2, { calls: 2 }),
    resetAfter: 100,
    halfOpen: { probes: 2, allowedFailures: 1 },
    classify: (error: () => 'failure') => error(),
  });
  const says = (answer: unknown) => ({ error: () => answer });
  const thrown = new Error('thrown by classify');
  const throws = {
    error: () => {
      throw thrown;
    },
  };

  it.each([
    ['failure', { held: 1, bad: 1 }],
    ['success', { held: 1, bad: 0 }],
    ['ignore', { held: 0, bad: 0 }],
  ])('accepts the answer %s', (answer, window) => {
    expect(folded(classifying, [failure(0, says(answer))])).toMatchObject({ windows: [window] });
  });

  it('is called only for errors', () => {
    const never: CircuitBreakerOptions['classify'] = () => {
      throw thrown;
    };
    const policy = breaker({ classify: never });
    expect(phaseAfter(policy, [success(0), cancel(1)])).toBe('closed');
  });

  it('is not called for a late report', () => {
    const state = folded(classifying, [control(10, 'reset', { ticket: 1 })]);
    expect(classifying.reduce(state, failure(20, { ...throws, took: 20 }))).toStrictEqual({
      state,
      wait: 0,
      reason: 'late',
    });
  });

  it('that throws counts as a failure, and its error is passed on', () => {
    const first = classifying.reduce(classifying.initial, failure(0, throws));
    expect(first.state).toMatchObject({ phase: 'closed', windows: [{ held: 1, bad: 1 }] });
    const second = classifying.reduce(first.state, failure(1, throws));
    expect(second.state.phase).toBe('open');
    const probe = classifying.reduce(
      folded(classifying, [ask(101, { ticket: 2 })], second.state),
      failure(102, { ticket: 2, ...throws }),
    );
    expect(probe.state).toMatchObject({ phase: 'half-open', bad: 1 });
    const last = classifying.reduce(
      folded(classifying, [ask(103, { ticket: 3 })], probe.state),
      failure(104, { ticket: 3, ...throws }),
    );
    expect(last.state).toMatchObject({ phase: 'open', opens: 2 });
    for (const verdict of [first, second, probe, last]) {
      expect(verdict.wait).toBe(0);
      expect(verdict.thrown?.error).toBe(thrown);
    }
  });

  it.each<[unknown, string]>([
    ['good', '"good"'],
    [undefined, 'undefined'],
    [true, 'true'],
  ])('that answers %s counts as thrown', (answer, shown) => {
    const verdict = classifying.reduce(classifying.initial, failure(0, says(answer)));
    expect(verdict.state).toMatchObject({ windows: [{ bad: 1 }] });
    const message = `circuitBreaker: the answer of classify must be 'failure', 'success' or 'ignore', got ${shown}`;
    expect(verdict.thrown?.error).toEqual(new TypeError(message));
  });

  it.each<[string, unknown, string]>([
    ['an Error', new Error('down'), 'open'],
    ['a string', 'down', 'open'],
    ['undefined', undefined, 'open'],
    ['our own rejection', new RejectedError('deadline'), 'closed'],
    ['the rejection of another circuit', new CircuitOpenError('other', 'open', 5), 'closed'],
  ])('classifies by default %s', (_, error, phase) => {
    expect(phaseAfter(breaker(), [failure(0, { error })])).toBe(phase);
  });
});

describe('onCancel', () => {
  it.each([
    ['ignore', 'closed', 'half-open'],
    ['failure', 'open', 'open'],
  ] as const)('%s', (cancelled, phase, probed) => {
    const policy = breaker({ onCancel: cancelled });
    expect(phaseAfter(policy, [cancel(0)])).toBe(phase);
    expect(phaseAfter(policy, [failure(0), ask(100), cancel(101)])).toBe(probed);
  });

  it('failure passes the time of the call to a rule about slow calls', () => {
    const policy = breaker({ onCancel: 'failure', trip: slowRate(1, { calls: 2, minimum: 2, slowerThan: 50 }) });
    expect(folded(policy, [cancel(0, { took: 50 })])).toMatchObject({ windows: [{ held: 1, bad: 0 }] });
    expect(folded(policy, [cancel(0, { took: 51 })])).toMatchObject({ windows: [{ held: 1, bad: 1 }] });
  });

  it('takes the draw of the cancel', () => {
    const policy = breaker({ onCancel: 'failure', resetAfter: jittered('full', fixed(100)) });
    expect(folded(policy, [cancel(0, { random: 0.25 })])).toMatchObject({ phase: 'open', until: 25 });
  });
});

describe('view', () => {
  const policy = circuitBreaker({
    trip: [slowRate(1, { calls: 9, minimum: 9, slowerThan: 50 }), failures(3, { window: 1000 })],
    resetAfter: exponential(100),
    halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 500 },
  });
  const nothing = { failures: 0, successes: 0, slow: 0, opens: 0, openUntil: undefined, retryAfter: 0 };
  const opening = [failure(0), failure(10, { took: 51 }), failure(20)];
  const probing = [...opening, ask(120, { ticket: 2 }), ask(130, { ticket: 3 }), success(140, { ticket: 2 })];

  it.each<[string, readonly Signal[], number, CircuitView]>([
    ['closed, initially', [], 0, { ...nothing, phase: 'closed' }],
    [
      'closed',
      [success(5), success(6, { took: 60 }), failure(7)],
      8,
      { ...nothing, phase: 'closed', failures: 1, successes: 2, slow: 1 },
    ],
    [
      'closed, with failures in its window',
      [failure(0), failure(9)],
      999,
      { ...nothing, phase: 'closed', failures: 2 },
    ],
    ['closed, when time has passed', [failure(0), failure(9)], 1000, { ...nothing, phase: 'closed', failures: 1 }],
    ['open', opening, 50, { ...nothing, phase: 'open', opens: 1, openUntil: 120, retryAfter: 70 }],
    ['open and ready to be probed', opening, 120, { ...nothing, phase: 'open', opens: 1, openUntil: 120 }],
    ['open and ready for long', opening, 9999, { ...nothing, phase: 'open', opens: 1, openUntil: 120 }],
    ['half-open with a free slot', probing, 150, { ...nothing, phase: 'half-open', successes: 1, opens: 1 }],
    [
      'half-open without a free slot',
      [...probing, failure(141, { ticket: 3 }), ask(150, { ticket: 4 })],
      160,
      { ...nothing, phase: 'half-open', successes: 1, failures: 1, opens: 1, retryAfter: 490 },
    ],
    [
      'half-open, after its probe timeout',
      probing,
      650,
      { ...nothing, phase: 'open', opens: 2, openUntil: 830, retryAfter: 180 },
    ],
    ['isolated', [control(0, 'isolate')], 5, { ...nothing, phase: 'isolated', retryAfter: Infinity }],
    ['disabled', [control(0, 'disable')], 5, { ...nothing, phase: 'disabled' }],
    ['shadow', [control(-100, 'shadow'), ...opening], 50, { ...nothing, phase: 'shadow', failures: 3, slow: 1 }],
  ])('of a circuit that is %s', (_, log, now, view) => {
    expect(policy.view(folded(policy, log), now)).toStrictEqual(view);
  });

  it('never shows a time before the last change', () => {
    const state = folded(policy, opening);
    expect(policy.view(state, -1e6)).toStrictEqual(policy.view(state, 20));
  });

  it('shows the first rule that counts failures, and 0 without one', () => {
    const rates = [failureRate(1, { calls: 20 }), consecutive(9)];
    const log = [failure(0), failure(1), success(2)];
    const viewOf = (trip: CircuitBreakerOptions['trip']): CircuitView => {
      const breaker = circuitBreaker(trip === undefined ? {} : { trip });
      return breaker.view(folded(breaker, log), 3);
    };
    expect(viewOf(rates)).toMatchObject({ failures: 2, successes: 1 });
    expect(viewOf(slowRate(1, { calls: 20, slowerThan: 5 }))).toStrictEqual({ ...nothing, phase: 'closed' });
  });
});

describe('a snapshot', () => {
  const policy = circuitBreaker({
    trip: [failures(3, { window: 1000 }), failures(3, { calls: 40 }), failureRate(1, { window: 1000 }), consecutive(3)],
    resetAfter: exponential(100),
    halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 500 },
  });
  const parse = (json: unknown): CircuitState => policy.parse('spec', json);
  const asJson = (state: CircuitState): unknown => JSON.parse(JSON.stringify(snapshotOf(policy.format, 'spec', state)));

  const closed = folded(policy, [failure(0), success(150), failure(1000)]);
  const opening = [failure(0), failure(1), failure(2)];
  const states: [string, CircuitState][] = [
    ['as new', policy.initial],
    ['closed', closed],
    ['open', folded(policy, opening)],
    [
      'half-open',
      folded(policy, [...opening, ask(200, { ticket: 2 }), ask(210, { ticket: 3 }), success(220, { ticket: 3 })]),
    ],
    ['isolated', folded(policy, [control(0, 'isolate')])],
    ['disabled', folded(policy, [control(0, 'disable')])],
    ['shadow', folded(policy, [control(0, 'shadow'), failure(1)])],
  ];

  it.each(states)('is unchanged by JSON: %s', (_, state) => {
    expect(parse(asJson(state))).toStrictEqual(state);
  });

  it.each(states)('continues as if nothing had happened: %s', (_, state) => {
    const log = [ask(2000, { ticket: 7 }), failure(2001, { ticket: 7 }), ask(2002, { ticket: 8 })];
    expect(folded(policy, log, parse(asJson(state)))).toStrictEqual(folded(policy, log, state));
  });

  it('may have more fields than are read, which are left out', () => {
    expect(parse({ ...snapshotWith({ ...policy.initial, note: 1 }), takenAt: 'noon' })).toStrictEqual(policy.initial);
  });

  const windows = (index: number, change: Record<string, unknown>): unknown => {
    const { windows } = closed as CircuitState & { phase: 'closed' };
    return {
      ...closed,
      windows: windows.map((each, at) => (at === index ? { ...(each as object), ...change } : each)),
    };
  };
  const open = states[2]?.[1] as CircuitState & { phase: 'open' };
  const halfOpen = states[3]?.[1] as CircuitState & { phase: 'half-open' };
  const without = (key: string, state: object): unknown =>
    Object.fromEntries(Object.entries(state).filter(([each]) => each !== key));

  const foreign = 'must be of the format rxjs-reprise/circuit, got';
  const newer = 'must be of version 1, got';
  const phase = 'must fit this circuit, got the phase';
  const fit = 'must fit this circuit, got';
  it.each<[string, unknown, string]>([
    ['nothing', undefined, `${foreign} undefined`],
    ['null', null, `${foreign} null`],
    ['a number', 5, `${foreign} 5`],
    [
      'its text, not yet parsed',
      JSON.stringify(snapshotWith(policy.initial)).slice(0, 9),
      `${foreign} "{\\"format\\""`,
    ],
    ['an array', [snapshotWith(policy.initial)], `${foreign} [an object]`],
    ['an empty object', {}, `${foreign} undefined`],
    ['a bare state', policy.initial, `${foreign} undefined`],
    ['of another library', { ...snapshotWith(closed), format: 'opossum' }, `${foreign} "opossum"`],
    ['newer', { ...snapshotWith(closed), version: 2 }, `${newer} 2`],
    ['of a version that is a string', { ...snapshotWith(closed), version: '1' }, `${newer} "1"`],
    ['without a version', without('version', snapshotWith(closed)), `${newer} undefined`],
    ['without a state', without('state', snapshotWith(closed)), `${phase} undefined`],
    ['of a state that is null', snapshotWith(null), `${phase} undefined`],
    ['of a state that is a string', snapshotWith('open'), `${phase} undefined`],
    ['of a state that is a list', snapshotWith([closed]), `${phase} undefined`],
    ['in no phase', snapshotWith(without('phase', closed)), `${phase} undefined`],
    ['in an unknown phase', snapshotWith({ ...closed, phase: 'ajar' }), `${phase} "ajar"`],
    ['in a phase named like an Object method', snapshotWith({ ...closed, phase: 'toString' }), `${phase} "toString"`],
    ['in a phase that is a number', snapshotWith({ ...closed, phase: 1 }), `${phase} 1`],
    ['without an instant', snapshotWith(without('seen', closed)), `${fit} seen undefined`],
    ['with an instant that is a string', snapshotWith({ ...closed, seen: 'now' }), `${fit} seen "now"`],
    ['with an infinite instant', snapshotWith({ ...closed, since: Infinity }), `${fit} since null`],
    ['with an instant that became null', snapshotWith({ ...open, until: null }), `${fit} until null`],
    ['without the newest ticket', snapshotWith(without('last', closed)), `${fit} last undefined`],
    ['without windows', snapshotWith(without('windows', closed)), `${fit} windows undefined`],
    ['with windows that are not a list', snapshotWith({ ...closed, windows: {} }), `${fit} windows {}`],
    ['with fewer windows', snapshotWith({ ...closed, windows: [] }), `${fit} windows []`],
    ['with windows that are numbers', snapshotWith({ ...closed, windows: [1, 2, 3, 4] }), `${fit} windows[0] 1`],
    ['with windows of null', snapshotWith({ ...closed, windows: [null, null, null, null] }), `${fit} windows[0] null`],
    ['with an open time below 0', snapshotWith({ ...open, ms: -1 }), `${fit} ms -1`],
    ['with openings below 1', snapshotWith({ ...open, opens: -3 }), `${fit} opens -3`],
    ['isolated with no hold', snapshotWith({ phase: 'isolated', seen: 0, holds: 0 }), `${fit} holds 0`],
    ['isolated with half a hold', snapshotWith({ phase: 'isolated', seen: 0, holds: 2.5 }), `${fit} holds 2.5`],
    ['without its open time', snapshotWith(without('ms', open)), `${fit} ms undefined`],
    ['without its count of openings', snapshotWith(without('opens', open)), `${fit} opens undefined`],
    ['without an open time', snapshotWith(without('openTime', open)), `${fit} openTime undefined`],
    ['with an open time that is a number', snapshotWith({ ...open, openTime: 100 }), `${fit} openTime 100`],
    [
      'with an open time that has no memory',
      snapshotWith({ ...open, openTime: { ms: 1 } }),
      `${fit} openTime.memory: undefined`,
    ],
    [
      'with the open time of another policy',
      snapshotWith({ ...open, openTime: { ms: 1, memory: {} } }),
      `${fit} openTime.memory: an object`,
    ],
    ['without probes', snapshotWith(without('probes', halfOpen)), `${fit} probes undefined`],
    ['with probes that are strings', snapshotWith({ ...halfOpen, probes: ['a'] }), `${fit} probes[0] "a"`],
    ['without a count of good probes', snapshotWith(without('good', halfOpen)), `${fit} good undefined`],
    [
      'without the instant of its probe timeout',
      snapshotWith(without('probesTimeOutAt', halfOpen)),
      `${fit} probesTimeOutAt undefined`,
    ],
    ['half-open without an open time', snapshotWith(without('openTime', halfOpen)), `${fit} openTime undefined`],
    ['half-open without its last open time', snapshotWith(without('ms', halfOpen)), `${fit} ms undefined`],
    ['half-open without its count of openings', snapshotWith(without('opens', halfOpen)), `${fit} opens undefined`],
    ['half-open at no instant', snapshotWith(without('seen', halfOpen)), `${fit} seen undefined`],
    ['without its draw', snapshotWith(without('draw', halfOpen)), `${fit} draw undefined`],
    ['without probes that have answered', snapshotWith(without('answered', halfOpen)), `${fit} answered undefined`],
    ['open since no instant', snapshotWith(without('since', open)), `${fit} since undefined`],
    ['with a draw that is none', snapshotWith({ ...halfOpen, draw: 1 }), `${fit} draw 1`],
    ['with an answer of no probe', snapshotWith({ ...halfOpen, answered: [77] }), `${fit} answered [77]`],
    ['with the same answer twice', snapshotWith({ ...halfOpen, answered: [2, 2] }), `${fit} answered [2,2]`],
    ['open since a later instant', snapshotWith({ ...open, since: 1e9 }), `${fit} since 1000000000`],
    ['closed since a later instant', snapshotWith({ ...closed, since: 1e4 }), `${fit} since 10000`],
    [
      'with failures of a later instant',
      snapshotWith({
        phase: 'closed',
        seen: 5,
        since: 5,
        last: 0,
        windows:
          policy.initial.phase === 'closed'
            ? [{ times: [6], recent: [], good: 0 }, ...policy.initial.windows.slice(1)]
            : [],
      }),
      `${fit} windows [{"times":[6],"recent":[],"good":0},{"words":[0,0],"recent":[],"word":0,"at":0,"held":0,"bad":0},{"index":-9007199254740991,"bad":0,"good":0,"older":[],"past":{"bad":0,"good":0}},{"run":0,"bad":0,"good":0}]`,
    ],
    ['open longer than its open time', snapshotWith({ ...open, until: 1e9 }), `${fit} until 1000000000`],
    [
      'with the memory of a policy that cannot be',
      snapshotWith({ ...open, openTime: { ms: 1, memory: -1 } }),
      `${fit} openTime.memory: -1`,
    ],
    ['with the same probe twice', snapshotWith({ ...halfOpen, probes: [2, 2] }), `${fit} probes [2,2]`],
    ['with more probes than can be', snapshotWith({ ...halfOpen, probes: [2, 4, 5] }), `${fit} probes [2,4,5]`],
    ['with enough good probes to be closed', snapshotWith({ ...halfOpen, good: 2 }), `${fit} good 2`],
    ['with enough bad probes to be open', snapshotWith({ ...halfOpen, bad: 2 }), `${fit} bad 2`],
    [
      'with a probe timeout that is too late',
      snapshotWith({ ...halfOpen, probesTimeOutAt: 1e9 }),
      `${fit} probesTimeOutAt 1000000000`,
    ],
    ['without holds', snapshotWith({ phase: 'isolated', seen: 0 }), `${fit} holds undefined`],
    ['disabled at no instant', snapshotWith({ phase: 'disabled' }), `${fit} seen undefined`],
  ])('is rejected if it is %s', (_, json, message) => {
    const error = new TypeError(`spec: the snapshot ${message}`);
    expect(() => parse(json)).toThrow(error);
    expect(() => parse(json)).toThrow(TypeError);
  });

  it.each<[string, number, Record<string, unknown>, string]>([
    ['instants that are strings', 0, { times: ['a'] }, 'times[0] "a"'],
    ['instants that are records', 0, { times: [{ index: 1 }] }, 'times[0] {"index":1}'],
    ['a count that is null', 0, { good: null }, 'good null'],
    ['fewer words of bits', 1, { words: [0] }, 'words [0]'],
    ['more words of bits', 1, { words: [0, 0, 0] }, 'words [0,0,0]'],
    ['more calls than the window holds', 1, { held: 41 }, 'held 41'],
    ['a next position that does not follow', 1, { at: 7 }, 'at 7'],
    ['a next position out of range', 1, { held: 40, at: 40 }, 'at 40'],
    ['more bad calls than calls', 1, { bad: 4 }, 'bad 4'],
    ['a negative count of bad calls', 1, { bad: -1 }, 'bad -1'],
    ['bits that do not match the count', 1, { bad: 0 }, 'bad 0'],
    ['words that are not integers', 1, { words: [0.5, 0] }, 'words[0] 0.5'],
    ['half an index', 2, { index: 0.5 }, 'index 0.5'],
    ['buckets that are numbers', 2, { older: [5] }, 'older[0] 5'],
    ['buckets without an index', 2, { older: [{ bad: 1, good: 0 }] }, 'older[0].index undefined'],
    ['buckets without a sum', 2, { past: {} }, 'past.bad undefined'],
    ['a run below 0', 3, { run: -9 }, 'run -9'],
    ['half a run', 3, { run: 0.5 }, 'run 0.5'],
    ['instants that go back', 0, { times: [5, 4] }, 'times [5,4]'],
    ['more instants than the rule needs', 0, { times: [1, 2, 3, 4] }, 'times [1,2,3,4]'],
    ['bits of calls that were not recorded', 1, { words: [9, 0] }, 'words [9,0]'],
    [
      'a bucket as new as the current one',
      2,
      { older: [{ index: 10, bad: 1, good: 1 }] },
      'older [{"index":10,"bad":1,"good":1}]',
    ],
    [
      'a bucket that was forgotten',
      2,
      { older: [{ index: 0, bad: 1, good: 1 }] },
      'older [{"index":0,"bad":1,"good":1}]',
    ],
    ['a sum that is not that of the buckets', 2, { past: { bad: 7, good: 0 } }, 'past {"bad":7,"good":0}'],
    ['a run longer than the failures', 3, { run: 9 }, 'run 9'],
    ['a run that no success ended', 3, { run: 0, good: 0 }, 'run 0'],
  ])('is rejected if its windows have %s', (_, index, change, odd) => {
    const error = new TypeError(`spec: the snapshot ${fit} windows[${String(index)}].${odd}`);
    expect(() => parse(snapshotWith(windows(index, change)))).toThrow(error);
  });

  it.each([
    [40, 64],
    [64, 40],
  ])('of a window of %d calls is rejected by a circuit with a window of %d', (size, other) => {
    const of = (calls: number): CircuitBreaker => breaker({ trip: failures(calls, { calls }) });
    const full = folded(
      of(size),
      Array.from({ length: size + 9 }, (_, call) => (call % 9 ? failure(call) : success(call))),
    );
    expect(of(size).parse('spec', snapshotWith(full))).toEqual(full);
    expect(() => of(other).parse('spec', snapshotWith(full))).toThrow(
      'the snapshot must fit this circuit, got windows',
    );
  });

  it('names the caller', () => {
    expect(() => policy.parse('circuit payments', null)).toThrow('circuit payments: the snapshot must be');
  });
});

describe('bad input', () => {
  const trip = consecutive(1);
  const of = (options: object) => () => circuitBreaker(options);
  const rules = 'a trip rule or an array of them';
  const from1 = 'a whole number, at least 1';
  const ms1 = 'a finite number of milliseconds, at least 1';
  const ms0 = 'a finite number of milliseconds, at least 0';
  const share = 'above 0 and at most 1';

  const rows: [make: () => unknown, kind: ErrorConstructor, message: string][] = [
    [of({ threshold: 0 }), RangeError, `circuitBreaker: threshold must be ${from1}, got 0`],
    [of({ threshold: 1.5 }), RangeError, `circuitBreaker: threshold must be ${from1}, got 1.5`],
    [of({ threshold: Infinity }), RangeError, `circuitBreaker: threshold must be ${from1}, got Infinity`],
    [of({ threshold: '5' }), TypeError, `circuitBreaker: threshold must be ${from1}, got "5"`],
    [of({ threshold: null }), TypeError, `circuitBreaker: threshold must be ${from1}, got null`],
    [of({ window: 0 }), RangeError, `circuitBreaker: window must be ${ms1}, got 0`],
    [of({ window: Infinity }), RangeError, `circuitBreaker: window must be ${ms1}, got Infinity`],
    [of({ trip, threshold: 5 }), RangeError, 'circuitBreaker: threshold cannot be combined with trip, got 5'],
    [of({ trip, window: 5 }), RangeError, 'circuitBreaker: window cannot be combined with trip, got 5'],
    [of({ trip: [] }), RangeError, `circuitBreaker: trip must be ${rules}, got []`],
    [of({ trip: [trip, 5] }), TypeError, `circuitBreaker: trip must be ${rules}, got 5`],
    [of({ trip: [null] }), TypeError, `circuitBreaker: trip must be ${rules}, got null`],
    [of({ trip: 5 }), TypeError, `circuitBreaker: trip must be ${rules}, got 5`],
    [of({ trip: null }), TypeError, `circuitBreaker: trip must be ${rules}, got null`],
    [of({ trip: {} }), TypeError, `circuitBreaker: trip must be ${rules}, got an object`],
    [of({ trip: { isReached: true } }), TypeError, `circuitBreaker: trip must be ${rules}, got an object`],
    [of({ trip: consecutive }), TypeError, `circuitBreaker: trip must be ${rules}, got the function consecutive`],
    [of({ resetAfter: 0 }), RangeError, `circuitBreaker: resetAfter must be ${ms1}, got 0`],
    [of({ resetAfter: NaN }), RangeError, `circuitBreaker: resetAfter must be ${ms1}, got NaN`],
    [of({ resetAfter: Infinity }), RangeError, `circuitBreaker: resetAfter must be ${ms1}, got Infinity`],
    [of({ resetAfter: '5' }), TypeError, `circuitBreaker: resetAfter must be ${ms1}, got "5"`],
    [of({ resetAfter: fixed }), TypeError, `circuitBreaker: resetAfter must be ${ms1}, got the function fixed`],
    [
      of({ resetAfter: {} }),
      TypeError,
      'circuitBreaker: resetAfter must be a policy such as retries(3) or exponentialBackoff(), got an object',
    ],
    [
      of({ resetAfter: null }),
      TypeError,
      'circuitBreaker: resetAfter must be a policy such as retries(3) or exponentialBackoff(), got null',
    ],
    [of({ halfOpen: 3 }), TypeError, 'circuitBreaker: halfOpen must be an object, got 3'],
    [of({ halfOpen: null }), TypeError, 'circuitBreaker: halfOpen must be an object, got null'],
    [of({ halfOpen: { probes: 0 } }), RangeError, `circuitBreaker: halfOpen.probes must be ${from1}, got 0`],
    [of({ halfOpen: { probes: 2.5 } }), RangeError, `circuitBreaker: halfOpen.probes must be ${from1}, got 2.5`],
    [
      of({ halfOpen: { allowedFailures: 1 } }),
      RangeError,
      'circuitBreaker: halfOpen.allowedFailures must be less than probes (1), got 1',
    ],
    [
      of({ halfOpen: { probes: 3, allowedFailures: 4 } }),
      RangeError,
      'circuitBreaker: halfOpen.allowedFailures must be less than probes (3), got 4',
    ],
    [
      of({ halfOpen: { allowedFailures: -1 } }),
      RangeError,
      'circuitBreaker: halfOpen.allowedFailures must be a whole number, at least 0, got -1',
    ],
    [
      of({ halfOpen: { probeTimeout: 0.5 } }),
      RangeError,
      `circuitBreaker: halfOpen.probeTimeout must be ${ms1}, got 0.5`,
    ],
    [
      of({ halfOpen: { probeTimeout: Infinity } }),
      RangeError,
      `circuitBreaker: halfOpen.probeTimeout must be ${ms1}, got Infinity`,
    ],
    [of({ classify: 'failure' }), TypeError, 'circuitBreaker: classify must be a function, got "failure"'],
    [of({ classify: null }), TypeError, 'circuitBreaker: classify must be a function, got null'],
    [of({ onCancel: 'success' }), TypeError, `circuitBreaker: onCancel must be 'ignore' or 'failure', got "success"`],
    [of({ onCancel: true }), TypeError, `circuitBreaker: onCancel must be 'ignore' or 'failure', got true`],
    [() => circuitBreaker(5 as never), TypeError, 'circuitBreaker: options must be an object, got 5'],
    [() => circuitBreaker(null as never), TypeError, 'circuitBreaker: options must be an object, got null'],
    [() => named('circuit', { threshold: 0 }), RangeError, `circuit: threshold must be ${from1}, got 0`],

    [() => failures(0, { calls: 5 }), RangeError, `failures: n must be ${from1}, got 0`],
    [() => failures(1.5, { calls: 5 }), RangeError, `failures: n must be ${from1}, got 1.5`],
    [() => failures(3, { calls: 2 }), RangeError, 'failures: calls must be a whole number, at least 3, got 2'],
    [() => failures(3, { window: 0 }), RangeError, `failures: window must be ${ms1}, got 0`],
    [() => failures(3, { window: NaN }), RangeError, `failures: window must be ${ms1}, got NaN`],
    [() => failures(3, {} as never), TypeError, 'failures: either window or calls must be given, got none'],
    [
      () => failures(3, { window: 5, calls: 5 } as never),
      TypeError,
      'failures: either window or calls must be given, got both',
    ],
    [() => failures(3, undefined as never), TypeError, 'failures: options must be an object, got undefined'],
    [() => consecutive(0), RangeError, `consecutive: n must be ${from1}, got 0`],
    [() => consecutive(Infinity), RangeError, `consecutive: n must be ${from1}, got Infinity`],
    [() => failureRate(0, { calls: 5 }), RangeError, `failureRate: rate must be ${share}, got 0`],
    [() => failureRate(1.01, { calls: 5 }), RangeError, `failureRate: rate must be ${share}, got 1.01`],
    [() => failureRate(NaN, { calls: 5 }), RangeError, `failureRate: rate must be ${share}, got NaN`],
    [() => failureRate('0.5' as never, { calls: 5 }), TypeError, `failureRate: rate must be ${share}, got "0.5"`],
    [() => failures(3, { calls: 1e12 }), RangeError, 'failures: calls must be at most 10000000, got 1000000000000'],
    [
      () => failureRate(0.5, { calls: 2 ** 31 }),
      RangeError,
      'failureRate: calls must be at most 10000000, got 2147483648',
    ],
    [() => failureRate(0.5, { calls: 0 }), RangeError, `failureRate: calls must be ${from1}, got 0`],
    [() => failureRate(0.5, { window: 0.5 }), RangeError, `failureRate: window must be ${ms1}, got 0.5`],
    [() => failureRate(0.5, { calls: 5, minimum: 0 }), RangeError, `failureRate: minimum must be ${from1}, got 0`],
    [() => failureRate(0.5, { window: 5, buckets: 0 }), RangeError, `failureRate: buckets must be ${from1}, got 0`],
    [
      () => failureRate(0.5, { minimum: 1 } as never),
      TypeError,
      'failureRate: either window or calls must be given, got none',
    ],
    [() => failureRate(0.5, null as never), TypeError, 'failureRate: options must be an object, got null'],
    [() => slowRate(2, { calls: 5, slowerThan: 1 }), RangeError, `slowRate: rate must be ${share}, got 2`],
    [() => slowRate(0.5, { calls: 5 } as never), TypeError, `slowRate: slowerThan must be ${ms0}, got undefined`],
    [() => slowRate(0.5, { calls: 5, slowerThan: -1 }), RangeError, `slowRate: slowerThan must be ${ms0}, got -1`],
    [
      () => slowRate(0.5, { slowerThan: 1 } as never),
      TypeError,
      'slowRate: either window or calls must be given, got none',
    ],
    [() => slowRate(0.5, 7 as never), TypeError, 'slowRate: options must be an object, got 7'],
  ];

  it.each(rows.map(([make, kind, message]) => ({ make, kind, message })))('$message', ({ make, kind, message }) => {
    expect(make).toThrow(new kind(message));
    expect(make).toThrow(kind);
  });
});

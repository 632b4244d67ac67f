import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  consecutive,
  exponential,
  failureRate,
  failures,
  type CircuitState,
  type Command,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { answers, ask, control, failure, folded, success } from '../../support/log.js';

const policy = circuitBreaker({
  trip: consecutive(1),
  resetAfter: exponential(100),
  halfOpen: { probes: 2, allowedFailures: 1, probeTimeout: 500 },
});

const failed = [ask(0), failure(0)];
const open = folded(policy, failed);
const halfOpen = folded(policy, [...failed, ask(100, { ticket: 2 })]);

/** One state of each phase, at the instant 100. */
const phases: Record<CircuitState['phase'], CircuitState> = {
  closed: folded(policy, [success(100)]),
  open: folded(policy, [ask(100), failure(100)]),
  'half-open': halfOpen,
  isolated: folded(policy, [control(100, 'isolate')]),
  disabled: folded(policy, [control(100, 'disable')]),
  shadow: folded(policy, [control(0, 'shadow'), success(100)]),
};

const send = (state: CircuitState, command: Command | Command['name'], now = 150, call = 9): Verdict<CircuitState> =>
  policy.reduce(state, control(now, command, { ticket: call }));

const illegal = Symbol('illegal');
const same = Symbol('same');

describe('a command', () => {
  const fresh = { seen: 150, since: 150, last: 9, windows: [{ run: 0, bad: 0, good: 0 }] };
  const first = { ms: 100, memory: 1 };
  const second = { ms: 200, memory: 2 };
  const held = { phase: 'isolated', seen: 150, holds: 1 };
  const closed = { phase: 'closed', ...fresh };
  const disabled = { phase: 'disabled', seen: 150 };
  const shadow = { phase: 'shadow', ...fresh };
  const opened = { phase: 'open', seen: 150, since: 150, until: 250, ms: 100, opens: 1, openTime: first };
  const reopened = { phase: 'open', seen: 150, since: 150, until: 350, ms: 200, opens: 2, openTime: second };
  const for7 = { until: 157, ms: 7 };
  const probed = { phase: 'half-open', seen: 150, ms: 50, opens: 1, openTime: first, draw: 0 };
  const ready = { ...probed, probes: [], answered: [], good: 0, bad: 0, probeTimeout: 500, probesTimeOutAt: 650 };
  const kept = { windows: [{ run: 0, bad: 0, good: 1 }] };

  const matrix: [Command, Record<CircuitState['phase'], unknown>][] = [
    [
      { name: 'open' },
      {
        closed: opened,
        open: { ...opened, since: 100 },
        'half-open': reopened,
        isolated: illegal,
        disabled: opened,
        shadow: opened,
      },
    ],
    [
      { name: 'open', ms: 7 },
      {
        closed: { ...opened, ...for7 },
        open: { ...opened, ...for7, since: 100 },
        'half-open': { ...reopened, ...for7 },
        isolated: illegal,
        disabled: { ...opened, ...for7 },
        shadow: { ...opened, ...for7 },
      },
    ],
    [
      { name: 'half-open' },
      { closed: illegal, open: ready, 'half-open': same, isolated: illegal, disabled: illegal, shadow: illegal },
    ],
    [
      { name: 'isolate' },
      { closed: held, open: held, 'half-open': held, isolated: { ...held, holds: 2 }, disabled: held, shadow: held },
    ],
    [
      { name: 'release' },
      { closed: same, open: same, 'half-open': same, isolated: closed, disabled: same, shadow: same },
    ],
    [
      { name: 'reset' },
      { closed, open: closed, 'half-open': closed, isolated: closed, disabled: closed, shadow: closed },
    ],
    [
      { name: 'disable' },
      { closed: disabled, open: disabled, 'half-open': disabled, isolated: illegal, disabled, shadow: disabled },
    ],
    [
      { name: 'shadow' },
      { closed: shadow, open: shadow, 'half-open': shadow, isolated: illegal, disabled: shadow, shadow },
    ],
    [
      { name: 'resume' },
      {
        closed: { ...closed, ...kept },
        open: { ...opened, since: 100, until: 200 },
        'half-open': { ...opened, since: 50, until: 150 },
        isolated: held,
        disabled,
        shadow: { ...shadow, ...kept },
      },
    ],
  ];
  const cases = matrix.flatMap(([command, row]) =>
    Object.entries(row).map(([phase, next]) => {
      const name = 'ms' in command ? `${command.name}(${String(command.ms)})` : command.name;
      return {
        title: `${name} of a circuit that is ${phase}`,
        command,
        before: phases[phase as CircuitState['phase']],
        next,
      };
    }),
  );

  it.each(cases)('$title', ({ command, before, next }) => {
    const verdict = send(before, command);
    if (next === illegal) expect(verdict).toStrictEqual({ state: before, wait: Infinity, reason: 'illegal' });
    else expect(verdict).toStrictEqual({ state: next === same ? before : next, wait: 0 });
    if (next === illegal || next === same) expect(verdict.state).toBe(before);
  });

  it('applies a probe timeout that has passed', () => {
    const since600 = { ...reopened, seen: 600, since: 600, until: 800 };
    expect(send(halfOpen, 'release', 700)).toStrictEqual({ state: since600, wait: 0 });
    expect(send(halfOpen, 'half-open', 700).state).toMatchObject({ phase: 'half-open', opens: 2, probes: [] });
    expect(send(halfOpen, 'open', 700).state).toStrictEqual({ ...reopened, seen: 700, since: 600, until: 900 });
  });

  it('takes effect no earlier than the last change', () => {
    expect(send(open, 'isolate', -50).state).toStrictEqual({ ...held, seen: 0 });
  });

  it('makes running calls late', () => {
    const reasons = (['reset', 'shadow'] as const).map((name) => {
      const { state } = send(phases.closed, name, 150, 1);
      return [
        policy.reduce(state, failure(160, { ticket: 1, took: 20 })),
        policy.reduce(state, failure(160, { ticket: 1, took: 10 })),
        policy.reduce(state, failure(160, { ticket: 2, took: 10 })),
      ].map(({ reason }) => reason);
    });
    expect(reasons).toEqual([
      ['late', 'late', undefined],
      ['late', 'late', undefined],
    ]);
  });
});

describe('isolate', () => {
  it('counts: two isolations need two releases', () => {
    const log = [control(1, 'isolate'), control(2, 'isolate'), control(3, 'release')];
    expect(folded(policy, log)).toStrictEqual({ phase: 'isolated', seen: 3, holds: 1 });
    expect(folded(policy, [...log, control(4, 'release', { ticket: 7 })])).toStrictEqual({
      phase: 'closed',
      seen: 4,
      since: 4,
      last: 7,
      windows: [{ run: 0, bad: 0, good: 0 }],
    });
  });

  it('lasts through time and every report', () => {
    const isolated = folded(policy, [ask(0), control(1, 'isolate')]);
    expect(folded(policy, [success(5, { took: 5 }), failure(6), ask(1e12)], isolated)).toBe(isolated);
  });

  it('is ended by a reset, whatever the number of holds', () => {
    const log = [control(1, 'isolate'), control(2, 'isolate'), control(3, 'reset')];
    expect(folded(policy, log).phase).toBe('closed');
  });
});

describe('open', () => {
  const again = (log: readonly Signal[]): unknown => {
    const { phase, until, opens, openTime } = folded(policy, log) as CircuitState & { phase: 'open' };
    return [phase, until, opens, openTime.ms];
  };

  it('by command is one opening, however often it is repeated', () => {
    expect(again([control(0, 'open'), control(10, 'open'), control(20, 'open')])).toEqual(['open', 120, 1, 100]);
  });

  it('for a time does not change how long the next opening takes', () => {
    const log = [control(0, { name: 'open', ms: 5 }), ask(5)];
    expect(again([...log, failure(6), ask(6), failure(6)])).toEqual(['open', 206, 2, 200]);
    expect(again([...log, control(6, { name: 'open', ms: 5 })])).toEqual(['open', 11, 2, 200]);
  });

  it('opens a circuit in shadow, which would not open by itself', () => {
    expect(answers(policy, [control(0, 'shadow'), failure(1), ask(1), control(2, 'open'), ask(2)])).toEqual([
      '0',
      '0',
      '0',
      '0',
      '100 open',
    ]);
  });
});

describe('resume', () => {
  const parsed = (state: CircuitState): CircuitState => JSON.parse(JSON.stringify(state)) as CircuitState;
  const resumed = (state: CircuitState, now: number, call = 0): CircuitState =>
    send(parsed(state), 'resume', now, call).state;

  it.each([
    ['at once, keeps the remaining time', 30, 100],
    ['after the open time, is ready to probe', 100, 100],
    ['long after, is ready to probe', 5000, 100],
    ['on a clock at the instant of the opening, keeps all of the time', 0, 100],
    ['on a clock 1 ms behind that, stays open no longer than its open time', -1, 99],
    ['on a clock far behind, stays open no longer than its open time', -1e6, -1e6 + 100],
  ])('of an open circuit, %s', (_, now, until) => {
    expect(resumed(open, now)).toStrictEqual({ ...open, seen: now, since: until - 100, until });
  });

  it('of a circuit opened by command stays open no longer than commanded', () => {
    const byHand = folded(policy, [control(1000, { name: 'open', ms: 7 })]);
    expect(resumed(byHand, 0)).toMatchObject({ until: 7, ms: 7 });
  });

  it.each([150, 700, -1e6])('of a half-open circuit is open and ready to probe, with new slots (at %d)', (now) => {
    const ready = resumed(halfOpen, now);
    const opening = { ms: 100, opens: 1, openTime: { ms: 100, memory: 1 } };
    expect(ready).toStrictEqual({ phase: 'open', seen: now, since: now - 100, until: now, ...opening });
    expect(folded(policy, [ask(now, { ticket: 8 }), ask(now, { ticket: 9 })], ready)).toMatchObject({ probes: [8, 9] });
    expect(policy.reduce(ready, success(now, { ticket: 2, took: 20 }))).toEqual({
      state: ready,
      wait: 0,
      reason: 'late',
    });
  });

  it('of an isolated circuit keeps its holds', () => {
    const isolated = folded(policy, [control(9, 'isolate'), control(9, 'isolate')]);
    expect(resumed(isolated, 3)).toStrictEqual({ phase: 'isolated', seen: 3, holds: 2 });
  });

  it.each(['closed', 'shadow'] as const)('of a circuit that is %s counts only new calls', (phase) => {
    const { state } = send(phases[phase], 'resume', 90, 4);
    expect(state).toMatchObject({ phase, seen: 90, since: 90, last: 4 });
    const reason = (call: number, took: number): unknown =>
      policy.reduce(state, failure(95, { ticket: call, took })).reason;
    expect([reason(1, 6), reason(4, 5), reason(5, 5)]).toEqual(['late', 'late', undefined]);
  });

  describe('of the windows', () => {
    const watched = circuitBreaker({
      trip: [
        failures(3, { window: 1000 }),
        failureRate(1, { window: 1000, buckets: 10 }),
        failures(4, { calls: 4 }),
        consecutive(3),
      ],
    });
    const closed = folded(watched, [failure(5000), success(5400), failure(5800)]);
    const windowsAt = (now: number): unknown => {
      const { state } = watched.reduce(parsed(closed), control(now, 'resume'));
      return (state as CircuitState & { phase: 'closed' }).windows;
    };
    const [, , bits, run] = (closed as CircuitState & { phase: 'closed' }).windows;

    it('keeps them on a clock that is not behind', () => {
      expect(windowsAt(5800)).toStrictEqual((closed as CircuitState & { phase: 'closed' }).windows);
      expect(windowsAt(9000)).toStrictEqual((closed as CircuitState & { phase: 'closed' }).windows);
    });

    it('moves them to a clock that is behind, so that nothing lies in the future', () => {
      const past = { bad: 1, good: 1 };
      const older = [
        { index: -4, bad: 0, good: 1 },
        { index: -8, bad: 1, good: 0 },
      ];
      expect(windowsAt(0)).toStrictEqual([
        { times: [-800, 0], recent: [], good: 1 },
        { index: 0, bad: 1, good: 0, older, past },
        bits,
        run,
      ]);
    });

    it('forgets calls in them as time passes', () => {
      const there = watched.reduce(closed, control(0, 'resume')).state;
      expect([199, 200, 999, 1000].map((now) => watched.view(there, now).failures)).toEqual([2, 1, 1, 0]);
      expect(watched.reduce(there, failure(199)).state.phase).toBe('open');
      expect(watched.reduce(there, failure(200)).state.phase).toBe('closed');
    });

    it('does not change fresh windows', () => {
      const { state } = watched.reduce(watched.initial, control(-7, 'resume'));
      expect(state).toStrictEqual({ ...watched.initial, seen: -7, since: -7 });
    });
  });
});

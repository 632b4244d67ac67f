import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circuitBreaker,
  type CircuitBreaker,
  type CircuitState,
  type Command,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import {
  breakers,
  errorOf,
  errors,
  hintOf,
  naiveOf,
  optionsOf,
  outcomeOf,
  type Breaker,
  type ErrorName,
} from '../../support/breakers.js';
import { ask, control, failure, snapshotWith, success } from '../../support/log.js';
import {
  NaiveCircuit,
  type EndKind,
  type NaiveAnswer,
  type NaiveCall,
  type NaiveError,
} from '../../support/naiveCircuit.js';
import { size } from '../../support/size.js';

/*
 * A random circuit breaker goes through a random history, together with a naive one that keeps every call in a list. Both
 * must answer the same. After each signal, the promises that need no model must hold too.
 */

/** The naive circuit, and the world around both. */
interface Model {
  naive: NaiveCircuit;
  /** The clock. It can be set back. */
  now: number;
  last: number;
  /** Calls that were admitted and have not ended, of this era or an earlier one. */
  out: NaiveCall[];
  /** Calls that were rejected and can ask again. */
  waiting: number[];
  saved: { readonly naive: NaiveCircuit; readonly json: string } | undefined;
}

interface Real {
  readonly policy: CircuitBreaker;
  readonly breaker: Breaker;
  state: CircuitState;
  /** Every signal, with the state that a restore put in place before it. */
  readonly log: { readonly signal: Signal; readonly restored?: CircuitState }[];
}

const world = (breaker: Breaker): { model: Model; real: Real } => {
  const policy = circuitBreaker(optionsOf(breaker));
  const naive = new NaiveCircuit(naiveOf(breaker));
  return {
    model: { naive, now: 1000, last: 0, out: [], waiting: [], saved: undefined },
    real: { policy, breaker, state: frozen(policy.initial), log: [] },
  };
};

/** Frozen deeply, so that a change throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

const json = (state: CircuitState): CircuitState => JSON.parse(JSON.stringify(state)) as CircuitState;

/** Sends a signal to the real circuit, and compares its answer with that of the naive one. */
function send(model: Model, real: Real, signal: Signal, expected: NaiveAnswer): Verdict<CircuitState> {
  const { policy, breaker, state: before } = real;
  const verdict = policy.reduce(before, frozen(signal));
  real.state = frozen(verdict.state);
  real.log.push({ signal });
  expect({ wait: verdict.wait, reason: verdict.reason }).toEqual({ wait: expected.wait, reason: expected.reason });
  expect(json(verdict.state)).toStrictEqual(verdict.state);

  const { state, reason } = verdict;
  const hasTimedOut =
    before.phase === 'half-open' &&
    before.probes.length > 0 &&
    Math.max(signal.now, before.seen) >= before.probesTimeOutAt;
  if (reason === 'late' && !hasTimedOut) expect(state).toBe(before);
  if (signal.kind === 'ask' && state.phase !== 'half-open' && !hasTimedOut) expect(state).toBe(before);
  if (policy.admits?.(before) === true) {
    if (signal.kind === 'ask') expect(verdict).toEqual({ state: before, wait: 0 });
    expect(policy.expectsValue?.(before, signal.ticket)).toBe(false);
  }
  if (state.phase === 'half-open') {
    expect(state.good + state.bad + state.probes.length).toBeLessThanOrEqual(breaker.probes);
    expect(state.probes).toEqual(model.naive.probes);
  }
  compareViews(model, real);
  return verdict;
}

/** Both views must be the same at this instant. */
function compareViews(model: Model, { policy, state }: Real): void {
  expect(policy.view(state, model.now)).toEqual(viewOf(model));
}

/** The view of the naive circuit. */
function viewOf({ naive, now }: Model): unknown {
  const copy = naive.copy();
  const at = copy.advance(now);
  const { phase, opens, until, probesTimeOutAt, good, bad, probes, options } = copy;
  const nothing = { phase, failures: 0, successes: 0, slow: 0, opens: 0, openUntil: undefined, retryAfter: 0 };
  const badIn = (rule: number): number =>
    options.rules[rule]?.counted(copy.ends[rule] ?? [], at).filter(({ isBad }) => isBad).length ?? 0;
  const allIn = (rule: number): number => options.rules[rule]?.counted(copy.ends[rule] ?? [], at).length ?? 0;
  if (phase === 'isolated') return { ...nothing, retryAfter: Infinity };
  if (phase === 'open') return { ...nothing, opens, openUntil: until, retryAfter: Math.max(0, until - at) };
  if (phase === 'half-open') {
    const isFull = good + bad + probes.length >= options.probes;
    return { ...nothing, failures: bad, successes: good, opens, retryAfter: isFull ? probesTimeOutAt - at : 0 };
  }
  if (phase === 'disabled') return nothing;
  const counting = options.rules.findIndex(({ slowerThan }) => slowerThan === undefined);
  const slow = options.rules.findIndex(({ slowerThan }) => slowerThan !== undefined);
  return { ...nothing, failures: badIn(counting), successes: allIn(counting) - badIn(counting), slow: badIn(slow) };
}

type Step = fc.Command<Model, Real>;

/** A call asks, or one that was rejected asks again. */
const asks = (isAgain: boolean, pick: number, random: number): Step => ({
  check: ({ waiting }) => !isAgain || waiting.length > 0,
  run(model, real) {
    const call = isAgain ? (model.waiting.splice(pick % model.waiting.length, 1)[0] ?? NaN) : (model.last += 1);
    const { naive, now } = model;
    const at = naive.advance(now);
    const expected = naive.ask(call, at, random);
    if (expected.wait === 0) model.out.push({ call, at, era: naive.era });
    else model.waiting.push(call);
    const { wait, state } = send(model, real, ask(now, { ticket: call, random }), expected);
    if (wait > 0) isHonest(real, state, at, wait);
  },
  toString: () => (isAgain ? `askAgain(${String(pick)}, ${String(random)})` : `ask(${String(random)})`),
});

/** A call that waits as answered is admitted after at most two waits, plus those for rounding. */
function isHonest({ policy }: Real, from: CircuitState, at: number, firstWait: number): void {
  if (from.phase === 'isolated') {
    expect(firstWait).toBe(Infinity);
    return;
  }
  let state: CircuitState = from;
  let now = at;
  let wait = firstWait;
  for (let asked = 0; asked < 4 && wait > 0; asked += 1) {
    expect(wait).toBeLessThan(Infinity);
    now += wait;
    ({ state, wait } = policy.reduce(state, ask(now, { ticket: -1 })));
  }
  expect(wait).toBe(0);
}

/** A running call ends, however late. */
const settles = (kind: EndKind, error: ErrorName, pick: number, random: number): Step => ({
  check: ({ out }) => out.length > 0,
  run(model, real) {
    const index = pick % model.out.length;
    const of = model.out[index];
    if (of === undefined) throw new Error('no call is running');
    model.out.splice(index, 1);
    const { naive, now } = model;
    const at = naive.advance(now);
    const outcome = kind === 'success' ? 'success' : kind === 'failure' ? outcomeOf(error) : real.breaker.onCancel;
    const isCounted = ['closed', 'shadow', 'half-open'].includes(naive.phase) && naive.isOfThisEra(of);
    const expected = naive.end(of, kind, outcome, at, random, errorWith(kind, error));
    const end = { ticket: of.call, now, random, took: at - of.at };
    const signal: Signal = kind === 'failure' ? { kind, ...end, error: errorOf(error) } : { kind, ...end };
    const { thrown } = send(model, real, signal, expected);
    expect(thrown !== undefined).toBe(isCounted && kind === 'failure' && error === 'throw');
  },
  toString: () => `${kind}(${kind === 'failure' ? `${error}, ` : ''}${String(pick)}, ${String(random)})`,
});

const errorWith = (kind: EndKind, error: ErrorName): NaiveError =>
  kind === 'failure' ? { error: errorOf(error), hint: hintOf(error) } : { error: undefined, hint: -1 };

/** A running call delivers a value. A call that is no probe, or has delivered one, does not report it. */
const delivers = (pick: number): Step => ({
  check: ({ out }) => out.length > 0,
  run(model, real) {
    const { call } = model.out[pick % model.out.length] ?? { call: NaN };
    const { naive, now } = model;
    expect(real.policy.expectsValue?.(real.state, call)).toBe(naive.isSilentProbe(call));
    const expected = naive.value(call, naive.advance(now));
    send(model, real, { kind: 'value', ticket: call, now, random: 0, value: 'a' }, expected);
  },
  toString: () => `delivers(${String(pick)})`,
});

/** Time passes. */
const passes = (ms: number): Step => ({
  check: () => true,
  run(model, real) {
    model.now += ms;
    compareViews(model, real);
  },
  toString: () => `passes(${String(ms)})`,
});

/** The clock is set back, but not behind the admission of a running call, because that call is timed by it. */
const goesBack = (ms: number): Step => ({
  check: () => true,
  run(model, real) {
    model.now = Math.max(model.now - ms, ...model.out.map(({ at }) => Math.min(at, model.now)));
    compareViews(model, real);
  },
  toString: () => `goesBack(${String(ms)})`,
});

const controls = (command: Command, random: number): Step => ({
  check: () => true,
  run(model, real) {
    const { naive, now, last } = model;
    const expected = naive.control(command, naive.advance(now), random, last);
    send(model, real, control(now, command, { ticket: last, random }), expected);
  },
  toString: () => `control(${JSON.stringify(command)}, ${String(random)})`,
});

const saves = (): Step => ({
  check: () => true,
  run(model, real) {
    model.saved = { naive: model.naive.copy(), json: JSON.stringify(snapshotWith(real.state)) };
  },
  toString: () => 'saves()',
});

/** Restores what was saved, perhaps long ago. The clock may have been set back behind it. */
const restores = (): Step => ({
  check: ({ saved }) => saved !== undefined,
  run(model, real) {
    const { saved, now, last } = model;
    if (saved === undefined) throw new Error('nothing is saved');
    model.naive = saved.naive.copy();
    model.out = model.out.filter(({ at }) => at <= now);
    real.state = frozen(real.policy.parse('law', JSON.parse(saved.json)));
    const restored = real.state;
    const expected = model.naive.control({ name: 'resume' }, now, 0, last);
    send(model, real, control(now, 'resume', { ticket: last }), expected);
    const { signal } = real.log.pop() ?? {};
    if (signal !== undefined) real.log.push({ signal, restored });
  },
  toString: () => 'restores()',
});

const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pick = fc.nat(20);
const commands: Command[] = [
  ...(['half-open', 'isolate', 'release', 'release', 'reset', 'disable', 'shadow', 'open'] as const).map((name) => ({
    name,
  })),
  { name: 'open', ms: 70 },
];

const kind = fc.constantFrom<EndKind>('failure', 'failure', 'failure', 'success', 'success', 'cancel');
const traffic: fc.Arbitrary<Step>[] = [
  fc.tuple(draw).map(([random]) => asks(false, 0, random)),
  fc.tuple(pick, draw).map(([pick, random]) => asks(true, pick, random)),
  fc.tuple(kind, fc.constantFrom(...errors), pick, draw).map((args) => settles(...args)),
  fc.tuple(kind, fc.constantFrom(...errors), fc.constant(0), draw).map((args) => settles(...args)),
  pick.map(delivers),
  fc.nat(60).map(passes),
  fc.constantFrom(0, 1, 100, 1000, 60_000, 1e9).map(passes),
];
const disturbances: fc.Arbitrary<Step>[] = [
  fc.constantFrom(1, 50, 1000, 1e6).map(goesBack),
  fc.tuple(fc.constantFrom(...commands), draw).map((args) => controls(...args)),
  fc.constant(0).map(saves),
  fc.constant(0).map(restores),
];

const lives = (steps: fc.Arbitrary<Step>[], check: (model: Model, real: Real) => void): void => {
  fc.assert(
    fc.property(breakers, fc.commands(steps, { maxCommands: 80, size: 'max' }), (breaker, run) => {
      const both = world(breaker);
      fc.modelRun(() => both, run);
      check(both.model, both.real);
    }),
    { numRuns: size(300, 5000) },
  );
};

describe('whatever happens, a circuit breaker', () => {
  it('answers traffic as a naive one does', () => {
    lives(traffic, () => undefined);
  });

  it('answers as a naive one does, with commands, a clock set back and restored states', () => {
    lives([...traffic, ...traffic, ...disturbances], () => undefined);
  });

  it('closes after idle time and enough good probes, unless a command holds it', () => {
    lives([...traffic, ...traffic, ...disturbances], ({ now, last }, { policy, breaker, state: from }) => {
      fc.pre(!['isolated', 'disabled', 'shadow'].includes(from.phase));
      let state = from;
      let instant = Math.max(now, from.seen);
      for (let asked = 0; asked < 2 * breaker.probes + 4; asked += 1) {
        const call = last + asked + 1;
        const verdict = policy.reduce(state, ask(instant, { ticket: call }));
        ({ state } = verdict);
        instant += verdict.wait;
        if (verdict.wait === 0) ({ state } = policy.reduce(state, success(instant, { ticket: call })));
        if (state.phase === 'closed') break;
      }
      expect(state.phase).toBe('closed');
    });
  });

  it('goes through the same states when its log is replayed, with each state through JSON', () => {
    lives([...traffic, ...traffic, ...disturbances], (_, { policy, log, state: end }) => {
      const state = log.reduce((state, { signal, restored = state }) => {
        return json(policy.reduce(restored, structuredClone(signal)).state);
      }, policy.initial);
      expect(state).toStrictEqual(end);
    });
  });

  it('continues from a snapshot as if nothing had happened; a half-open one is ready to probe', () => {
    lives([...traffic, ...traffic, ...disturbances], ({ now: clock, last }, { policy, state }) => {
      const now = Math.max(clock, state.seen);
      const snapshot = policy.parse('law', JSON.parse(JSON.stringify(snapshotWith(state))));
      const { state: resumed } = policy.reduce(snapshot, control(now, 'resume', { ticket: last }));
      const before = policy.view(state, now);
      if (state.phase === 'half-open') {
        const { opens } = state;
        expect(policy.view(resumed, now)).toMatchObject({ phase: 'open', opens, openUntil: now, retryAfter: 0 });
        expect(policy.reduce(resumed, ask(now, { ticket: last + 1 }))).toMatchObject({
          wait: 0,
          state: { probes: [last + 1] },
        });
        return;
      }
      expect(policy.view(resumed, now)).toEqual(before);
      const futures = [state, resumed].map((from) => future(policy, from, now, last));
      expect(futures[1]).toEqual(futures[0]);
    });
  });
});

/** The answers of a policy to new calls from `now` on, most of them failures. */
function future(policy: CircuitBreaker, from: CircuitState, now: number, last: number): unknown[] {
  let state = from;
  return Array.from({ length: 30 }, (_, step) => {
    const details = { ticket: last + step + 1, error: errorOf('down') };
    const instant = now + 7 * step;
    const verdict = policy.reduce(state, ask(instant, details));
    const end = step % 5 === 1 ? success : failure;
    state = verdict.wait > 0 ? verdict.state : policy.reduce(verdict.state, end(instant, details)).state;
    return [verdict.wait, verdict.reason, policy.view(state, instant)];
  });
}

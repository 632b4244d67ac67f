import fc from 'fast-check';
import {
  adaptiveThrottle,
  aimd,
  awsStandard,
  both,
  capped,
  concurrencyLimit,
  decorrelated,
  either,
  exponential,
  exponentialBackoff,
  fibonacci,
  fixed,
  fixedRetry,
  followedBy,
  hinted,
  immediate,
  jittered,
  linear,
  never,
  onlyIf,
  rateLimit,
  resetAfterUptime,
  resetOn,
  retries,
  retryBudget,
  retryPolicy,
  sequence,
  smoothExponential,
  retryThrottle,
  retryQuota,
  vegas,
  within,
  type Command,
  type HintOptions,
  type Jitter,
  type Outcome,
  type Policy,
  type RetryOn,
  type GatePolicy,
  type Signal,
} from 'rxjs-reprise';

/*
 * Random policies and random histories. A policy is a random composition of the library's functions, up to three levels
 * deep, and prints as that expression, so that a counterexample can be pasted into a spec. Two functions are not from the
 * library: a `gate` rejects and postpones asks, and a `listener` counts the signals that it receives.
 */

/** A policy that prints as the call that made it. */
const call = <A extends unknown[], P extends Policy = Policy>(
  make: (...args: A) => P,
  ...args: { [K in keyof A]: fc.Arbitrary<A[K]> }
): fc.Arbitrary<P> =>
  fc.tuple<A>(...args).map((values) => ({
    ...make(...values),
    [fc.toStringMethod]: () => `${make.name}(${values.map((value) => fc.stringify(value)).join(', ')})`,
  }));

/** A policy that prints as its name. */
const word = (name: string, policy: Policy): fc.Arbitrary<Policy> =>
  fc.constant({ ...policy, [fc.toStringMethod]: () => name });

// Custom policies

/** The state of a gate: how many permits are taken, and how many asks it has answered. */
interface GateState {
  readonly taken: number;
  readonly turn: number;
}

/**
 * Admits at most `slots` attempts at a time and answers asks in turn with `answers`. An admitted ask takes a permit, and
 * every end of an attempt returns one. Both fields of the state reveal a combinator that keeps what it should take back.
 */
function gate(slots: number, answers: readonly number[], afterFailure: number): Policy {
  const reduce = (state: GateState, { kind }: Signal): { state: GateState; wait: number } => {
    const { taken, turn } = state;
    if (kind === 'value' || kind === 'abandon' || kind === 'control') return { state, wait: 0 };
    if (kind !== 'ask') {
      return { state: { taken: Math.max(0, taken - 1), turn }, wait: kind === 'failure' ? afterFailure : 0 };
    }
    const wait = taken < slots ? (answers[turn % answers.length] ?? 0) : Infinity;
    return { state: { taken: wait === 0 ? taken + 1 : taken, turn: turn + 1 }, wait };
  };
  const policy: Policy<GateState> = {
    initial: { taken: 0, turn: 0 },
    handles: ['ask', 'success', 'failure', 'cancel'],
    reduce,
  };
  return policy;
}

/** The number of permits that each gate and each concurrency limit in a state has given out. */
export function taken(state: unknown): number[] {
  if (typeof state !== 'object' || state === null) return [];
  if ('taken' in state) return [Number(state.taken)];
  return 'running' in state && Array.isArray(state.running)
    ? [state.running.length]
    : Object.values(state).flatMap(taken);
}

/** Waits 10 ms after a failure for each signal that it has received. By default it receives all kinds. */
function listener(kinds: readonly Signal['kind'][] | undefined): Policy {
  const policy: Policy<number> = {
    initial: 0,
    ...(kinds === undefined ? {} : { handles: kinds }),
    reduce: (count, { kind }) => {
      if (kinds?.includes(kind) === false) return { state: count, wait: 0 };
      return { state: count + 1, wait: kind === 'failure' ? 10 * (count + 1) : 0 };
    },
  };
  return policy;
}

// Arguments

/** Milliseconds: whole, fractional and extreme. */
export const ms = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(2000) },
    { weight: 3, arbitrary: fc.double({ min: 0, max: 5000, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, Number.MIN_VALUE, 2 ** 31, 1e300, Number.MAX_VALUE) },
  );

/** Two numbers of milliseconds in order. */
export const ordered = (): fc.Arbitrary<readonly [low: number, high: number]> =>
  fc.tuple(ms(), ms()).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

export const jitter = (): fc.Arbitrary<Jitter> =>
  fc.oneof(
    fc.constantFrom<Jitter>(true, false, 'full', 'equal', [0.8, 1.2], [1, 2], [0, 0]),
    fc
      .tuple(fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }))
      .map(([low, width]): Jitter => [low, low + width]),
  );

/** A draw in [0, 1), as the operators draw it. */
export const draw = (): fc.Arbitrary<number> => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

export const isBusy = (error: unknown): boolean => (error as { readonly busy?: boolean } | undefined)?.busy === true;
const isOpen = (value: unknown): boolean => value === 'open';

const retryOn = (): fc.Arbitrary<RetryOn> => fc.constantFrom<RetryOn>(isBusy, TypeError, [TypeError, RangeError]);

const kinds = ['ask', 'value', 'success', 'failure', 'cancel', 'abandon', 'control'] as const;

const limit = (): fc.Arbitrary<number> => fc.oneof(fc.nat(6), fc.constant(Infinity));
const shouldRetry = (attempt: number, error: unknown): boolean => attempt < 5 || isBusy(error);
const nextDelay = (attempt: number): number => 7 * attempt;

const classify = (error: unknown): Outcome => (isBusy(error) ? 'failure' : error === undefined ? 'ignore' : 'success');
const share = (): fc.Arbitrary<number> => fc.constantFrom(0, 0.1, 0.29, 0.5, 1, 1.5);
const window = (): fc.Arbitrary<number> => fc.constantFrom(1, 33, 500, 10_000);

// Functions

/** The limits. They answer asks by what happened before. */
const limits = {
  retryBudget: () => call(retryBudget, fc.record({ ratio: share(), reserve: share(), window: window() })),
  retryQuota: () =>
    call(
      retryQuota,
      fc.oneof(
        fc.constant(awsStandard),
        fc.record({ capacity: fc.constantFrom(0, 1, 4.2, 20), cost: fc.constantFrom(0, 0.1, 3, 7), refund: share() }),
      ),
    ),
  retryThrottle: () =>
    call(
      retryThrottle,
      fc.record(
        {
          maxTokens: fc.constantFrom(0.5, 3, 10),
          tokenRatio: fc.constantFrom(0.1, 1),
          classify: fc.constant(classify),
        },
        { requiredKeys: ['maxTokens', 'tokenRatio'] },
      ),
    ),
  adaptiveThrottle: () =>
    call(
      adaptiveThrottle,
      fc.record(
        { k: fc.constantFrom(1, 1.5, 2), window: window(), classify: fc.constant(classify) },
        { requiredKeys: ['k', 'window'] },
      ),
    ),
  rateLimit: () =>
    call(
      rateLimit,
      fc
        .tuple(fc.constantFrom(1, 3, 10), fc.constantFrom(1, 100, 1000), fc.integer({ min: 1, max: 10 }))
        .map(([limit, per, burst]) => ({ limit, per, burst: Math.min(burst, limit) })),
    ),
  concurrency: () =>
    call(
      concurrencyLimit,
      fc.record({
        limit: fc.oneof(
          fc.integer({ min: 1, max: 3 }),
          fc.constantFrom(
            aimd({ initial: 2, max: 4, timeout: 40, classify }),
            vegas({ initial: 3, min: 2, max: 6, classify }),
          ),
        ),
      }),
    ),
};

const leaves = {
  ...limits,
  immediate: () => word('immediate', immediate),
  never: () => word('never', never),
  fixed: () => call(fixed, ms()),
  linear: () => call(linear, ms()),
  exponential: () => call(exponential, ms(), fc.constantFrom(1, 1.5, 2, 10)),
  fibonacci: () => call(fibonacci, ms()),
  decorrelated: () =>
    call(
      decorrelated,
      ordered().map(([base, cap]) => ({ base, cap })),
    ),
  smoothExponential: () =>
    ordered().chain(([base, cap]) => call(smoothExponential, fc.constant(base), fc.constantFrom({}, { cap }))),
  sequence: () => call(sequence, fc.array(ms(), { minLength: 1, maxLength: 4 })),
  retries: () => call(retries, limit()),
  fixedRetry: () => call(fixedRetry, fc.record({ maxAttempts: fc.integer({ min: 1, max: 6 }), delay: ms() })),
  exponentialBackoff: () =>
    call(
      exponentialBackoff,
      fc
        .record({ bounds: ordered(), jitter: jitter(), maxElapsed: ms(), retryOn: retryOn() })
        .map(({ bounds: [base, cap], ...others }) => ({ ...others, base, cap })),
    ),
  retryPolicy: () => call(retryPolicy, fc.constant({ shouldRetry, nextDelay })),
  gate: () =>
    call(
      gate,
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom(0, 0, 0, 5, 300, Infinity), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, 50, Infinity),
    ),
  listener: () => call(listener, fc.option(fc.subarray([...kinds]), { nil: undefined })),
};

type Part = fc.Arbitrary<Policy>;

const several = (make: (...policies: Policy[]) => Policy, part: Part): Part =>
  fc.oneof(call<Policy[]>(make, part, part), call<Policy[]>(make, part, part, part));

const hint = (): fc.Arbitrary<HintOptions> =>
  fc.record({ max: ms(), past: fc.constantFrom('stop', 'clamp') }, { requiredKeys: [] });

const nodes = {
  both: (part: Part) => several(both, part),
  either: (part: Part) => several(either, part),
  followedBy: (part: Part) => call(followedBy, part, part),
  onlyIf: (part: Part) => call(onlyIf, retryOn(), part),
  within: (part: Part) => call(within, ms(), part),
  capped: (part: Part) => call(capped, ms(), part),
  jittered: (part: Part) => call(jittered, jitter(), part, fc.record({ cap: ms() }, { requiredKeys: [] })),
  hinted: (part: Part) => call(hinted, part, hint()),
  resetOn: (part: Part) => call(resetOn, fc.constant(isOpen), part),
  resetAfterUptime: (part: Part) => call(resetAfterUptime, ms(), part),
};

type Word = keyof typeof leaves | keyof typeof nodes;

/** Any limit. */
export const gatePolicies = (): fc.Arbitrary<GatePolicy> =>
  fc.oneof(...Object.values<() => fc.Arbitrary<GatePolicy>>(limits).map((make) => make()));

/** Any policy, except compositions with the functions in `without`. */
export function policy({ without = [] }: { readonly without?: readonly Word[] } = {}): fc.Arbitrary<Policy> {
  const allowed = <W>(words: Record<string, W>): W[] =>
    Object.entries(words).flatMap(([name, make]) => (without.some((each) => each === name) ? [] : [make]));
  const leaf = fc.oneof(...allowed(leaves).map((make) => make()));
  let part: Part = leaf;
  for (let depth = 0; depth < 3; depth += 1) {
    const inner = part;
    part = fc.oneof(
      { withCrossShrink: true },
      { weight: 2, arbitrary: leaf },
      ...allowed(nodes).map((make) => ({ weight: 1, arbitrary: make(inner) })),
    );
  }
  return part;
}

/** Policies that admit every ask. */
export const admitting = (): fc.Arbitrary<Policy> => policy({ without: ['gate', ...limitWords] });

/** Policies that admit every ask and have no deadline. */
export const timeless = (): fc.Arbitrary<Policy> =>
  policy({ without: ['gate', ...limitWords, 'within', 'exponentialBackoff'] });

/**
 * Puts something around a policy that cannot allow a retry if the policy says no, and that does not hide a signal from it.
 * An ask that another part postpones is taken back, so that part must admit every ask.
 */
export const decisive = (): fc.Arbitrary<(inner: Policy) => Policy> =>
  fc.oneof(
    admitting().map((other) => (inner: Policy) => both(other, inner)),
    admitting().map((other) => (inner: Policy) => both(inner, other)),
    fc.constant((inner: Policy) => either(inner, inner)),
    fc.constant((inner: Policy) => either(inner, never)),
    fc.tuple(jitter(), ms()).map(
      ([kind, cap]) =>
        (inner: Policy) =>
          jittered(kind, inner, { cap }),
    ),
    hint().map((options) => (inner: Policy) => hinted(inner, options)),
    ms().map((cap) => (inner: Policy) => capped(cap, inner)),
    ms().map((deadline) => (inner: Policy) => within(deadline, inner)),
  );

/** The functions other than the gate whose policies do not admit every ask. */
export const limitWords = Object.keys(limits) as (keyof typeof limits)[];

/**
 * Policies whose waits are monotone in their draws. A policy that draws its answer to an ask is not: an attempt that a
 * higher draw rejects is not charged to the other parts, so they may admit a later one that they would have rejected.
 */
export const monotone = (): fc.Arbitrary<Policy> =>
  policy({ without: ['followedBy', 'smoothExponential', 'adaptiveThrottle'] });

// Histories

const error = (): fc.Arbitrary<unknown> =>
  fc.constantFrom<unknown>(
    { busy: true },
    { busy: true, retryAfter: 700 },
    { retryAfter: 1e9 },
    { retryAfter: 'soon' },
    new TypeError('lost'),
    new RangeError('far'),
    'a string',
    undefined,
  );

const value = (): fc.Arbitrary<unknown> => fc.constantFrom<unknown>('open', 'data', 0, undefined);

const gap = (): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.nat(50), fc.nat(5000));

type Untimed<S> = S extends Signal ? Omit<S, 'now' | 'ticket'> : never;

const signal = (kind: Signal['kind']): fc.Arbitrary<Untimed<Signal>> => {
  const random = draw();
  const took = gap();
  switch (kind) {
    case 'ask':
      return fc.record({ kind: fc.constant(kind), random, attempt: fc.integer({ min: 1, max: 4 }), error: error() });
    case 'value':
      return fc.record({ kind: fc.constant(kind), random: fc.constant(0), value: value() });
    case 'failure':
      return fc.record({ kind: fc.constant(kind), random, took, error: error() });
    case 'abandon':
      return fc.record({ kind: fc.constant(kind), random: fc.constant(0) });
    case 'control':
      return fc.record({ kind: fc.constant(kind), random: fc.constant(0), command: command() });
    default:
      return fc.record({ kind: fc.constant(kind), random: fc.constant(0), took });
  }
};

const command = (): fc.Arbitrary<Command> =>
  fc.constantFrom<Command['name']>('resume', 'reset').map((name) => ({ name }));

/** `back`: for an ask, 0 = a new attempt, 1 = the last one again. For other signals, the distance to the last attempt. */
type HistoryEvent = readonly [gap: number, back: number, signal: Untimed<Signal>];

/** Stamps the events with one clock that never goes back, and numbers the attempts. */
function timed(events: readonly HistoryEvent[]): Signal[] {
  let now = 0;
  let last = 0;
  return events.map(([gap, back, signal]) => {
    now += gap;
    const isAsk = signal.kind === 'ask';
    if (isAsk && back === 0) last += 1;
    const ticket = Math.max(1, last - (isAsk ? Math.max(0, back - 1) : back));
    return { ...signal, now, ticket };
  });
}

const event = (back: fc.Arbitrary<number>, ...of: readonly Signal['kind'][]): fc.Arbitrary<HistoryEvent> =>
  fc.tuple(gap(), back, fc.oneof(...of.map(signal)));

const none = (): fc.Arbitrary<number> => fc.constant(0);
const again = (): fc.Arbitrary<number> => fc.constant(1);
const some = (): fc.Arbitrary<number> => fc.constantFrom(0, 0, 0, 1, 2, 3);

/** Sequential attempts: one ask or several, and then an abandon, or some values and one end. */
const orderly = (): fc.Arbitrary<HistoryEvent[]> => {
  const asks = fc
    .tuple(event(none(), 'ask'), fc.array(event(again(), 'ask'), { maxLength: 1 }))
    .map(([first, others]) => [first, ...others]);
  const life = fc
    .tuple(
      fc.array(event(none(), 'value'), { maxLength: 2 }),
      event(none(), 'failure', 'failure', 'failure', 'success', 'cancel'),
    )
    .map(([values, end]) => [...values, end]);
  const left = event(none(), 'abandon').map((signal) => [signal]);
  const ends = fc.oneof({ weight: 9, arbitrary: life }, { weight: 1, arbitrary: left });
  return fc.array(fc.tuple(asks, ends), { maxLength: 10 }).map((attempts) => attempts.flat(2));
};

/** A history: attempts as the operators make them, or any signals in any order, as a gate or a hostile caller can send. */
export const trace = (): fc.Arbitrary<Signal[]> =>
  fc.oneof(orderly(), fc.array(event(some(), ...kinds, 'ask', 'failure'), { maxLength: 30 })).map(timed);

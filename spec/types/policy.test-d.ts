import {
  both,
  either,
  exponential,
  exponentialBackoff,
  fixed,
  fixedRetry,
  followedBy,
  gatePolicy,
  hinted,
  immediate,
  jittered,
  onFailure,
  onlyIf,
  preview,
  resetOn,
  retries,
  retryPolicy,
  sequence,
  within,
  type Ask,
  type Cancel,
  type Control,
  type Failure,
  type GatePolicy,
  type Jitter,
  type Policy,
  type Preview,
  type Reason,
  type Signal,
  type Success,
  type Verdict,
} from 'rxjs-reprise';
import * as core from 'rxjs-reprise/core';
import { exactly } from './exactly.js';

/*
 * Every policy is a `Policy`, whatever its state, and can be used wherever a policy can.
 */

interface Bucket {
  readonly tokens: number;
}
const bucket: Policy<Bucket> = {
  initial: { tokens: 3 },
  handles: ['ask', 'failure'],
  reduce: (state, signal) => {
    exactly<Bucket>()(state);
    exactly<Signal>()(signal);
    if (signal.kind === 'failure') return { state: { tokens: state.tokens - 1 }, wait: signal.took };
    return { state, wait: state.tokens > 0 ? 0 : Infinity, reason: 'no tokens' };
  },
};
const plain: Policy = bucket;
exactly<unknown>()(plain.initial);
exactly<Policy>()(both(bucket, plain, fixed(1)));
exactly<Policy>()(either(onlyIf(TypeError, bucket), within(1000, bucket)));
exactly<Policy>()(followedBy(bucket, jittered('full', hinted(bucket), { cap: 100 })));
exactly<Policy>()(core.both(core.immediate, bucket));
exactly<Preview>()(preview(bucket, { random: [0, 1], error: (attempt: number) => new Error(String(attempt)) }));
exactly<{ delays: number[]; reason: Reason | undefined }>()({ ...preview(bucket) });

exactly<Policy<number>>()(
  onFailure(0, (count, failure) => {
    exactly<number>()(count);
    exactly<Failure>()(failure);
    exactly<unknown>()(failure.error);
    return { state: count + 1, wait: 10 };
  }),
);
both(
  immediate,
  onFailure(null, (state) => ({ state, wait: 0 })),
);

/* The predicates of users get `any`, as RxJS's do. */

onlyIf((error) => {
  exactly<any>()(error);
  return true;
});
onlyIf((error: Error) => error.name === 'AbortError');
fixedRetry({
  maxAttempts: 3,
  retryOn: (error) => {
    exactly<any>()(error);
    return true;
  },
});
resetOn((value: string) => value === 'open', immediate);
hinted(immediate, { from: (error) => (exactly<any>()(error), 100) });
retryPolicy({
  shouldRetry: (attempt, error) => (exactly<any>()(error), exactly<number>()(attempt), true),
  nextDelay: (attempt, error) => (exactly<any>()(error), attempt),
});

/* Error classes: their constructors may want anything, and may be missing. */

abstract class HttpError extends Error {
  abstract readonly status: number;
}
class Busy extends HttpError {
  readonly status = 503;
  constructor(readonly retryAfter: number) {
    super();
  }
}
exponentialBackoff({ retryOn: HttpError });
exponentialBackoff({ retryOn: [HttpError, Busy, TypeError] });
onlyIf(Busy);

const kinds: readonly Jitter[] = [true, false, 'full', 'equal', [0.5, 1]];
kinds.forEach((kind) => jittered(kind, immediate));
exponentialBackoff();
exponentialBackoff({ jitter: [0, 2] as const });

/* Wrong programs. */

// @ts-expect-error -- maxAttempts is required
fixedRetry({});
// @ts-expect-error -- options are required
fixedRetry();
// @ts-expect-error -- the number belongs in the options
fixedRetry(3);
// @ts-expect-error -- a delay is a number of milliseconds
fixedRetry({ maxAttempts: 3, delay: '1s' });
// @ts-expect-error -- there is no such jitter
jittered('ful', immediate);
// @ts-expect-error -- there is no such jitter
exponentialBackoff({ jitter: 'none' });
// @ts-expect-error -- a range has two ends
jittered([0.5], immediate);
// @ts-expect-error -- the kind comes first
jittered(immediate, 'full');
// @ts-expect-error -- a predicate must not return a promise
exponentialBackoff({ retryOn: (error: Error) => Promise.resolve(error.name === 'Busy') });
// @ts-expect-error -- a predicate must not return a promise
onlyIf(async (error: Error) => (await Promise.resolve(error)).name === 'Busy');
// @ts-expect-error -- an error is not a class of errors
onlyIf(new Error('busy'));
// @ts-expect-error -- a name is not a class of errors
onlyIf('TypeError');
// @ts-expect-error -- the option is called maxAttempts
exponentialBackoff({ retries: 3 });
// @ts-expect-error -- a factory is not a policy
both(exponential, retries(3));
// @ts-expect-error -- a number is not a policy
both(3, immediate);
// @ts-expect-error -- a number is not a policy
within(1000, 3);
// @ts-expect-error -- a policy is not a number
retries(immediate);
// @ts-expect-error -- a list of delays
sequence(100, 200);
// @ts-expect-error -- a verdict has a wait
onFailure(0, (state) => ({ state }));
// @ts-expect-error -- a bare number is not a verdict
onFailure(0, (state) => state);
// @ts-expect-error -- a state keeps its type
onFailure(0, () => ({ state: 'one', wait: 0 }));
// @ts-expect-error -- a promise is not a verdict
onFailure(0, (state) => Promise.resolve({ state, wait: 0 }));
// @ts-expect-error -- both functions are required
retryPolicy({ shouldRetry: () => true });
// @ts-expect-error -- a delay is a number
retryPolicy({ shouldRetry: () => true, nextDelay: () => undefined });
// @ts-expect-error -- there is no such choice
hinted(immediate, { past: 'ignore' });

const unknownKind: Policy = {
  initial: 0,
  // @ts-expect-error -- there is no such signal
  handles: ['error'],
  reduce: (state) => ({ state, wait: 0 }),
};
const withoutWait: Policy = {
  initial: 0,
  // @ts-expect-error -- a verdict has a wait
  reduce: (state): Verdict => ({ state }),
};
both(unknownKind, withoutWait);
// @ts-expect-error -- a state is read-only
immediate.initial = 1;
// @ts-expect-error -- the operators need rxjs, the core does not
export type { action } from 'rxjs-reprise/core';

// The signal of a handler follows from its key, and the state from `initial`.
const view = (state: Bucket, now: number): { left: number; at: number } => ({ left: state.tokens, at: now });
const read = (state: unknown): Bucket => state as Bucket;
const limit = gatePolicy({
  name: 'acme/limit',
  initial: { tokens: 3 },
  on: {
    ask(state, signal) {
      exactly<{ tokens: number }>()(state);
      exactly<Ask>()(signal);
      return { state, wait: 0 };
    },
    success(state, signal) {
      exactly<Success>()(signal);
      return state;
    },
    failure(state, signal) {
      exactly<Failure>()(signal);
      return { state, wait: 0 };
    },
    cancel(state, signal) {
      exactly<Cancel>()(signal);
      return state;
    },
    resume(state, signal) {
      exactly<Control>()(signal);
      return state;
    },
  },
  view: (state, now) => ({ left: state.tokens, at: now }),
  read: (state, reject) => (typeof state === 'object' ? { tokens: 1 } : reject('no object')),
});
exactly<GatePolicy<{ tokens: number }, { left: number; at: number }>>()(limit);
exactly<Policy>()(both(limit, immediate));
exactly<GatePolicy<Bucket, { left: number; at: number }>>()(
  gatePolicy<Bucket, { left: number; at: number }>({ name: 'acme/limit', initial: { tokens: 3 }, on: {}, view, read }),
);

const initial: Bucket = { tokens: 3 };
// @ts-expect-error -- there is no such signal
gatePolicy({ name: 'acme/limit', initial, on: { error: (state: Bucket) => state }, view, read });
// @ts-expect-error -- an ask is answered with a verdict
gatePolicy({ name: 'acme/limit', initial, on: { ask: (state) => state }, view, read });
// @ts-expect-error -- a report is answered with the next state
gatePolicy({ name: 'acme/limit', initial, on: { success: (state) => ({ state, wait: 0 }) }, view, read });
// @ts-expect-error -- the first state is required
gatePolicy({ name: 'acme/limit', on: {}, view, read });
// @ts-expect-error -- a snapshot must be checked
gatePolicy({ name: 'acme/limit', initial, on: {}, view });

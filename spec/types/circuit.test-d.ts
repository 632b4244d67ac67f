import { NEVER, of, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { expectTypeOf } from 'vitest';
import {
  action,
  circuit,
  circuitBreak,
  circuitBreaker,
  CircuitOpenError,
  consecutive,
  exponential,
  failureRate,
  failures,
  immediate,
  retryWithPolicy,
  slowRate,
  type Circuit,
  type CircuitBreaker,
  type CircuitEvent,
  type CircuitSnapshot,
  type CircuitState,
  type CircuitStatus,
  type Isolation,
  type Policy,
  type RejectedError,
  type RetryOptions,
} from 'rxjs-reprise';

/*
 * Checked by the compiler alone: what is inferred, and which programs are rejected.
 */

const live = circuit({ name: 'users' });

// options
expectTypeOf(circuit()).toEqualTypeOf<Circuit>();
circuit({
  threshold: 3,
  window: 10_000,
  resetAfter: 30_000,
  halfOpen: { probes: 3, allowedFailures: 1, probeTimeout: 5000 },
});
circuit({ trip: consecutive(3), resetAfter: exponential(1000), onCancel: 'failure' });
circuit({
  trip: [failures(3, { calls: 10 }), failureRate(0.5, { window: 1000 }), slowRate(1, { calls: 5, slowerThan: 9 })],
});
circuit({ classify: ({ status }: { status: number }) => (status === 404 ? 'success' : 'failure') });
circuit({ classify: (error) => (error instanceof TypeError ? 'ignore' : 'failure') });
// @ts-expect-error an outcome is one of three words
circuit({ classify: () => true });
// @ts-expect-error a cancel says ignore or failure
circuit({ onCancel: 'success' });
// @ts-expect-error a misspelt option
circuit({ treshold: 3 });
// @ts-expect-error a trip is a rule, not a number
circuit({ trip: 3 });
// @ts-expect-error a name is a string
circuit({ name: Symbol('users') });
// @ts-expect-error a bare policy has no name
circuitBreaker({ name: 'users' });
// @ts-expect-error a window is of a time or of calls, not both
failures(3, { window: 1000, calls: 10 });
// @ts-expect-error slow is longer than something
slowRate(0.5, { calls: 10 });

// a circuit breaker is a policy; a circuit is not
expectTypeOf(circuitBreaker()).toExtend<Policy<CircuitState>>();
expectTypeOf(circuitBreaker()).toExtend<Policy>();
expectTypeOf<Circuit>().not.toExtend<Policy>();
// @ts-expect-error a gate is not a policy: it goes into `gates`, or before the retry
retryWithPolicy(live);

// circuitBreak keeps the type of the stream
expectTypeOf(of(1, 2).pipe(circuitBreak(live))).toEqualTypeOf<Observable<number>>();
expectTypeOf(of('a' as const).pipe(circuitBreak(live))).toEqualTypeOf<Observable<'a'>>();
// @ts-expect-error the policy of a circuit would make a circuit for each pipe
circuitBreak(circuitBreaker()); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake itself
expectTypeOf(NEVER.pipe(circuitBreak(live))).toEqualTypeOf<Observable<never>>();
expectTypeOf(circuitBreak<Date>(live)).toEqualTypeOf<MonoTypeOperatorFunction<Date>>();
expectTypeOf(of(1).pipe(circuitBreak(live), retryWithPolicy(immediate))).toEqualTypeOf<Observable<number>>();
// @ts-expect-error a policy that is no circuit breaker
circuitBreak(immediate); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake itself

// successOn receives a value of the stream
interface Progress {
  readonly type: 'sent' | 'response';
}
const progress$ = of<Progress>({ type: 'sent' });
const settled = progress$.pipe(
  circuitBreak(live, {
    successOn: (event) => {
      expectTypeOf(event).toEqualTypeOf<Progress>();
      return event.type === 'response';
    },
  }),
);
expectTypeOf(settled).toEqualTypeOf<Observable<Progress>>();
progress$.pipe(circuitBreak(live, { successOn: 'first' }), circuitBreak(live, { successOn: 'complete' }));
// @ts-expect-error not a moment at which a call can be settled
progress$.pipe(circuitBreak(live, { successOn: 'last' }));
// @ts-expect-error a predicate answers a boolean
progress$.pipe(circuitBreak(live, { successOn: (event: Progress) => event.type }));

// shared takes gates
retryWithPolicy(immediate, { gates: [live, circuit()] });
retryWithPolicy(immediate, { gates: [] });
// @ts-expect-error a list of them
retryWithPolicy(immediate, { gates: live });
type PolicyGate = NonNullable<RetryOptions['gates']>[number];
expectTypeOf<Circuit>().toExtend<PolicyGate>();
expectTypeOf<CircuitBreaker>().not.toExtend<PolicyGate>();

// action
const load = (id: string): Promise<number> => Promise.resolve(id.length);
expectTypeOf(action(load, { circuit: live })('a')).toEqualTypeOf<Observable<number>>();
expectTypeOf(action(load, { circuit: circuitBreaker(), retry: 3 })('a')).toEqualTypeOf<Observable<number>>();
expectTypeOf(action(load, { retry: live, gates: [circuit()] })('a')).toEqualTypeOf<Observable<number>>();
expectTypeOf(action(load, { retry: circuitBreaker() })('a')).toEqualTypeOf<Observable<number>>();
// @ts-expect-error a policy that is no circuit breaker
action(load, { circuit: immediate });
// @ts-expect-error its options are not it
action(load, { circuit: { threshold: 3 } });

// the handle
expectTypeOf(live.state).toEqualTypeOf<CircuitStatus>();
expectTypeOf(live.state$).toEqualTypeOf<Observable<CircuitStatus>>();
expectTypeOf(live.events$).toEqualTypeOf<Observable<CircuitEvent>>();
expectTypeOf(live.state.phase).toEqualTypeOf<'closed' | 'open' | 'half-open' | 'isolated' | 'disabled' | 'shadow'>();
expectTypeOf(live.state.openUntil).toEqualTypeOf<number | undefined>();
expectTypeOf(live.state.cause).toBeUnknown();
expectTypeOf(live.isolate()).toEqualTypeOf<Isolation>();
expectTypeOf(live.snapshot()).toEqualTypeOf<CircuitSnapshot>();
expectTypeOf<Parameters<Circuit['restore']>[0]>().toBeUnknown();
expectTypeOf<Circuit['open']>().parameters.toEqualTypeOf<[ms?: number | undefined]>();
// @ts-expect-error it is looked at, not set
live.name = 'other';

// events narrow by their kind
live.events$.subscribe((event) => {
  expectTypeOf(event.circuit).toBeString();
  expectTypeOf(event.at).toBeNumber();
  switch (event.kind) {
    case 'opened':
      expectTypeOf(event.cause).toBeUnknown();
      expectTypeOf(event.opens).toBeNumber();
      expectTypeOf(event.retryAfter).toBeNumber();
      break;
    case 'rejected':
      expectTypeOf(event.reason).toExtend<string>();
      expectTypeOf(event.retryAfter).toBeNumber();
      break;
    case 'late':
      expectTypeOf(event.ending).toEqualTypeOf<'success' | 'failure' | 'cancel'>();
      break;
    case 'open-time-failed':
      expectTypeOf(event.error).toBeUnknown();
      break;
    case 'reconfigured':
      expectTypeOf(event.lost).toEqualTypeOf<readonly string[]>();
      break;
    default:
      expectTypeOf(event.kind).toEqualTypeOf<'half-opened' | 'closed' | 'isolated' | 'disabled' | 'shadowed'>();
      // @ts-expect-error only an opening has a cause
      expectTypeOf(event.cause).toBeUnknown();
  }
});

// the phases of a state are a union, each with its own fields
declare const state: CircuitState;
if (state.phase === 'open') expectTypeOf(state.until).toBeNumber();
if (state.phase === 'isolated') expectTypeOf(state.holds).toBeNumber();
// @ts-expect-error a closed circuit is not open until anything
if (state.phase === 'closed') expectTypeOf(state.until).toBeNumber();

// the error
expectTypeOf<CircuitOpenError>().toExtend<RejectedError>();
const open = new CircuitOpenError('users', 'open', 100);
expectTypeOf(open.circuit).toBeString();
expectTypeOf(open.retryAfter).toBeNumber();
expectTypeOf(open.cause).toBeUnknown();
expectTypeOf<CircuitBreaker['view']>().parameters.toEqualTypeOf<[state: CircuitState, now: number]>();

import type { Observable } from 'rxjs';
import {
  aimd,
  circuit,
  circuitBreaker,
  concurrencyLimit,
  gate,
  keyed,
  latencyQuantile,
  openWhen,
  outcomeOf,
  rateLimit,
  retryNow,
  vegas,
  type AdaptiveLimit,
  type Circuit,
  type CircuitEvent,
  type ConcurrencyLimitView,
  type GatePolicy,
  type KeyedGates,
  type LatencyQuantileView,
  type RateLimitView,
  type Reason,
  type RetryOutcome,
  type TriggerEvent,
  type TriggerView,
} from 'rxjs-reprise';
import { quietRetries, type QuietOptions } from 'rxjs-reprise/testing';
import { exactly } from './exactly.js';

/*
 * Gates that are made per key, go on with other options, follow a service or cut waits short.
 */

// One gate per key.
const byHost = keyed((host) => {
  exactly<string>()(host);
  return circuit({ name: host });
});
exactly<KeyedGates<Circuit>>()(byHost);
exactly<Circuit>()(byHost.for('a'));
exactly<(readonly [key: string, gate: Circuit])[]>()(byHost.entries());
exactly<Observable<CircuitEvent & { readonly key: string }>>()(byHost.events$);
exactly<RateLimitView>()(keyed(() => gate(rateLimit({ limit: 1, per: 1 })), { max: 9, idle: 1 }).for('a').state);
// @ts-expect-error -- a number is no gate
keyed(() => 5);
// @ts-expect-error -- a key is a string
byHost.for(1);
// @ts-expect-error -- no such option
keyed(() => circuit(), { size: 1 });

// Other options: of the same kind, and no result.
const slots = gate(concurrencyLimit({ limit: 1 }));
exactly<ConcurrencyLimitView>()(slots.state);
slots.reconfigure(concurrencyLimit({ limit: vegas() }));
byHost.for('a').reconfigure(circuitBreaker(), { opens: 'now' });
// @ts-expect-error -- options are not a policy
byHost.for('a').reconfigure({ threshold: 3 });
// @ts-expect-error -- a limit is no circuit
circuit().reconfigure(rateLimit({ limit: 1, per: 1 }));
// @ts-expect-error -- one of two words
circuit().reconfigure(circuitBreaker(), { opens: 'later' });

// Limits and delays that follow a service.
exactly<AdaptiveLimit>()(aimd({ timeout: 1, classify: () => 'ignore' }));
exactly<AdaptiveLimit>()(vegas({ alpha: 1, beta: 2 }));
exactly<GatePolicy<unknown, LatencyQuantileView>>()(latencyQuantile(0.9, { max: 10 }));
// @ts-expect-error -- not an outcome
aimd({ classify: () => 'bad' });
// @ts-expect-error -- the quantile is needed
latencyQuantile();

// A trigger.
declare const click$: Observable<{ readonly x: number }>;
const now = retryNow(click$, { name: 'now', spread: 10 });
exactly<TriggerView>()(now.state);
exactly<Observable<TriggerView>>()(now.state$);
exactly<Observable<TriggerEvent>>()(now.events$);
// @ts-expect-error -- an Observable, not a function
retryNow(() => click$);
// @ts-expect-error -- openWhen needs booleans
openWhen(click$);

// How a retry ended.
exactly<RetryOutcome | undefined>()(outcomeOf(new Error('down')));
const { attempts, elapsed, reason, name } = outcomeOf('down') ?? ({} as RetryOutcome);
exactly<number>()(attempts);
exactly<number>()(elapsed);
exactly<Reason>()(reason);
exactly<string>()(name);

// A whole suite without waits.
exactly<() => void>()(quietRetries());
const quiet: QuietOptions = { attempts: 2, delay: undefined, afterAll: (restore) => [restore] };
quietRetries(quiet);
// @ts-expect-error -- a number
quietRetries({ attempts: '2' });

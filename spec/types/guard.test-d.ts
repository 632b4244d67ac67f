import { of, type Observable } from 'rxjs';
import {
  circuit,
  circuitBreak,
  concurrencyLimit,
  exponential,
  guard,
  immediate,
  keyed,
  rateLimit,
  retryBudget,
  retryWithPolicy,
  gate,
  type Gate,
  type Circuit,
  type CircuitEvent,
  type ConcurrencyLimitView,
  type Policy,
  type PolicyGate,
  type GateEvent,
  type KeyedGates,
} from 'rxjs-reprise';
import { exactly } from './exactly.js';

const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots' });
exactly<PolicyGate<ConcurrencyLimitView>>()(slots);
exactly<ConcurrencyLimitView>()(slots.state);
exactly<Observable<ConcurrencyLimitView>>()(slots.state$);
exactly<Observable<GateEvent>>()(slots.events$);
exactly<number>()(gate(retryBudget()).state.balance);

// the view of a policy without one is its state
exactly<PolicyGate<number>>()(gate<number>({ initial: 0, reduce: (state) => ({ state, wait: 0 }) }));
exactly<PolicyGate>()(gate(immediate));

// circuits and gates of policies are gates
const gates: Gate[] = [slots, circuit()];
exactly<Observable<CircuitEvent>>()(circuit().events$);

// the type of the values is kept, and reaches the predicate
exactly<Observable<string>>()(of('a').pipe(guard(slots)));
exactly<Observable<string>>()(of('a').pipe(guard(gates, { maxWait: 1 })));
exactly<Observable<string>>()(of('a').pipe(guard([slots, circuit()], { successOn: (value) => value.length > 0 })));
exactly<Observable<string>>()(of('a').pipe(guard(slots, undefined), retryWithPolicy(exponential(1), { gates })));

// @ts-expect-error a gate is not a policy
export const policy: Policy = slots;

/*
 * One gate per key.
 */

const byHost = keyed((host) => circuit({ name: host }), { max: 100, idle: 60_000 });
exactly<KeyedGates<Circuit>>()(byHost);
exactly<Circuit>()(byHost.for('a'));
exactly<(readonly [key: string, gate: Circuit])[]>()(byHost.entries());
exactly<Observable<CircuitEvent & { readonly key: string }>>()(byHost.events$);
byHost.events$.subscribe((event) => {
  if (event.kind === 'opened') exactly<number>()(event.opens);
  exactly<string>()(event.key);
});
exactly<Observable<string>>()(of('a').pipe(circuitBreak(byHost, { key: 'a' })));
exactly<Observable<string>>()(
  of('a').pipe(circuitBreak(byHost, { key: () => 'a', successOn: (value) => value.length > 0 })),
);

const byTenant = keyed((tenant) => gate(concurrencyLimit({ limit: 1 }), { name: tenant }));
exactly<PolicyGate<ConcurrencyLimitView>>()(byTenant.for('a'));
exactly<Observable<GateEvent & { readonly key: string }>>()(byTenant.events$);
exactly<Observable<string>>()(of('a').pipe(guard(byTenant, { key: 'a', maxWait: 5 })));
exactly<Observable<string>>()(of('a').pipe(guard(byHost, { key: () => 'a' })));
retryWithPolicy(immediate, { gates: [byTenant.for('a'), byHost.for('a')] });
const some: KeyedGates[] = [byHost, byTenant];
exactly<number>()(some.length);

// @ts-expect-error -- the key is missing
circuitBreak(byHost); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake itself
// @ts-expect-error -- the key is missing
guard(byTenant, { maxWait: 5 });
// @ts-expect-error -- a key is a string
guard(byTenant, { key: 5 });
// @ts-expect-error -- no circuits
circuitBreak(byTenant, { key: 'a' }); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake itself
// @ts-expect-error -- a plain circuit has no key
circuitBreak(circuit(), { key: 'a' });
// @ts-expect-error -- what is made is a gate
keyed(() => rateLimit({ limit: 1, per: 1 })); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake itself

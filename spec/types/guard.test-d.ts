import { of, type Observable } from 'rxjs';
import {
  circuit,
  concurrencyLimit,
  exponential,
  guard,
  immediate,
  retryBudget,
  retryWithPolicy,
  gate,
  type Gate,
  type CircuitEvent,
  type ConcurrencyLimitView,
  type Policy,
  type PolicyGate,
  type GateEvent,
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

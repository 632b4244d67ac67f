import { of, type Observable } from 'rxjs';
import {
  circuit,
  concurrencyLimit,
  exponential,
  guard,
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

const places = gate(concurrencyLimit({ limit: 1 }), { name: 'places' });
exactly<PolicyGate<ConcurrencyLimitView>>()(places);
exactly<ConcurrencyLimitView>()(places.state);
exactly<Observable<ConcurrencyLimitView>>()(places.state$);
exactly<Observable<GateEvent>>()(places.events$);
exactly<number>()(gate(retryBudget()).state.balance);

// a policy without a view is looked at as its state
exactly<PolicyGate<number>>()(gate<number>({ initial: 0, reduce: (state) => ({ state, wait: 0 }) }));
exactly<PolicyGate>()(gate(exponential(1)));

// circuits and shared policies are gates
const gates: Gate[] = [places, circuit()];
exactly<Observable<CircuitEvent>>()(circuit().events$);

// the type of the values goes through, and reaches the predicate
exactly<Observable<string>>()(of('a').pipe(guard(places)));
exactly<Observable<string>>()(of('a').pipe(guard(gates, { maxWait: 1 })));
exactly<Observable<string>>()(of('a').pipe(guard([places, circuit()], { successOn: (value) => value.length > 0 })));
exactly<Observable<string>>()(of('a').pipe(guard(places, undefined), retryWithPolicy(exponential(1), { gates })));

// @ts-expect-error a gate is not a policy
export const policy: Policy = places;

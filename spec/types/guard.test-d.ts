import { of, type Observable } from 'rxjs';
import {
  circuit,
  concurrency,
  exponential,
  guard,
  retryBudget,
  retryWithPolicy,
  shared,
  type Cell,
  type CircuitEvent,
  type ConcurrencyView,
  type Policy,
  type Shared,
  type SharedEvent,
} from 'rxjs-reprise';
import { exactly } from './exactly.js';

const places = shared(concurrency({ limit: 1 }), { name: 'places' });
exactly<Shared<ConcurrencyView>>()(places);
exactly<ConcurrencyView>()(places.state);
exactly<Observable<ConcurrencyView>>()(places.state$);
exactly<Observable<SharedEvent>>()(places.events$);
exactly<number>()(shared(retryBudget()).state.balance);

// a policy without a view is looked at as its state
exactly<Shared<number>>()(shared<number>({ initial: 0, reduce: (state) => ({ state, wait: 0 }) }));
exactly<Shared>()(shared(exponential(1)));

// circuits and shared policies are cells
const cells: Cell[] = [places, circuit()];
exactly<Observable<CircuitEvent>>()(circuit().events$);

// the type of the values goes through, and reaches the predicate
exactly<Observable<string>>()(of('a').pipe(guard(places)));
exactly<Observable<string>>()(of('a').pipe(guard(...cells, { patience: 1 })));
exactly<Observable<string>>()(of('a').pipe(guard(places, circuit(), { settleOn: (value) => value.length > 0 })));
exactly<Observable<string>>()(
  of('a').pipe(guard(places, undefined), retryWithPolicy(exponential(1), { shared: cells })),
);

// @ts-expect-error a cell is not a policy
export const policy: Policy = places;

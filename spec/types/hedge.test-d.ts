import { of, type Observable } from 'rxjs';
import {
  circuit,
  fixed,
  gate,
  hedge,
  latencyQuantile,
  retryBudget,
  type DelayGate,
  type HedgeEvent,
  type LatencyQuantileView,
  type PolicyGate,
} from 'rxjs-reprise';
import { exactly } from './exactly.js';

const usual = gate(latencyQuantile(0.95), { name: 'users' });
exactly<PolicyGate<LatencyQuantileView>>()(usual);

// the type of the values is kept, and a gate with a delay stands for a policy
exactly<Observable<string>>()(of('a').pipe(hedge(fixed(10))));
exactly<Observable<string>>()(of('a').pipe(hedge(usual, { max: 2, budget: [gate(retryBudget())] })));
const delay: DelayGate = usual;
hedge(delay, {
  budget: gate(retryBudget()),
  observe: (event) => {
    exactly<HedgeEvent>()(event);
  },
});

// @ts-expect-error a gate without a delay
hedge(gate(retryBudget()));
// @ts-expect-error a circuit has no delay
hedge(circuit());
// @ts-expect-error a budget is a gate
hedge(fixed(10), { budget: retryBudget() });

// each event has its own fields
export const text = (event: HedgeEvent): string => {
  switch (event.kind) {
    case 'denied':
      return event.reason;
    case 'failed':
      return String(event.error);
    case 'won':
    case 'cancelled':
      return String(event.took);
    case 'hedged':
      return `${event.name} ${String(event.attempt)}`;
  }
};

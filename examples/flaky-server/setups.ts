import { concatMap, distinctUntilKeyChanged, EMPTY, filter, map, merge, skipWhile, type Observable } from 'rxjs';
import {
  action,
  circuit,
  exponentialBackoff,
  retryBudget,
  gate,
  type ActionOptions,
  type Attempt,
  type CircuitEvent,
} from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { readJson } from './http.js';
import { formatCall, formatMs } from './terminal.js';
import { describeError } from './timeline.js';

/*
 * Three setups for calls to a server that goes down: retry alone, retry with a circuit, and retry with a budget. The retry
 * policy is the same.
 */

/** Something that the circuit or the budget did. */
export interface SetupEvent {
  readonly kind: string;
  readonly details: string;
}

/** A way to make calls. */
export interface Setup {
  readonly name: string;
  /** What it adds to the call, as code. */
  readonly code: string;
  /** Makes one call, with retries. */
  readonly call: (url: string) => Observable<unknown>;
  /** What its circuit or its budget does, as it happens. */
  readonly events$: Observable<SetupEvent>;
  /** The kinds of events that an outage must cause. The last kind must also be the last event. */
  readonly expectedEvents: readonly string[];
}

/** The timeout of one attempt in milliseconds. It is long, so that only the server causes failures, even on a busy machine. */
const attemptTimeout = 3000;

const backoff = { base: 100, maxAttempts: 4, retryOn: isTransient };
const retry = exponentialBackoff(backoff);

const makeCall = (options: ActionOptions): Setup['call'] =>
  action(
    (url: string) =>
      ({ signal }: Attempt) =>
        fetch(url, { signal }).then(readJson),
    { timeout: attemptTimeout, retry, ...options },
  );

/** Each call is retried independently of the others. */
export const retryAlone: Setup = {
  name: 'retry',
  code: formatCall('exponentialBackoff', backoff),
  call: makeCall({}),
  events$: EMPTY,
  expectedEvents: [],
};

/** All calls share one circuit. */
export function withCircuit(): Setup {
  const options = { name: 'server', threshold: 5, window: 1000, resetAfter: 500 };
  const server = circuit(options);
  return {
    name: 'circuit',
    code: formatCall('circuit', options),
    call: makeCall({ circuit: server }),
    events$: server.events$.pipe(concatMap(toSetupEvents)),
    expectedEvents: ['opened', 'half-opened', 'closed'],
  };
}

/** Only changes of the phase are shown. */
function toSetupEvents(event: CircuitEvent): SetupEvent[] {
  const { kind } = event;
  if (kind === 'opened') {
    const cause = describeError(event.cause, attemptTimeout);
    return [{ kind, details: `rejects all calls for ${formatMs(event.retryAfter)} (cause: ${cause})` }];
  }
  if (kind === 'half-opened') return [{ kind, details: 'admits one call as a probe' }];
  if (kind === 'closed') return [{ kind, details: 'the probe succeeded: admits all calls' }];
  return [];
}

/** All calls share one retry budget. */
export function withBudget(): Setup {
  const options = { ratio: 0.2, reserve: 2, window: 1000 };
  const budget = gate(retryBudget(options), { name: 'server' });
  const spent = budget.events$.pipe(
    filter(({ kind }) => kind === 'rejected'),
    map((): SetupEvent => ({ kind: 'spent', details: 'allows one retry per five calls, and rejects the others' })),
  );
  const refilled = budget.state$.pipe(
    filter(({ balance }) => balance >= 10),
    map(({ balance }): SetupEvent => ({ kind: 'refilled', details: `allows ${String(Math.floor(balance))} retries` })),
  );
  return {
    name: 'budget',
    code: formatCall('retryBudget', options),
    call: makeCall({ gates: [budget] }),
    events$: merge(spent, refilled).pipe(
      distinctUntilKeyChanged('kind'),
      skipWhile(({ kind }) => kind !== 'spent'),
    ),
    expectedEvents: ['spent', 'refilled'],
  };
}

/** The setups that can be compared with retry alone, by their command line argument. */
export const setups: Readonly<Record<string, () => Setup>> = { circuit: withCircuit, budget: withBudget };

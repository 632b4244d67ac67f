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
import { milliseconds } from './terminal.js';
import { failure } from './timeline.js';

/*
 * What can protect a server that is down from clients that retry. All clients retry in the same way.
 */

/** An event of a protection. */
export interface ProtectionEvent {
  readonly kind: string;
  readonly details: string;
}

/** A protection: its name, how calls are made with it, and what the act shows of it. */
export interface Protection {
  readonly name: string;
  /** Makes one call, with the retries that the protection allows. */
  readonly call: (url: string) => Observable<unknown>;
  /** Its events, as they happen. */
  readonly events$: Observable<ProtectionEvent>;
  /** The kinds of events that an outage must cause; the last one comes last. */
  readonly expected: readonly string[];
}

/** How long one call may take, in milliseconds: enough on a busy machine, so that only the server makes calls fail. */
const maxWait = 3000;

const retry = exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient });

const caller = (protection: ActionOptions): Protection['call'] =>
  action(
    (url: string) =>
      ({ signal }: Attempt) =>
        fetch(url, { signal }).then(readJson),
    { timeout: maxWait, retry, ...protection },
  );

/** No protection: each call is retried, however the others end. */
export const retryAlone: Protection = { name: 'retry', call: caller({}), events$: EMPTY, expected: [] };

/** One circuit, shared by all calls. */
export function withCircuit(): Protection {
  const server = circuit({ name: 'server', threshold: 5, window: 1000, resetAfter: 500 });
  return {
    name: 'circuit',
    call: caller({ circuit: server }),
    events$: server.events$.pipe(concatMap(deedsOf)),
    expected: ['opened', 'half-opened', 'closed'],
  };
}

/** Rejections are counted by their calls, and late ends change nothing: neither is shown. */
function deedsOf(event: CircuitEvent): ProtectionEvent[] {
  const { kind } = event;
  if (kind === 'opened') {
    return [
      { kind, details: `rejects all calls for ${milliseconds(event.retryAfter)} (${failure(event.cause, maxWait)})` },
    ];
  }
  if (kind === 'half-opened') return [{ kind, details: 'one call goes through, as a probe' }];
  if (kind === 'closed') return [{ kind, details: 'the probe was answered: all calls go through' }];
  return [];
}

/** One budget for the retries of all calls. */
export function withBudget(): Protection {
  const budget = gate(retryBudget({ ratio: 0.2, reserve: 2, window: 1000 }), { name: 'server' });
  const spent = budget.events$.pipe(
    filter(({ kind }) => kind === 'rejected'),
    map((): ProtectionEvent => ({
      kind: 'spent',
      details: 'pays for one retry in five calls, and rejects all others',
    })),
  );
  const full = budget.state$.pipe(
    filter(({ balance }) => balance >= 10),
    map(({ balance }): ProtectionEvent => ({
      kind: 'refilled',
      details: `could pay for ${String(Math.floor(balance))} retries`,
    })),
  );
  return {
    name: 'budget',
    call: caller({ gates: [budget] }),
    events$: merge(spent, full).pipe(
      distinctUntilKeyChanged('kind'),
      skipWhile(({ kind }) => kind !== 'spent'),
    ),
    expected: ['spent', 'refilled'],
  };
}

/** All protections, by their argument on the command line. */
export const protections: Readonly<Record<string, () => Protection>> = { circuit: withCircuit, budget: withBudget };

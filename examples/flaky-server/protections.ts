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
 * What may stand between clients that try again and a server that is down. All try again alike.
 */

/** Something that a protection did. */
export interface Deed {
  readonly kind: string;
  readonly details: string;
}

/** A name, and a way to make calls; and what the rest of the act has to know of it. */
export interface Protection {
  readonly name: string;
  /** Makes one call, tried again as the protection allows. */
  readonly call: (url: string) => Observable<unknown>;
  /** What it does, as it does it. */
  readonly deeds$: Observable<Deed>;
  /** The kinds of its deeds that an outage must bring about, the last of them last. */
  readonly expected: readonly string[];
}

/** How long one call may take, in milliseconds: on a busy machine too, what fails here is the server. */
const maxWait = 3000;

const retry = exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient });

const caller = (protection: ActionOptions): Protection['call'] =>
  action(
    (url: string) =>
      ({ signal }: Attempt) =>
        fetch(url, { signal }).then(readJson),
    { timeout: maxWait, retry, ...protection },
  );

/** None: each call is tried again, whatever becomes of the others. */
export const retryAlone: Protection = { name: 'retry', call: caller({}), deeds$: EMPTY, expected: [] };

/** One circuit that all calls share. */
export function withCircuit(): Protection {
  const server = circuit({ name: 'server', threshold: 5, window: 1000, resetAfter: 500 });
  return {
    name: 'circuit',
    call: caller({ circuit: server }),
    deeds$: server.events$.pipe(concatMap(deedsOf)),
    expected: ['opened', 'half-opened', 'closed'],
  };
}

/** A call that was rejected knows it itself; one that ends late changes nothing. */
function deedsOf(event: CircuitEvent): Deed[] {
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

/** One budget that pays for the retries of all calls. */
export function withBudget(): Protection {
  const budget = gate(retryBudget({ ratio: 0.2, reserve: 2, window: 1000 }), { name: 'server' });
  const spent = budget.events$.pipe(
    filter(({ kind }) => kind === 'rejected'),
    map((): Deed => ({ kind: 'spent', details: 'pays for one retry in five calls, and rejects all others' })),
  );
  const full = budget.state$.pipe(
    filter(({ balance }) => balance >= 10),
    map(({ balance }): Deed => ({ kind: 'refilled', details: `could pay for ${String(Math.floor(balance))} retries` })),
  );
  return {
    name: 'budget',
    call: caller({ gates: [budget] }),
    deeds$: merge(spent, full).pipe(
      distinctUntilKeyChanged('kind'),
      skipWhile(({ kind }) => kind !== 'spent'),
    ),
    expected: ['spent', 'refilled'],
  };
}

/** All of them, by the word that asks for them. */
export const protections: Readonly<Record<string, () => Protection>> = { circuit: withCircuit, budget: withBudget };

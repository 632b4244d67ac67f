import { catchError, defer, firstValueFrom, lastValueFrom, map, merge, of, throwError, timer, toArray } from 'rxjs';
import type { Observable } from 'rxjs';
import { action, circuit, circuitBreak, CircuitOpenError, concurrencyLimit, guard, RejectedError } from 'rxjs-reprise';
import { exponentialBackoff, retryWithPolicy, gate, type RetryEvent } from 'rxjs-reprise';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { both, fixed, preview, retries, RejectedError as RefusedErrorOfCore, type Policy } from 'rxjs-reprise/core';

/*
 * What a consumer does: some of each, with real waits. It runs in Node and in browsers, and is compiled by all the
 * compilers that we promise.
 */

export async function program(): Promise<void> {
  await retried();
  await broken();
  await guarded();
  await decorated();
  expect('the middle of a schedule', preview(exponentialBackoff({ base: 100, maxAttempts: 3 })).delays, [100, 200]);
  expect('what a server asks for', retryAfter({ 'Retry-After': '120' }), 120_000);
  expect('what may pass', [{ status: 503 }, { status: 400 }].map(isTransient), [true, false]);
  expect('one class in all entries', RefusedErrorOfCore === RejectedError, true);
}

async function retried(): Promise<void> {
  const policy: Policy = both(fixed(50), retries(2));
  const events: RetryEvent['kind'][] = [];
  const begun = Date.now();
  let calls = 0;
  const load$ = defer(() => ((calls += 1) < 3 ? throwError(() => new Error('busy')) : of('the answer')));
  const answer = await firstValueFrom(
    load$.pipe(retryWithPolicy(policy, { observe: ({ kind }) => events.push(kind) })),
  );
  expect('the answer', answer, 'the answer');
  expect('what happened', events, ['retry', 'retry', 'recovered']);
  // Wall clocks are set, and round: a wait of 50 may look like one of 49.
  expect('two waits of 50 ms', Date.now() - begun >= 98, true);
}

async function broken(): Promise<void> {
  const users = circuit({ name: 'users', threshold: 1 });
  const load$ = throwError(() => new Error('down')).pipe(
    circuitBreak(users),
    catchError((error: unknown) => of(error)),
  );
  await firstValueFrom(load$);
  const rejection = await firstValueFrom(load$);
  expect('a rejection', rejection instanceof CircuitOpenError && rejection instanceof RejectedError, true);
  expect(
    'its message',
    String(rejection).replace(/\d+/, '…'),
    'CircuitOpenError: circuit users is open; ask again in … ms',
  );
  expect('the phase', users.state.phase, 'open');
}

async function guarded(): Promise<void> {
  const places = gate(concurrencyLimit({ limit: 1 }), { name: 'printer' });
  const print = (page: number): Observable<number> =>
    timer(5).pipe(
      map(() => page),
      guard(places, { maxWait: 10_000 }),
    );
  expect('one by one', await lastValueFrom(merge(print(1), print(2), print(3)).pipe(toArray())), [1, 2, 3]);
  expect('all places free', places.state, { running: 0, waiting: 0, free: 1 });
}

class Api {
  calls = 0;

  @action({ retry: retries(1) })
  load(id: string): Observable<string> {
    this.calls += 1;
    return this.calls === 1 ? throwError(() => new Error('busy')) : of(`the answer to ${id}`);
  }
}

async function decorated(): Promise<void> {
  expect('a decorated method', await firstValueFrom(new Api().load('42')), 'the answer to 42');
}

function expect(what: string, is: unknown, wanted: unknown): void {
  const [shown, hoped] = [JSON.stringify(is), JSON.stringify(wanted)];
  if (shown !== hoped) throw new Error(`${what}: ${shown}, not ${hoped}`);
}

import { catchError, defer, firstValueFrom, lastValueFrom, map, merge, of, throwError, timer, toArray } from 'rxjs';
import type { Observable } from 'rxjs';
import { action, circuit, circuitBreak, CircuitOpenError, concurrencyLimit, guard, RejectedError } from 'rxjs-reprise';
import { exponentialBackoff, gate, retryWithPolicy, type RetryEvent } from 'rxjs-reprise';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { both, fixed, preview, RejectedError as RejectedErrorOfCore, retries, type Policy } from 'rxjs-reprise/core';

/*
 * A typical consumer: it uses each part of the library, with real waits. It runs in Node and in browsers, and all
 * supported compilers compile it.
 */

export async function program(): Promise<void> {
  await retryStream();
  await openCircuit();
  await limitConcurrency();
  await callDecoratedMethod();
  expect('the preview of a schedule', preview(exponentialBackoff({ base: 100, maxAttempts: 3 })).delays, [100, 200]);
  expect('the Retry-After header', retryAfter({ 'Retry-After': '120' }), 120_000);
  expect('the transient statuses', [{ status: 503 }, { status: 400 }].map(isTransient), [true, false]);
  expect('one class in all entries', RejectedErrorOfCore === RejectedError, true);
}

async function retryStream(): Promise<void> {
  const policy: Policy = both(fixed(50), retries(2));
  const events: RetryEvent['kind'][] = [];
  const startedAt = Date.now();
  let calls = 0;
  const load$ = defer(() => ((calls += 1) < 3 ? throwError(() => new Error('busy')) : of('the answer')));
  const answer = await firstValueFrom(
    load$.pipe(retryWithPolicy(policy, { observe: ({ kind }) => events.push(kind) })),
  );
  expect('the answer', answer, 'the answer');
  const failed = ['attempt', 'retrying'] as const;
  expect('the events', events, [...failed, ...failed, 'attempt', 'recovered', 'succeeded']);
  // The wall clock can be adjusted and rounds down: a wait of 50 ms may measure as 49.
  expect('two waits of 50 ms', Date.now() - startedAt >= 98, true);
}

async function openCircuit(): Promise<void> {
  const users = circuit({ name: 'users', threshold: 1 });
  const load$ = throwError(() => new Error('down')).pipe(
    circuitBreak(users),
    catchError((error: unknown) => of(error)),
  );
  await firstValueFrom(load$);
  const rejection = await firstValueFrom(load$);
  expect('the rejection', rejection instanceof CircuitOpenError && rejection instanceof RejectedError, true);
  expect('its message', /^CircuitOpenError: circuit users is open\b/.test(String(rejection)), true);
  expect('the phase', users.state.phase, 'open');
}

async function limitConcurrency(): Promise<void> {
  const printer = gate(concurrencyLimit({ limit: 1 }), { name: 'printer' });
  const print = (page: number): Observable<number> =>
    timer(5).pipe(
      map(() => page),
      guard(printer, { maxWait: 10_000 }),
    );
  expect('the order of pages', await lastValueFrom(merge(print(1), print(2), print(3)).pipe(toArray())), [1, 2, 3]);
  expect('the state at the end', printer.state, { running: 0, waiting: 0, free: 1, limit: 1 });
}

class Api {
  calls = 0;

  @action({ retry: retries(1) })
  load(id: string): Observable<string> {
    this.calls += 1;
    return this.calls === 1 ? throwError(() => new Error('busy')) : of(`the answer to ${id}`);
  }
}

async function callDecoratedMethod(): Promise<void> {
  expect('a decorated method', await firstValueFrom(new Api().load('42')), 'the answer to 42');
}

function expect(what: string, actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

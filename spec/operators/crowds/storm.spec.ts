import { defer, of, throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { exponentialBackoff, gate, retryBudget, retryWithPolicy } from 'rxjs-reprise';
import { simulate, type SimulateOptions, type SimulationResult } from 'rxjs-reprise/lab';
import { seededRandom } from 'rxjs-reprise/testing';

/*
 * A storm in virtual time: 1 000 clients, each calling every two seconds, each call tried up to five times, and a server
 * that is down for 30 of 80 seconds. Its cost to the server is the amplification: requests per call. The lab plays all
 * variants. One of them also runs through the operators, because the lab is a model of them (see lab/truth.spec.ts).
 */

const clients = 1000;
const every = 2000;
const outage = { from: 20_000, to: 50_000 };
const duration = 80_000;
const policy = exponentialBackoff({ base: 200, cap: 5000, maxAttempts: 5 });
const callsInOutage = (clients * (outage.to - outage.from)) / every;

function storm(options: Partial<SimulateOptions> = {}): SimulationResult['totals'] & { readonly whileDown: number } {
  const service = { latency: 1, outages: [{ kind: 'down', ...outage } as const] };
  const { totals } = simulate({ clients, policy, calls: { every, arrivals: 'even' }, service, duration, ...options });
  return { ...totals, whileDown: totals.attemptsInOutage / totals.callsInOutage };
}

describe('the amplification of 1 000 clients during an outage of 30 seconds', () => {
  it('is more than 3 if only the attempts of each call are limited', () => {
    const totals = storm();
    expect(totals.callsInOutage).toBe(callsInOutage);
    expect(totals.whileDown).toBeGreaterThan(3);
  });

  it('is less than 1.2 under a retry budget of a tenth', () => {
    const totals = storm({ budget: retryBudget({ ratio: 0.1 }) });
    expect(totals.whileDown).toBeLessThan(1.2);
    expect(totals.whileDown).toBeGreaterThan(1.1);
    expect(totals.succeeded).toBeGreaterThanOrEqual(totals.calls - totals.callsInOutage);
  });

  it('is less than 1.3 under a retry budget with its defaults', () => {
    expect(storm({ budget: retryBudget() }).whileDown).toBeLessThan(1.3);
  });
});

describe('the same storm through retryWithPolicy, under a retry budget of a tenth', () => {
  it('has the same amplification, and answers every call that was made while the server was up', () => {
    const scheduler = new VirtualTimeScheduler();
    const random = seededRandom(4);
    let [calls, answers, callsWhileDown, requestsWhileDown] = [0, 0, 0, 0];
    const isDown = (): boolean => scheduler.now() >= outage.from && scheduler.now() < outage.to;

    const server = defer(() => {
      if (!isDown()) return of('answer');
      requestsWhileDown += 1;
      return throwError(() => new Error('503'));
    });
    const gates = [gate(retryBudget({ ratio: 0.1 }), { scheduler, random })];
    const call = server.pipe(retryWithPolicy(policy, { gates, scheduler, random }));

    scheduler.schedule(function next() {
      calls += 1;
      if (isDown()) callsWhileDown += 1;
      call.subscribe({ next: () => (answers += 1), error: () => undefined });
      if (scheduler.now() + every / clients < duration) this.schedule(undefined, every / clients);
    });
    scheduler.flush();

    expect(callsWhileDown).toBe(callsInOutage);
    expect(requestsWhileDown / callsWhileDown).toBeLessThan(1.2);
    expect(requestsWhileDown / callsWhileDown).toBeGreaterThan(1.1);
    expect(answers).toBeGreaterThanOrEqual(calls - callsWhileDown);
  });
});

import { defer, of, throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { exponentialBackoff, retryBudget, retryWithPolicy, gate, type Policy } from 'rxjs-reprise';
import { seededRandom } from 'rxjs-reprise/testing';

/*
 * A storm in virtual time: 1 000 clients that call every two seconds, each call tried up to five times, and a server that
 * is down for 30 of 80 seconds. What it costs the server is its amplification: requests that arrive for each call made.
 */

const clients = 1000;
const pace = 2000;
const outage = { from: 20_000, until: 50_000 };
const end = 80_000;

interface Traffic {
  readonly calls: number;
  readonly requests: number;
}

/** What the clients ask for and what the server sees, while it is down and in all, with that budget in common. */
function storm(budget?: Policy): { readonly down: Traffic; readonly all: Traffic; readonly answers: number } {
  const scheduler = new VirtualTimeScheduler();
  const random = seededRandom(4);
  const [down, all] = [
    { calls: 0, requests: 0 },
    { calls: 0, requests: 0 },
  ];
  let answers = 0;
  const isDown = (): boolean => scheduler.now() >= outage.from && scheduler.now() < outage.until;
  const count = (what: keyof Traffic): void => {
    all[what] += 1;
    if (isDown()) down[what] += 1;
  };

  const server = defer(() => {
    count('requests');
    return isDown() ? throwError(() => new Error('503')) : of('answer');
  });
  const policy = exponentialBackoff({ base: 200, cap: 5000, maxAttempts: 5 });
  const gates = budget === undefined ? [] : [gate(budget, { scheduler, random })];
  const call = server.pipe(retryWithPolicy(policy, { gates, scheduler, random }));

  for (let client = 0; client < clients; client += 1) {
    scheduler.schedule(
      function again() {
        count('calls');
        call.subscribe({ next: () => (answers += 1), error: () => undefined });
        if (scheduler.now() + pace < end) this.schedule(undefined, pace);
      },
      (client * pace) / clients,
    );
  }
  scheduler.flush();
  return { down, all, answers };
}

const amplification = ({ calls, requests }: Traffic): number => requests / calls;

describe('a storm of 1 000 clients in an outage of 30 seconds', { timeout: 60_000 }, () => {
  it('is more than three times the traffic where only each call has a limit', () => {
    const { down } = storm();
    expect(down.calls).toBe((clients * 30_000) / pace);
    expect(amplification(down)).toBeGreaterThan(3);
  });

  it('is less than 1.2 times the traffic under a retry budget of a tenth', () => {
    const { down } = storm(retryBudget({ ratio: 0.1 }));
    expect(amplification(down)).toBeLessThan(1.2);
    expect(amplification(down)).toBeGreaterThan(1.1);
  });

  it('is less than 1.3 times the traffic under a budget with its defaults', () => {
    const { down } = storm(retryBudget());
    expect(amplification(down)).toBeLessThan(1.3);
  });

  it('costs nobody an answer who calls when the server is up', () => {
    const { all, down, answers } = storm(retryBudget({ ratio: 0.1 }));
    expect(answers).toBeGreaterThanOrEqual(all.calls - down.calls);
  });
});

import { afterEach, expect, it, vi } from 'vitest';
import { outage } from '../examples/flaky-server/outage.js';
import { recovery } from '../examples/flaky-server/recovery.js';
import { withBudget, withCircuit } from '../examples/flaky-server/setups.js';

/*
 * The first lines of the example, which name what is tried.
 */

const log = vi.spyOn(console, 'log').mockReturnValue();

afterEach(() => {
  log.mockClear();
});

it.each([
  [
    'part 1',
    recovery,
    'Policy: hinted(exponentialBackoff({ base: 150, cap: 1000, maxAttempts: 6, retryOn: isTransient }), { max: 5000 })',
    'Timeout of each attempt: 1 000 ms. The client down has a deadline, too: within(3400, policy)',
  ],
  [
    'part 2 with a circuit',
    () => outage(withCircuit),
    'Policy: exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient })',
    "In addition: circuit({ name: 'server', threshold: 5, window: 1000, resetAfter: 500 })",
  ],
  [
    'part 2 with a budget',
    () => outage(withBudget),
    'Policy: exponentialBackoff({ base: 100, maxAttempts: 4, retryOn: isTransient })',
    'In addition: retryBudget({ ratio: 0.2, reserve: 2, window: 1000 })',
  ],
])('%s says which policy retries', async (_, run, ...expected) => {
  const running = run().subscribe();
  await vi.waitFor(
    () => {
      expect(log.mock.calls.map(([line]: unknown[]) => line)).toEqual(expect.arrayContaining(expected));
    },
    { timeout: 10_000 },
  );
  running.unsubscribe();
});

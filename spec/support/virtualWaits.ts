import { afterEach, beforeEach, vi } from 'vitest';

/*
 * Virtual time for specs with real servers. Only what the library waits for is virtual: fetch and its sockets use other
 * timers.
 */

export interface VirtualWaits {
  /** Lets time pass until `isOver`: a step in each turn of the event loop, but none while a request is in flight. */
  readonly passUntil: (isOver: () => boolean, step?: number) => Promise<void>;
  /** The same until a promise is settled. */
  readonly whilePassing: <T>(promise: Promise<T>, step?: number) => Promise<T>;
}

/** Makes the waits of each test in this file virtual, and its random numbers 0. */
export function virtualWaits(): VirtualWaits {
  /** How many requests wait for their response. */
  let inFlight = 0;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const realFetch = fetch;
    vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => {
      inFlight += 1;
      return realFetch(...args).finally(() => (inFlight -= 1));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  async function passUntil(isOver: () => boolean, step = 10): Promise<void> {
    while (!isOver()) {
      await new Promise(setImmediate);
      if (inFlight === 0) vi.advanceTimersByTime(step);
    }
  }

  async function whilePassing<T>(promise: Promise<T>, step?: number): Promise<T> {
    const settled: true[] = [];
    const result = promise.finally(() => settled.push(true));
    result.catch(() => undefined);
    await passUntil(() => settled.length > 0, step);
    return result;
  }

  return { passUntil, whilePassing };
}

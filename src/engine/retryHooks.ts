import type { RetryEvent } from './retryEvents.js';

/**
 * What other parts of the library add to every retry, without being in its bundle: `outcomeOf` hears how calls end, and the
 * testing entry bounds the attempts. No entry exports it.
 */
export const hooks: { most: number; hear?: (event: RetryEvent) => void } = { most: Infinity };

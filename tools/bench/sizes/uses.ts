/*
 * What an application imports: the uses of the library whose sizes are recorded, and those of packages that one would use
 * instead. Each is a module, by name.
 */

export const ours = {
  'retryWithPolicy + exponentialBackoff': "export { retryWithPolicy, exponentialBackoff } from 'rxjs-reprise';",
  'retryWithPolicy + httpRetry':
    "export { retryWithPolicy } from 'rxjs-reprise'; export { httpRetry } from 'rxjs-reprise/http';",
  'retry + backoff + circuit + circuitBreak':
    "export { retryWithPolicy, exponentialBackoff, circuit, circuitBreak } from 'rxjs-reprise';",
  'guard + gate + concurrencyLimit': "export { guard, gate, concurrencyLimit } from 'rxjs-reprise';",
  action: "export { action } from 'rxjs-reprise';",
  'rxjs-reprise/http': "export * from 'rxjs-reprise/http';",
  'rxjs-reprise/core': "export * from 'rxjs-reprise/core';",
  'rxjs-reprise': "export * from 'rxjs-reprise';",
};

export const peers = {
  'RxJS by hand: retry with a doubling delay': `import { retry, timer } from 'rxjs';
    export const retried = (count, base) =>
      retry({ count, delay: (_, attempt) => timer(base * 2 ** (attempt - 1)) });`,
  'backoff-rxjs': "export { retryBackoff } from 'backoff-rxjs';",
  'cockatiel: retry': "export { retry, ExponentialBackoff, handleAll } from 'cockatiel';",
  'cockatiel: retry + breaker':
    "export { retry, ExponentialBackoff, handleAll, circuitBreaker, SamplingBreaker, wrap } from 'cockatiel';",
  opossum: "export { default } from 'opossum';",
};

export type Use = keyof typeof ours | keyof typeof peers;

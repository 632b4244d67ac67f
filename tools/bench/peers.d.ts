/* Types for the two peers that have none, for the parts that the bench uses. */

declare module 'async-retry' {
  export default function retry<T>(fn: () => Promise<T>, options?: { retries?: number }): Promise<T>;
}

declare module 'opossum' {
  export default class CircuitBreaker<T> {
    constructor(fn: () => Promise<T>, options?: { resetTimeout?: number });
    fire(): Promise<T>;
    open(): void;
    shutdown(): void;
  }
}

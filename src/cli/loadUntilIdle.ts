import type { EventEmitter } from 'node:events';

/**
 * Loads a module. Node ends in silence if a top-level await never settles and nothing else is going on.
 *
 * @param host the process
 * @throws Error in that case
 */
export async function loadUntilIdle<T>(host: Pick<EventEmitter, 'once' | 'off'>, load: () => Promise<T>): Promise<T> {
  let onIdle = (): void => undefined;
  const idle = new Promise<never>((_, reject) => {
    onIdle = () => {
      reject(new Error('a top-level await in it never settles'));
    };
  });
  host.once('beforeExit', onIdle);
  try {
    return await Promise.race([load(), idle]);
  } finally {
    host.off('beforeExit', onIdle);
  }
}

import type { EventEmitter } from 'node:events';

/**
 * Loads a module. Node ends in silence if a top-level await never settles and nothing else is going on.
 *
 * @param host the process
 * @throws Error in that case
 */
export function loadUntilIdle<T>(host: Pick<EventEmitter, 'once' | 'off'>, load: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onIdle = (): void => {
      reject(new Error('a top-level await in it never settles'));
    };
    host.once('beforeExit', onIdle);
    void load()
      .then(resolve, reject)
      .finally(() => host.off('beforeExit', onIdle));
  });
}

import { Script } from 'node:vm';

const key = Symbol.for('rxjs-reprise.work');

/** Only a script can be interrupted. This one calls what stands at the key. */
const script = new Script(`globalThis[Symbol.for('rxjs-reprise.work')]()`);

/**
 * Runs work that Ctrl-C can interrupt although it never returns: a listener for the signal is not called while it runs.
 *
 * @returns whether the work has ended by itself
 */
export function interruptible(work: () => void): boolean {
  Object.assign(globalThis, { [key]: work });
  try {
    script.runInThisContext({ breakOnSigint: true });
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') return false;
    throw error;
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}

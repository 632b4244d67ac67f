import { isRejection, rejectionMark } from '../../finality.js';
import { show } from '../../options.js';
import type { Reason } from '../../reasons.js';

/** A route that has not answered, and why. */
export interface RouteFailure {
  /** The name of the route. */
  readonly route: string;
  /** Its error, the same reference. A rejection if the route was skipped. */
  readonly error: unknown;
}

/**
 * No route of a `fallback` has answered. If all of them were skipped, because each rejected the call, this is a rejection,
 * too: `isRejection` is true for it, and `retryWithPolicy` does not retry it.
 *
 * @example
 * const busy = new Error('503 busy');
 * const error = new FallbackError('models', [
 *   { route: 'fast', error: busy },
 *   { route: 'spare', error: new CircuitOpenError('spare', 'open', 1000) },
 * ]);
 * error.message // => 'models: no route has answered. fast: Error: 503 busy; spare: CircuitOpenError: circuit spare is open, retry after 1000 ms'
 * error.cause // => busy
 * isRejection(error) // => false
 */
export class FallbackError extends Error {
  /** Each route and its error, in the order in which they were tried. */
  readonly failures: readonly RouteFailure[];
  /** The last error that is not a rejection, or the last rejection. `isTransient` and `retryAfter` look into it. */
  override readonly cause: unknown;
  /** @defaultValue 'exhausted' */
  readonly reason: Reason = 'exhausted';

  constructor(name: string, failures: readonly RouteFailure[]) {
    const texts = failures.map(({ route, error }) => `${route}: ${textOf(error)}`);
    super(`${name}: no route has answered. ${texts.join('; ')}`);
    this.failures = failures;
    const errors = failures.map(({ error }) => error);
    const real = errors.filter((error) => !isRejection(error));
    this.cause = (real.length > 0 ? real : errors).at(-1);
  }

  override get name(): string {
    return 'FallbackError';
  }

  /** @internal */
  get [rejectionMark](): string | undefined {
    return this.failures.every(({ error }) => isRejection(error)) ? this.name : undefined;
  }
}

/** An error in one line. An error that cannot be read must not hide the others. */
function textOf(error: unknown): string {
  try {
    const { name, message } = Object(error) as { readonly name?: unknown; readonly message?: unknown };
    return typeof message === 'string' ? `${String(name)}: ${message}` : show(error);
  } catch {
    return 'an error that cannot be read';
  }
}

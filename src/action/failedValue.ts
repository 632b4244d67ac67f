import { map, type MonoTypeOperatorFunction } from 'rxjs';
import { isPromise, show } from '../options.js';
import { Misuse } from '../misuse.js';

/**
 * What `failOn` may return: `undefined`, `null` or `false` if the value is good, `true` for a {@link FailedValueError}, or
 * the error. It must not be a promise.
 */
export type FailOnResult =
  boolean | null | undefined | string | number | bigint | symbol | (object & { readonly then?: never });

/**
 * A value that is a failure, because `failOn` of {@link action} returned `true` for it. `isTransient` and `retryAfter` of
 * `rxjs-reprise/http` look into the value.
 *
 * @example
 * const get = action(() => ({ status: 503 }), { failOn: ({ status }) => status >= 500 });
 * const [error] = await firstValueFrom(get().pipe(catchError((thrown: FailedValueError) => of([thrown])))) as [FailedValueError];
 * error.value // => { status: 503 }
 * String(error) // => 'FailedValueError: the value is a failure: an object with status 503'
 */
export class FailedValueError extends Error {
  /** The value, the same reference. */
  readonly value: unknown;

  constructor(value: unknown) {
    const { status } = Object(value) as { readonly status?: unknown };
    super(
      `the value is a failure: ${show(value)}${typeof status === 'number' ? ` with status ${String(status)}` : ''}`,
    );
    this.value = value;
  }

  override get name(): string {
    return 'FailedValueError';
  }
}

/** Fails with the error of `failOn` where a value is a failure. */
export function failOnOperator(failOn: (value: unknown) => unknown): MonoTypeOperatorFunction<unknown> {
  return map((value) => {
    const answer = failOn(value);
    if (isPromise(answer)) {
      // Nothing else handles its rejection.
      answer.then(undefined, () => undefined);
      throw new Misuse('action: failOn must not be async, got a promise. Return a boolean or the error.');
    }
    if (answer === undefined || answer === null || answer === false) return value;
    throw answer === true ? new FailedValueError(value) : answer;
  });
}

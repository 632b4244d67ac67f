/*
 * Errors as they are found: any object, which may wrap the error or the response that it was made of.
 */

export type Shape = Readonly<Record<PropertyKey, unknown>>;

export const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null;

/** How many errors are examined at most: errors can be each other's cause, or be created on each access. */
export const maxErrors = 32;

/** What an error was made of: the value that `failOn` rejected, the error that Stripe's client met, or the cause. */
export const wrappedIn = ({ name, type, value, detail, cause }: Shape): unknown =>
  name === 'FailedValueError' ? value : type === 'StripeConnectionError' ? detail : cause;

/** Reads a part of an error. A getter that throws must not hide the other parts. */
export function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

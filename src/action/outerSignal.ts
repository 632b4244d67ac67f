import { catchError, Observable, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';
import { rejectOption } from '../options.js';

/** Ends a call with the reason of the consumer's signal. A call that begins later ends at once. */
export function signalOperator(signal: AbortSignal): MonoTypeOperatorFunction<unknown> {
  const aborted = new Observable<never>((subscriber) => {
    const onAbort = (): void => {
      subscriber.error(signal.reason);
    };
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort);
      subscriber.add(() => {
        signal.removeEventListener('abort', onAbort);
      });
    }
  });
  // A source that received the abort first fails with an error of its own.
  const withReason = catchError((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
  return (call) => takeUntil(aborted)(withReason(call));
}

/** Throws unless `value` has the shape of an AbortSignal: it may come from another realm. */
export function checkSignal(where: string, option: string, value: unknown): void {
  if (!(typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value))
    rejectOption(where, option, 'an AbortSignal', value, TypeError);
}

import { answered, rejectOption } from '../options.js';

/** When a call counts as a success. */
export interface SuccessOptions<T> {
  /**
   * What proves success: `'complete'`, the `'first'` value, or a value that matches a predicate. For streams that never
   * complete, and for streams whose first value proves nothing. A completion is a success in any case. What the predicate
   * throws ends the stream.
   *
   * @defaultValue 'complete'
   */
  readonly successOn?: 'complete' | 'first' | ((value: T) => boolean) | undefined;
}

/** Throws unless `successOn` is a valid option. */
export function checkSuccessOn(where: string, option: string, successOn: unknown): void {
  if (successOn !== 'complete' && successOn !== 'first' && typeof successOn !== 'function') {
    rejectOption(where, option, "'complete', 'first' or a predicate", successOn, TypeError);
  }
}

/** Whether a value proves success; `undefined`: none does, and any value does until the attempt fails. */
export function proofOf<T>(
  where: string,
  successOn: NonNullable<SuccessOptions<T>['successOn']>,
): ((value: T) => boolean) | undefined {
  if (typeof successOn === 'function') return (value) => answered(where, 'successOn', successOn(value));
  return successOn === 'first' ? () => true : undefined;
}

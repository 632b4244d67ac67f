/** When a call counts as a success. */
export interface SuccessOptions<T> {
  /**
   * What proves success: `'complete'`, the `'first'` value, or a value that matches a predicate. For streams that never
   * complete, and for streams whose first value proves nothing. A completion is a success in any case. What the predicate
   * throws ends the stream.
   *
   * @defaultValue 'complete'
   */
  readonly successOn?: 'complete' | 'first' | ((value: T) => boolean);
}

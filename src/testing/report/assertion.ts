/** What every runner shows as a failed assertion, with a diff of `actual` and `expected`. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';

  constructor(
    message: string,
    readonly actual: unknown,
    readonly expected: unknown,
  ) {
    super(message);
  }
}

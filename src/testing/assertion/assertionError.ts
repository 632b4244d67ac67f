/** A failed assertion. Every test runner shows `actual` and `expected` as a diff. */
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

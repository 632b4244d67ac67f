import { rejectionMark } from './finality.js';

/** A mistake in the program, found while it runs. It is final: a retry would repeat it. */
export class Misuse extends TypeError {
  /** @internal */
  readonly [rejectionMark] = '';

  override get name(): string {
    return 'TypeError';
  }
}

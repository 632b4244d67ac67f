import type { GateLedger } from '../../engine/gateLedger.js';
import { WaitedLedger } from '../../engine/waitedLedger.js';
import { RejectedError } from '../../errors.js';
import type { Reason } from '../../reasons.js';

/** A gate without listeners. Its calls wait in virtual time. */
export class SimulatedGate<S = unknown> extends WaitedLedger<S> implements GateLedger<S> {
  get title(): string {
    return this.policy.format;
  }

  publish(): void {
    // There are no listeners.
  }

  rejection(reason: Reason, wait: number): RejectedError {
    return new RejectedError(reason, wait, this.title);
  }

  /** The rejection that an attempt would meet in `ms` milliseconds, if that is certain. */
  rejectionIn(_ms: number): RejectedError | undefined {
    return undefined;
  }
}

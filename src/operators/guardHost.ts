import type { RejectedError } from '../errors.js';
import type { Gate } from '../live/gate.js';
import type { GateEntry } from '../live/waiting.js';
import type { SchedulerClock } from '../time/clock.js';

/** What all subscriptions of one operator share. */
export interface GuardHost<T> {
  readonly entry: GateEntry;
  readonly gates: readonly Gate[];
  /** Whether a value proves success; `undefined`: only the completion does. */
  readonly proves: ((value: T) => boolean) | undefined;
  /** Whether a consumer that leaves after a value without proof cancels the call. */
  readonly needsProof: boolean;
  readonly maxWait: number;
  readonly clock: SchedulerClock;
  readonly until: AbortSignal | undefined;
}

/** The rejection that a call would meet in `ms` milliseconds and after its wait at the guard, if that is certain. */
export const rejectionIn = ({ gates, maxWait }: GuardHost<any>, ms: number): RejectedError | undefined =>
  gates.map((gate) => gate.rejectionIn(ms + maxWait)).find((rejection) => rejection !== undefined);

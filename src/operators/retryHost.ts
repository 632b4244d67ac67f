import type { Plan } from '../engine/retriedCall.js';
import type { GateEntry } from '../live/waiting.js';
import type { SchedulerClock } from '../time/clock.js';
import type { BeforeRetry } from './beforeRetry.js';

/** What all subscriptions of one operator share. */
export interface RetryHost extends Plan {
  readonly clock: SchedulerClock;
  /** The way into the gates, if there are any. */
  readonly entry: GateEntry | undefined;
  readonly beforeRetry?: BeforeRetry | undefined;
  /** Whether a completion is a failure. */
  readonly closesOnComplete: boolean;
}

/*
 * rxjs-reprise/testing: tests of one's own timings, in any runner. Failures are thrown as AssertionErrors.
 */

// A schedule, without a stream
export { expectRetries } from './testing/schedules/expectRetries.js';
export type { ExpectOptions, Retries } from './testing/schedules/expectRetries.js';
export { envelope } from './testing/schedules/envelope.js';
export type { RetryWindow } from './testing/schedules/envelope.js';

// Chance that is the same on every run
export { fixedRandom } from './testing/schedules/fixedRandom.js';
export type { RandomSource } from './testing/schedules/fixedRandom.js';
export { seededRandom } from './policy/seededRandom.js';

// Streams: a source that fails, and a picture of what happened
export { flaky } from './testing/streams/flaky.js';
export type {
  Flaky,
  FlakyCount,
  FlakyMaker,
  FlakyMarbles,
  FlakyOptions,
  FlakyStep,
  SubscriptionLog,
} from './testing/streams/flaky.js';
export { timeline } from './testing/streams/timeline.js';
export type { PolicyTimelineOptions, TimelineOptions } from './testing/streams/timeline.js';

// Marbles that do not lie
export { assertMarbles } from './testing/marbles/assertMarbles.js';
export { marbles, bindMarbles } from './testing/marbles/marbles.js';
export type { Marbles } from './testing/marbles/marbles.js';
export type { Pitfall, VirtualTimeOptions } from './testing/marbles/virtualTime.js';

// Faults in a healthy stream
export { faults } from './testing/streams/faults.js';
export type { Fault, FaultOptions } from './testing/streams/faults.js';

// A policy of one's own
export { assertPolicyLaws } from './testing/laws/assertPolicyLaws.js';
export type { PolicyLawsOptions } from './testing/laws/assertPolicyLaws.js';

/*
 * rxjs-reprise/testing: tests of one's own timings, in any runner. Failures are thrown as AssertionErrors.
 */

// A schedule, without a stream
export { expectRetries } from './testing/expectRetries.js';
export type { ExpectOptions, Retries } from './testing/expectRetries.js';
export { envelope } from './testing/envelope.js';
export type { RetryWindow } from './testing/envelope.js';

// Chance that is the same on every run
export { pinned } from './testing/pinned.js';
export type { Chance } from './testing/pinned.js';
export { seeded } from './policy/seeded.js';

// Streams: a source that fails, and a picture of what happened
export { flaky } from './testing/flaky.js';
export type {
  Flaky,
  FlakyCount,
  FlakyMaker,
  FlakyMarbles,
  FlakyOptions,
  FlakyStep,
  SubscriptionLog,
} from './testing/flaky.js';
export { timeline } from './testing/timeline.js';
export type { PolicyTimelineOptions, TimelineOptions } from './testing/timeline.js';

// Marbles that do not lie
export { assertMarbles } from './testing/assertMarbles.js';
export { marbles, marblesWith } from './testing/marbles.js';
export type { Marbles } from './testing/marbles.js';
export type { Pitfall, VirtualTimeOptions } from './testing/virtualTime.js';

// Faults in a healthy stream
export { faults } from './testing/faults.js';
export type { Fault, FaultOptions } from './testing/faults.js';

// A policy of one's own
export { conformsToPolicy } from './testing/conformsToPolicy.js';
export type { ConformOptions } from './testing/conformsToPolicy.js';

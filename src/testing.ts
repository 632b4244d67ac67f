/*
 * rxjs-reprise/testing: test the timing of retries, in any test runner. A failed expectation throws an AssertionError.
 */

// Schedules of policies, without a stream
export { expectRetries } from './testing/schedules/expectRetries.js';
export type { ExpectOptions, RetryExpectation } from './testing/schedules/expectRetries.js';
export { envelope } from './testing/schedules/envelope.js';
export type { RetryWindow } from './testing/schedules/envelope.js';

// Random numbers that are the same on every run
export { fixedRandom } from './testing/schedules/fixedRandom.js';
export type { RandomSource } from './testing/schedules/fixedRandom.js';
export { seededRandom } from './policy/seededRandom.js';

// Streams: a source that fails as scripted, and a drawing of what happens
export { flaky } from './testing/streams/flaky.js';
export type { FlakyFactory, FlakyFailures, FlakyOptions, FlakyStep } from './testing/streams/flaky.js';
export type { FlakyMarbleOptions } from './testing/streams/flakyMarble.js';
export type { FlakySource, SubscriptionLog } from './testing/streams/flakySource.js';
export { timeline } from './testing/streams/timeline.js';
export type { PolicyTimelineOptions, TimelineOptions } from './testing/streams/timeline.js';

// Marble tests that fail when they leave virtual time
export { assertMarbles } from './testing/marbles/assertMarbles.js';
export { marbles } from './testing/marbles/marbles.js';
export type { Marbles } from './testing/marbles/marbles.js';
export { bindMarbles } from './testing/marbles/bindMarbles.js';
export type { Pitfall, VirtualTimeOptions } from './testing/marbles/virtualTime.js';

// Fault injection
export { faults } from './testing/streams/faults.js';
export type { Fault, FaultOptions } from './testing/streams/fault.js';

// A whole suite without waits
export { quietRetries } from './testing/suite/quietRetries.js';
export type { QuietOptions } from './testing/suite/quietRetries.js';

// Custom policies
export { assertPolicyLaws } from './testing/laws/assertPolicyLaws.js';
export type { PolicyLawsOptions } from './testing/laws/assertPolicyLaws.js';

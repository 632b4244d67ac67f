import type { TestScheduler } from 'rxjs/testing';

/*
 * Ends a test in virtual time that would run forever: its scheduler counts its steps and throws when there are too many.
 * Only one such test runs at a time.
 */

interface StepCount {
  /** The function whose test is running, for messages. */
  readonly where: string;
  readonly limit: number;
  frame: number;
  /** All steps. */
  total: number;
  /** Steps and clock reads since time last advanced. */
  sinceAdvance: number;
}

const startCount = (where: string, limit: number): StepCount => ({ where, limit, frame: 0, total: 0, sinceAdvance: 0 });

/** Counts outside of tests, without a limit. */
const none = startCount('', Infinity);
let current = none;

/**
 * Runs `body` with a limit of steps.
 *
 * @throws an Error if `body` takes more steps, also if that has made it fail already, or if another test is running
 */
export function limitSteps<T>(where: string, limit: number, body: () => T): T {
  if (current !== none) {
    throw new Error(
      `${where}: cannot start inside of ${current.where}: virtual time inside of virtual time ends the outer one, and ` +
        'the rest of the test runs in real time. Call this before or after the test, or in a test of its own',
    );
  }
  const count = startCount(where, limit);
  current = count;
  try {
    const result = body();
    checkLimit(count);
    return result;
  } catch (error) {
    checkLimit(count);
    throw error;
  } finally {
    current = none;
  }
}

/**
 * Counts the scheduler's steps. It sets `frame` before each action and reads it for `now()`, so intercepting both sees
 * everything.
 */
export function countSteps(scheduler: TestScheduler): TestScheduler {
  const count = current;
  count.frame = scheduler.frame;
  return Object.defineProperty(scheduler, 'frame', {
    get: () => {
      count.sinceAdvance += 1;
      return count.frame;
    },
    set: (next: number) => {
      if (next > count.frame) count.sinceAdvance = 0;
      count.frame = next;
      count.total += 1;
      count.sinceAdvance += 1;
      checkLimit(count);
    },
    configurable: true,
    enumerable: true,
  });
}

/** An attempt counts as this many steps, because it takes as much time. */
const stepsPerAttempt = 10;

/** Counts an attempt. Attempts without a delay do not use the scheduler, so the scheduler cannot count them. */
export function countAttempt(): void {
  current.total += stepsPerAttempt;
}

/** The limit of steps and clock reads while time does not advance. */
const limitPerInstant = (limit: number): number => Math.max(1000, limit / 4);

function checkLimit({ where, limit, frame, total, sinceAdvance }: StepCount): void {
  if (total <= limit && sinceAdvance <= limitPerInstant(limit)) return;
  const steps =
    total > limit ? `${String(total)} steps` : `${String(sinceAdvance)} steps and clock reads without time advancing`;
  const unsubscribe = where === 'timeline' ? 'the option `until`' : "`expectObservable(stream, '^----!')`";
  throw new Error(
    `${where}: no end after ${steps}, at ${String(frame)} ms of virtual time: something retries or repeats forever. ` +
      `Bound it with \`both(policy, retries(5))\` or \`within(ms, policy)\`, or unsubscribe with ${unsubscribe}. ` +
      '(If the test is that long, raise `steps`.)',
  );
}

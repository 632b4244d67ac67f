import type { TestScheduler } from 'rxjs/testing';

/*
 * How much a test in virtual time has done: what has no end is ended by a scheduler that throws. There is one
 * such test at a time.
 */

interface Effort {
  readonly where: string;
  readonly most: number;
  frame: number;
  /** Steps in all. */
  done: number;
  /** Steps, and looks at the clock, since time went on. */
  doneNow: number;
}

const nobody: Effort = { where: '', most: Infinity, frame: 0, done: 0, doneNow: 0 };
let effort = nobody;

/** Runs `body`, which may take so many steps, and complains if it took more, also if that has made it fail already. */
export function measured<T>(where: string, most: number, body: () => T): T {
  if (effort !== nobody) {
    throw new Error(
      `${where}: cannot begin inside of ${effort.where}: virtual time inside of virtual time ends the outer one, and ` +
        'what comes after is in real time. Put this before or after the test, or in a test of its own',
    );
  }
  const mine = { ...nobody, where, most };
  effort = mine;
  try {
    const result = body();
    refuseEndless(mine);
    return result;
  } catch (error) {
    refuseEndless(mine);
    throw error;
  } finally {
    effort = nobody;
  }
}

/** Makes the scheduler count for whoever measures. It notes its frame before it does anything, and reads it for its clock. */
export function counting(scheduler: TestScheduler): TestScheduler {
  const mine = effort;
  mine.frame = scheduler.frame;
  return Object.defineProperty(scheduler, 'frame', {
    get: () => {
      mine.doneNow += 1;
      return mine.frame;
    },
    set: (next: number) => {
      if (next > mine.frame) mine.doneNow = 0;
      mine.frame = next;
      mine.done += 1;
      mine.doneNow += 1;
      refuseEndless(mine);
    },
    configurable: true,
    enumerable: true,
  });
}

/** Steps that an attempt is worth: it costs as much time. */
const attemptSteps = 10;

/** Counts an attempt on a source that is asked again and again, maybe without the scheduler. */
export function attempted(): void {
  effort.done += attemptSteps;
}

/** So much may be done while time stands still. */
const atOnce = (most: number): number => Math.max(1000, most / 4);

function refuseEndless(mine: Effort): void {
  const { where, most, frame, done, doneNow } = mine;
  if (done <= most && doneNow <= atOnce(most)) return;
  const seen =
    done > most ? `${String(done)} steps, at` : `${String(doneNow)} steps and looks at the clock that take no time, at`;
  const way = where === 'timeline' ? 'the option `until`' : "`expectObservable(stream, '^----!')`";
  throw new Error(
    `${where}: no end is in sight after ${seen} ${String(frame)} ms of virtual time: something retries or repeats for ` +
      `ever. Bound it, by \`both(policy, retries(5))\` or \`within(ms, policy)\`; or leave it, by ${way}. (If it is that ` +
      'long: `steps`.)',
  );
}

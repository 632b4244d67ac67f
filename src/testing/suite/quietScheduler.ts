import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { elapse } from '../../time/wait.js';

/** A wait that has been scheduled. */
interface Pending {
  /** When it would have ended, on the scheduler's clock. */
  readonly at: number;
  readonly end: (tick: SchedulerAction<any>) => void;
}

/**
 * Lets each wait of this library on that scheduler take `delay` milliseconds, and its clock jump to the end of the wait. The
 * wait that would end first ends first. Everything else on the scheduler stays as it is. Returns a function that restores it.
 */
export function quietScheduler(scheduler: SchedulerLike, delay: number): () => void {
  const before = Object.getOwnPropertyDescriptors(scheduler) as Record<
    'schedule' | 'now',
    PropertyDescriptor | undefined
  >;
  const [schedule, now] = [scheduler.schedule.bind(scheduler), scheduler.now.bind(scheduler)];
  const pending: Pending[] = [];
  let ahead = 0;
  const time = (): number => now() + ahead;

  const tick = function (this: SchedulerAction<unknown>): void {
    const next = pending.shift();
    if (next === undefined) return;
    ahead += Math.max(0, next.at - time());
    next.end(this);
  };
  const quiet = (work: (this: SchedulerAction<any>, state?: any) => void, ms = 0, state?: unknown): Subscription => {
    if (work !== elapse || isVirtual(now())) return schedule(work, ms, state);
    const entry: Pending = {
      at: time() + ms,
      end: (action) => {
        work.call(action, state);
      },
    };
    const place = pending.findIndex(({ at }) => at > entry.at);
    pending.splice(place < 0 ? pending.length : place, 0, entry);
    schedule(tick, delay);
    return new Subscription(() => {
      const index = pending.indexOf(entry);
      if (index >= 0) pending.splice(index, 1);
    });
  };
  Object.assign(scheduler, { schedule: quiet, now: time });
  return () => {
    for (const key of ['schedule', 'now'] as const) {
      Reflect.deleteProperty(scheduler, key);
      if (before[key] !== undefined) Object.defineProperty(scheduler, key, before[key]);
    }
  };
}

/** The clock of virtual time begins at 0, as `monotonicNow` knows. */
const isVirtual = (instant: number): boolean => instant < 1e11;

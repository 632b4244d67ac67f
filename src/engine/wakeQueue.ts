/*
 * Wakes waiting calls one after the other. A call that is woken may end at once and wake the next one: that wake-up
 * joins the queue, so the stack stays one turn deep however many calls wait. Nothing is woken while a settlement is under
 * way, because a waiting call must not ask a gate that has not yet received how the other attempt ended. And nothing is
 * woken while a source is being subscribed, because one that ends at once has not yet let go.
 */

type WakeUp = () => void;

interface WakeQueue {
  readonly wakeUps: WakeUp[];
  holds: number;
  isDraining: boolean;
}

/** How many wake-ups that have run may stay in the queue before it is shortened. */
const most = 1024;

let queue: WakeQueue = { wakeUps: [], holds: 0, isDraining: false };

/** Adds a wake-up. It runs now, unless another one runs or all are held. */
export function enqueue(wakeUp: WakeUp): void {
  queue.wakeUps.push(wakeUp);
  drain(queue);
}

/** Holds all wake-ups until {@link releaseWakeUps}. */
export function holdWakeUps(): void {
  queue.holds += 1;
}

/** Ends a hold. The last one to end runs what was held. */
export function releaseWakeUps(): void {
  queue.holds -= 1;
  if (queue.wakeUps.length > 0) drain(queue);
}

/**
 * Does some work with a queue of its own, whatever is held or runs outside: a simulation may be played while a source is
 * being subscribed.
 */
export function withOwnWakeUps<T>(work: () => T): T {
  const outer = queue;
  queue = { wakeUps: [], holds: 0, isDraining: false };
  try {
    return work();
  } finally {
    queue = outer;
  }
}

/** Runs all wake-ups. One that throws does not stop the others. */
function drain(from: WakeQueue): void {
  if (from.isDraining || from.holds > 0) return;
  const { wakeUps } = from;
  from.isDraining = true;
  let done = 0;
  let first: { readonly thrown: unknown } | undefined;
  while (done < wakeUps.length) {
    const wakeUp = wakeUps[done];
    done += 1;
    if (done === most) {
      wakeUps.splice(0, done);
      done = 0;
    }
    try {
      wakeUp?.();
    } catch (thrown) {
      first ??= { thrown };
    }
  }
  wakeUps.length = 0;
  from.isDraining = false;
  if (first !== undefined) throw first.thrown;
}

/*
 * Wakes waiting calls one after the other. A call that is woken may end at once and wake the next one: that wake-up
 * joins the queue, so the stack stays one turn deep however many calls wait. Nothing is woken while a settlement is under
 * way, because a waiting call must not ask a gate that has not yet received how the other attempt ended. And nothing is
 * woken while a source is being subscribed, because one that ends at once has not yet let go.
 */

type WakeUp = () => void;

const queue: WakeUp[] = [];
let holds = 0;
let isDraining = false;

/** How many wake-ups that have run may stay in the queue before it is shortened. */
const most = 1024;

/** Adds a wake-up. It runs now, unless another one runs or all are held. */
export function enqueue(wakeUp: WakeUp): void {
  queue.push(wakeUp);
  drain();
}

/** Holds all wake-ups until {@link releaseWakeUps}. */
export function holdWakeUps(): void {
  holds += 1;
}

/** Ends a hold. The last one to end runs what was held. */
export function releaseWakeUps(): void {
  holds -= 1;
  if (queue.length > 0) drain();
}

/** Runs all wake-ups. One that throws does not stop the others. */
function drain(): void {
  if (isDraining || holds > 0) return;
  isDraining = true;
  let done = 0;
  let first: { readonly thrown: unknown } | undefined;
  while (done < queue.length) {
    const wakeUp = queue[done];
    done += 1;
    if (done === most) {
      queue.splice(0, done);
      done = 0;
    }
    try {
      wakeUp?.();
    } catch (thrown) {
      first ??= { thrown };
    }
  }
  queue.length = 0;
  isDraining = false;
  if (first !== undefined) throw first.thrown;
}

/*
 * Wakes waiting calls one after the other. A call that is woken may end at once and wake the next one: that wake-up
 * joins the queue, so the stack stays one turn deep however many calls wait. While a settlement is under way, nothing is
 * woken: a waiting call must not ask a gate that has not yet received how the other attempt ended.
 */

type WakeUp = () => void;

const queue: WakeUp[] = [];
let settlements = 0;
let isDraining = false;

/** How many wake-ups that have run may stay in the queue before it is shortened. */
const most = 1024;

/** Adds a wake-up. It runs now, unless another one runs or a settlement is under way. */
export function enqueue(wakeUp: WakeUp): void {
  queue.push(wakeUp);
  drain();
}

/** Holds all wake-ups until {@link endSettlement}. */
export function beginSettlement(): void {
  settlements += 1;
}

/** Ends a settlement. The last one to end runs what was held. */
export function endSettlement(): void {
  settlements -= 1;
  if (queue.length > 0) drain();
}

/** Runs all wake-ups. One that throws does not stop the others. */
function drain(): void {
  if (isDraining || settlements > 0) return;
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

import { Observable, type Subscriber } from 'rxjs';

/** Over a tenth of what time those spread who are woken, in milliseconds; `undefined`: of what remained to them. */
export type Spread = number | undefined;

/** Who was told to wait, by the number of its call. */
export class Waiters {
  private readonly waiting = new Map<number, Subscriber<Spread>>();

  get areThere(): boolean {
    return this.waiting.size > 0;
  }

  /** Emits when that call is to ask again. */
  wakes(call: number): Observable<Spread> {
    return new Observable((subscriber) => {
      this.waiting.set(call, subscriber);
      return () => {
        // It may wait again already.
        if (this.waiting.get(call) === subscriber) this.waiting.delete(call);
      };
    });
  }

  /** Those come at once. */
  wake(calls: readonly number[]): void {
    for (const call of calls) this.waiting.get(call)?.next(0);
  }

  wakeAll(spread: Spread): void {
    for (const waiter of [...this.waiting.values()]) waiter.next(spread);
  }
}

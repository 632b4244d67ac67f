import { map, Observable, Subject, type Subscription } from 'rxjs';
import type { Gate } from './gate.js';

/** The events of many gates, each with its key. It listens to the gates only while it has subscribers. */
export class KeyedEvents {
  private readonly subject = new Subject<object>();
  private readonly subscriptions = new Map<string, Subscription>();
  private count = 0;

  /** All events from now on. Never completes. `gates` are those that there are when the first subscriber comes. */
  of(gates: () => Iterable<readonly [key: string, gate: Gate]>): Observable<object> {
    return new Observable((subscriber) => {
      subscriber.add(this.subject.subscribe(subscriber));
      this.count += 1;
      if (this.count === 1) for (const [key, gate] of gates()) this.connect(key, gate);
      return () => {
        this.count -= 1;
        if (this.count === 0) for (const key of this.subscriptions.keys()) this.disconnect(key);
      };
    });
  }

  /** A gate has been added. */
  add(key: string, gate: Gate): void {
    if (this.count > 0) this.connect(key, gate);
  }

  /** How many of the listeners of that gate are here. */
  listenersOf(key: string): number {
    return this.subscriptions.has(key) ? 1 : 0;
  }

  disconnect(key: string): void {
    this.subscriptions.get(key)?.unsubscribe();
    this.subscriptions.delete(key);
  }

  private connect(key: string, gate: Gate): void {
    const keyed$ = gate.events$.pipe(map((event) => ({ ...(event as object), key })));
    this.subscriptions.set(
      key,
      keyed$.subscribe((event) => {
        this.subject.next(event);
      }),
    );
  }
}

import { Observable, Subject } from 'rxjs';

/** Delivers events in the order in which they happened: an event caused by a listener is delivered after the current one. */
export class Listeners<T> {
  private readonly pending: T[] = [];
  private readonly subject = new Subject<T>();
  private isDelivering = false;
  /** How many there are. */
  count = 0;

  /** All events. Never completes. */
  get events(): Observable<T> {
    return new Observable((subscriber) => {
      this.count += 1;
      subscriber.add(() => {
        this.count -= 1;
      });
      this.subject.subscribe(subscriber);
    });
  }

  /** Whether there is a listener. Without one, events need not be kept. */
  get areThere(): boolean {
    return this.count > 0;
  }

  /** Keeps an event until {@link deliver}. */
  keep(event: T): void {
    this.pending.push(event);
  }

  deliver(): void {
    if (this.isDelivering || this.pending.length === 0) return;
    this.isDelivering = true;
    try {
      for (const event of this.pending) this.subject.next(event);
    } finally {
      this.pending.length = 0;
      this.isDelivering = false;
    }
  }
}

import { Subject, type Observable } from 'rxjs';

/** Delivers events in the order in which they happened: an event caused by a listener is delivered after the current one. */
export class Listeners<T> {
  private readonly pending: T[] = [];
  private readonly subject = new Subject<T>();
  private isDelivering = false;

  /** All events. Never completes. */
  get events(): Observable<T> {
    return this.subject;
  }

  /** Whether there is a listener. Without one, events need not be kept. */
  get areThere(): boolean {
    return this.subject.observed;
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

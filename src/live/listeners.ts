import { Subject, type Observable } from 'rxjs';

/** What has happened and is to be told, in that order: what a listener brings about while it is told waits for its turn. */
export class EventQueue<T> {
  private readonly untold: T[] = [];
  private readonly told = new Subject<T>();
  private isTelling = false;

  /** All of it, as it is told. Never completes. */
  get all(): Observable<T> {
    return this.told;
  }

  /** Whether anybody listens: what nobody is to be told need not be kept. */
  get isHeard(): boolean {
    return this.told.observed;
  }

  keep(item: T): void {
    this.untold.push(item);
  }

  tell(): void {
    if (this.isTelling || this.untold.length === 0) return;
    this.isTelling = true;
    try {
      for (const each of this.untold) this.told.next(each);
    } finally {
      this.untold.length = 0;
      this.isTelling = false;
    }
  }
}

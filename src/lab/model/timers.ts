import type { EventQueue } from './eventQueue.js';

/** What a timer calls. */
export interface Timed {
  elapse(): void;
}

/** No timer. */
export const noTimer = -1;

/** Timers on the queue of events. A timer that is cleared stays in the queue, and nothing happens at its end. */
export class Timers {
  private readonly owners: (Timed | undefined)[] = [];
  private readonly freeIds: number[] = [];

  /** Timers that end at `end` or later are not set. */
  constructor(
    private readonly queue: EventQueue,
    private readonly end: number,
  ) {}

  /** Sets a timer, and returns its id. */
  set(at: number, owner: Timed): number {
    if (at >= this.end) return noTimer;
    const id = this.freeIds.pop() ?? this.owners.length;
    this.owners[id] = owner;
    this.queue.add(at, id);
    return id;
  }

  /** Clears a timer that has not ended yet. */
  clear(id: number): void {
    if (id !== noTimer) this.owners[id] = undefined;
  }

  /** The time of that timer has come. */
  elapse(id: number): void {
    const owner = this.owners[id];
    this.owners[id] = undefined;
    this.freeIds.push(id);
    owner?.elapse();
  }
}

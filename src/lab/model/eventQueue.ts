/*
 * A calendar queue: a priority queue whose speed does not depend on how many events are planned. Time is cut into days.
 * Events of later days are kept unsorted, as linked lists. Only the events of the current day are in a heap, which stays
 * small. All data is in typed arrays, which cost the garbage collector nothing.
 */

/** The number of days. */
const days = 65_536;
const none = -1;

/** Events ordered by time. Each id is planned at most once. Events at the same time keep the order of `add`. */
export class EventQueue {
  /** The time of the next event; Infinity if there is none. */
  next: number = Infinity;
  /** For each event: its time, its sequence number, and the next event of the same day. */
  private times = new Float64Array(1024);
  private sequence = new Float64Array(1024);
  private links = new Int32Array(1024);
  private lastSequence = 0;
  /** The first event of each later day. */
  private readonly firsts = new Int32Array(days).fill(none);
  private today = 0;
  /** The events of today as a heap with four children per node, and their times at the same index. */
  private heap = new Int32Array(1024);
  private keys = new Float64Array(1024);
  private size = 0;
  private readonly daysPerMs: number;

  /** Events at `end` or later are dropped. */
  constructor(private readonly end: number) {
    this.daysPerMs = days / end;
  }

  /** Plans the event `id`. Ids are small whole numbers. */
  add(at: number, id: number): void {
    if (at >= this.end) return;
    while (id >= this.times.length) this.grow();
    this.lastSequence += 1;
    this.times[id] = at;
    this.sequence[id] = this.lastSequence;
    const day = Math.min(days - 1, Math.floor(at * this.daysPerMs));
    if (day > this.today && this.next < Infinity) {
      this.links[id] = this.firsts[day]!;
      this.firsts[day] = id;
    } else {
      // If no other event is planned, the day of this one becomes today.
      this.today = Math.max(this.today, day);
      this.push(id);
      this.next = this.keys[0]!;
    }
  }

  /** Removes the next event and returns its id. There must be one. */
  take(): number {
    const { heap, keys } = this;
    const taken = heap[0]!;
    this.size -= 1;
    if (this.size > 0) this.sink(heap[this.size]!, keys[this.size]!);
    else this.nextDay();
    this.next = this.size > 0 ? keys[0]! : Infinity;
    return taken;
  }

  /** Moves on to the next day that has an event, if there is one. */
  private nextDay(): void {
    const { firsts, links } = this;
    while (this.size === 0 && this.today < days - 1) {
      this.today += 1;
      for (let id = firsts[this.today]!; id !== none; id = links[id]!) this.push(id);
      firsts[this.today] = none;
    }
  }

  /** Adds an event to the heap. */
  private push(id: number): void {
    const { heap, keys, sequence } = this;
    const key = this.times[id]!;
    let index = this.size;
    this.size += 1;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      const other = keys[parent]!;
      if (other < key || (other === key && sequence[heap[parent]!]! < sequence[id]!)) break;
      heap[index] = heap[parent]!;
      keys[index] = other;
      index = parent;
    }
    heap[index] = id;
    keys[index] = key;
  }

  /** Puts an event at the root of the heap and moves it down to its place. */
  private sink(id: number, key: number): void {
    const { heap, keys, size, sequence } = this;
    let index = 0;
    for (;;) {
      const first = 4 * index + 1;
      if (first >= size) break;
      let least = first;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child += 1) {
        const [one, best] = [keys[child]!, keys[least]!];
        if (one < best || (one === best && sequence[heap[child]!]! < sequence[heap[least]!]!)) least = child;
      }
      const other = keys[least]!;
      if (key < other || (key === other && sequence[id]! < sequence[heap[least]!]!)) break;
      heap[index] = heap[least]!;
      keys[index] = other;
      index = least;
    }
    heap[index] = id;
    keys[index] = key;
  }

  private grow(): void {
    const { times, sequence, links, heap, keys } = this;
    const length = 2 * times.length;
    (this.times = new Float64Array(length)).set(times);
    (this.sequence = new Float64Array(length)).set(sequence);
    (this.links = new Int32Array(length)).set(links);
    (this.heap = new Int32Array(length)).set(heap);
    (this.keys = new Float64Array(length)).set(keys);
  }
}

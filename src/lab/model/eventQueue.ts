/*
 * What is still to happen. Most of it lies in days, unsorted; only the things of today are in a heap, which stays so small
 * that it is fast whatever is planned. All in arrays of numbers, which cost nothing to the collector.
 */

/** Into how many days the time is cut. */
const days = 65_536;
const none = -1;

/** Things by the time at which they happen, each at most once; those of one instant in the order of entering. */
export class EventQueue {
  /** When the next thing happens; Infinity if nothing will. */
  next: number = Infinity;
  /** Of each thing its time, its turn among those of one instant, and the next of its day. */
  private times = new Float64Array(1024);
  private turns = new Float64Array(1024);
  private links = new Int32Array(1024);
  private last = 0;
  /** The first thing of each day to come. */
  private readonly firsts = new Int32Array(days).fill(none);
  private today = 0;
  /** The things of today, four children to a node, and their times again, side by side. */
  private heap = new Int32Array(1024);
  private keys = new Float64Array(1024);
  private size = 0;
  private readonly perMs: number;

  /** What happens at `end` or later is forgotten. */
  constructor(private readonly end: number) {
    this.perMs = days / end;
  }

  add(at: number, thing: number): void {
    if (at >= this.end) return;
    while (thing >= this.times.length) this.grow();
    this.last += 1;
    this.times[thing] = at;
    this.turns[thing] = this.last;
    const day = Math.min(days - 1, Math.floor(at * this.perMs));
    if (day > this.today && this.next < Infinity) {
      this.links[thing] = this.firsts[day]!;
      this.firsts[day] = thing;
    } else {
      // If nothing else is planned, its day is today.
      this.today = Math.max(this.today, day);
      this.rise(thing);
      this.next = this.keys[0]!;
    }
  }

  /** Takes the next thing out; only where there is one. */
  take(): number {
    const { heap, keys } = this;
    const taken = heap[0]!;
    this.size -= 1;
    if (this.size > 0) this.sink(heap[this.size]!, keys[this.size]!);
    else this.turn();
    this.next = this.size > 0 ? keys[0]! : Infinity;
    return taken;
  }

  /** On to the next day on which something happens, if there is one. */
  private turn(): void {
    const { firsts, links } = this;
    while (this.size === 0 && this.today < days - 1) {
      this.today += 1;
      for (let thing = firsts[this.today]!; thing !== none; thing = links[thing]!) this.rise(thing);
      firsts[this.today] = none;
    }
  }

  private rise(thing: number): void {
    const { heap, keys, turns } = this;
    const key = this.times[thing]!;
    let place = this.size;
    this.size += 1;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const other = keys[parent]!;
      if (other < key || (other === key && turns[heap[parent]!]! < turns[thing]!)) break;
      heap[place] = heap[parent]!;
      keys[place] = other;
      place = parent;
    }
    heap[place] = thing;
    keys[place] = key;
  }

  private sink(thing: number, key: number): void {
    const { heap, keys, size, turns } = this;
    let place = 0;
    for (;;) {
      const first = 4 * place + 1;
      if (first >= size) break;
      let least = first;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child += 1) {
        const [one, best] = [keys[child]!, keys[least]!];
        if (one < best || (one === best && turns[heap[child]!]! < turns[heap[least]!]!)) least = child;
      }
      const other = keys[least]!;
      if (key < other || (key === other && turns[thing]! < turns[heap[least]!]!)) break;
      heap[place] = heap[least]!;
      keys[place] = other;
      place = least;
    }
    heap[place] = thing;
    keys[place] = key;
  }

  private grow(): void {
    const { times, turns, links, heap, keys } = this;
    const room = 2 * times.length;
    (this.times = new Float64Array(room)).set(times);
    (this.turns = new Float64Array(room)).set(turns);
    (this.links = new Int32Array(room)).set(links);
    (this.heap = new Int32Array(room)).set(heap);
    (this.keys = new Float64Array(room)).set(keys);
  }
}

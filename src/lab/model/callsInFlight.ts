/*
 * The calls that are on their way: numbers in typed arrays, by place, and of objects only the policy's state and the last
 * error. So the collector has little to look at. A place is used again when its call has ended.
 */

/** About how many bytes one of them takes, with its entry in the calendar and its policy's state. */
export const bytesPerFlight = 400;

const start = 1024;

/** Room for calls. */
export class CallsInFlight {
  count = 0;
  readonly state: unknown[] = [];
  /** What the attempt ends with that runs, or has ended last; `undefined` is well. */
  readonly error: unknown[] = [];
  /** 1 while an attempt runs, else 0. */
  running: Uint8Array = new Uint8Array(start);
  /** The number of the call. */
  call: Float64Array = new Float64Array(start);
  attempt: Int32Array = new Int32Array(start);
  /** The process that makes it. */
  home: Int32Array = new Int32Array(start);
  /** The numbers of the attempt in its circuit and its budget. */
  inCircuit: Float64Array = new Float64Array(start);
  inBudget: Float64Array = new Float64Array(start);
  bornAt: Float64Array = new Float64Array(start);
  startedAt: Float64Array = new Float64Array(start);
  private readonly free: number[] = [];

  /** The place of a new call. */
  board(call: number, home: number, state: unknown, now: number): number {
    const place = this.free.pop() ?? this.count;
    this.count += 1;
    if (place === this.call.length) this.grow();
    this.state[place] = state;
    this.error[place] = undefined;
    this.running[place] = 0;
    this.call[place] = call;
    this.attempt[place] = 1;
    this.home[place] = home;
    this.inBudget[place] = 0;
    this.bornAt[place] = now;
    return place;
  }

  /** Its call has ended. */
  leave(place: number): void {
    this.count -= 1;
    this.state[place] = this.error[place] = undefined;
    this.free.push(place);
  }

  private grow(): void {
    const room = 2 * this.call.length;
    const { running, call, attempt, home, inCircuit, inBudget, bornAt, startedAt } = this;
    (this.running = new Uint8Array(room)).set(running);
    (this.call = new Float64Array(room)).set(call);
    (this.attempt = new Int32Array(room)).set(attempt);
    (this.home = new Int32Array(room)).set(home);
    (this.inCircuit = new Float64Array(room)).set(inCircuit);
    (this.inBudget = new Float64Array(room)).set(inBudget);
    (this.bornAt = new Float64Array(room)).set(bornAt);
    (this.startedAt = new Float64Array(room)).set(startedAt);
  }
}

/*
 * The calls in flight, as parallel typed arrays with one row per call. Only the state of the policy and the latest error
 * are objects, so the garbage collector has little to scan. The row of a call that has ended is reused.
 */

/** The approximate size of one call in bytes, including its event and the state of its policy. */
export const bytesPerCall = 400;

const initialRows = 1024;

/** The table of calls. */
export class CallsInFlight {
  count = 0;
  readonly state: unknown[] = [];
  /** The error with which the current attempt will end, or the last one ended. `undefined` is a success. */
  readonly error: unknown[] = [];
  /** 1 while an attempt runs, otherwise 0. */
  running: Uint8Array = new Uint8Array(initialRows);
  /** The number of the call. */
  call: Float64Array = new Float64Array(initialRows);
  attempt: Int32Array = new Int32Array(initialRows);
  /** The process that makes the call. */
  processIndex: Int32Array = new Int32Array(initialRows);
  /** The tickets of the current attempt. */
  circuitTicket: Float64Array = new Float64Array(initialRows);
  budgetTicket: Float64Array = new Float64Array(initialRows);
  /** When the call began, and when its current attempt asked to start. */
  calledAt: Float64Array = new Float64Array(initialRows);
  startedAt: Float64Array = new Float64Array(initialRows);
  private readonly freeRows: number[] = [];

  /** Adds a call and returns its row. */
  add(call: number, processIndex: number, state: unknown, now: number): number {
    const row = this.freeRows.pop() ?? this.count;
    this.count += 1;
    if (row === this.call.length) this.grow();
    this.state[row] = state;
    this.error[row] = undefined;
    this.running[row] = 0;
    this.call[row] = call;
    this.attempt[row] = 1;
    this.processIndex[row] = processIndex;
    this.budgetTicket[row] = 0;
    this.calledAt[row] = now;
    return row;
  }

  /** Removes a call that has ended. */
  remove(row: number): void {
    this.count -= 1;
    this.state[row] = this.error[row] = undefined;
    this.freeRows.push(row);
  }

  private grow(): void {
    const rows = 2 * this.call.length;
    const { running, call, attempt, processIndex, circuitTicket, budgetTicket, calledAt, startedAt } = this;
    (this.running = new Uint8Array(rows)).set(running);
    (this.call = new Float64Array(rows)).set(call);
    (this.attempt = new Int32Array(rows)).set(attempt);
    (this.processIndex = new Int32Array(rows)).set(processIndex);
    (this.circuitTicket = new Float64Array(rows)).set(circuitTicket);
    (this.budgetTicket = new Float64Array(rows)).set(budgetTicket);
    (this.calledAt = new Float64Array(rows)).set(calledAt);
    (this.startedAt = new Float64Array(rows)).set(startedAt);
  }
}

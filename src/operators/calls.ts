import { filter, merge, type Observable } from 'rxjs';
import { RefusedError, type Reason } from '../errors.js';
import { Call, type Ending } from './call.js';
import type { Cell } from './cell.js';

/** The longest wait that somebody asked for, why, and which cell it was; none if it was the policy itself. */
export interface Longest {
  readonly wait: number;
  readonly reason: Reason | undefined;
  readonly by: Cell | undefined;
}

/** Where there is nobody but the cells. */
export const noWait: Longest = { wait: 0, reason: undefined, by: undefined };

/** One attempt in all cells of an operator: one transaction when it asks, and every cell hears how it ends. */
export class Calls {
  private readonly calls: readonly Call[];
  private isOver = false;

  constructor(cells: readonly Cell[]) {
    this.calls = cells.map((cell) => new Call(cell));
  }

  /** The longest of their waits and of `own`; nothing is kept yet. */
  ask(attempt: number, error: unknown, own: Longest): Longest {
    let longest = own;
    for (const call of this.calls) {
      const { wait, reason } = call.ask(attempt, error);
      if (wait > longest.wait) longest = { wait, reason, by: call.cell };
    }
    return longest;
  }

  /** Keeps what they answered: all if the attempt is admitted, otherwise those that refused. */
  keep(isAdmitted: boolean): void {
    for (const call of this.calls) call.keep(isAdmitted);
    for (const call of this.calls) call.announce();
  }

  /** Whether a cell that refused has changed meanwhile, so that nobody will wake who waits for it. */
  isOvertaken(): boolean {
    return this.calls.some((call) => call.isOvertaken());
  }

  /**
   * Emits when a cell that told it to wait wakes it, see {@link Cell.wakes}; no more once it leaves them, one after the
   * other.
   */
  wakes(): Observable<number | undefined> {
    const waiting = this.calls.filter((call) => call.isWaiting);
    return merge(...waiting.map((call) => call.wakes())).pipe(filter(() => !this.isOver));
  }

  value(value: unknown): void {
    for (const call of this.calls) call.value(value);
  }

  /** Every cell hears of the end, whatever another one throws. */
  settle(ending: Ending, error?: unknown): void {
    this.isOver = true;
    let first: { readonly thrown: unknown } | undefined;
    for (const call of this.calls) {
      try {
        call.settle(ending, error);
      } catch (thrown) {
        first ??= { thrown };
      }
    }
    if (first !== undefined) throw first.thrown;
  }
}

const nobody = /* @__PURE__ */ new Calls([]);

/** A new attempt in the cells. */
export const callsIn = (cells: readonly Cell[]): Calls => (cells.length === 0 ? nobody : new Calls(cells));

/** What an attempt ends with that is not admitted. */
export const refusalOf = ({ wait, reason = 'refused', by }: Longest): RefusedError =>
  by === undefined ? new RefusedError(reason, wait) : by.refusal(reason, wait);

import { merge, type Observable } from 'rxjs';
import { RefusedError, type Reason } from '../errors.js';
import { Call, type Ending } from './call.js';
import type { Cell } from './cell.js';

/** The longest wait that somebody asked for, why, and which cell it was; none if it was the policy itself. */
export interface Longest {
  readonly wait: number;
  readonly reason: Reason | undefined;
  readonly by: Cell | undefined;
}

/** One attempt in all cells of an operator: one transaction when it asks, and every cell hears how it ends. */
export class Calls {
  private readonly calls: readonly Call[];

  constructor(cells: readonly Cell[]) {
    this.calls = cells.map((cell) => new Call(cell));
  }

  /** The longest of their waits and of `own`; nothing is kept yet. */
  ask(attempt: number, error: unknown, own: Longest): Longest {
    return this.calls.reduce<Longest>((longest, call) => {
      const { wait, reason } = call.ask(attempt, error);
      return wait > longest.wait ? { wait, reason, by: call.cell } : longest;
    }, own);
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

  /** Emits when it may ask again early, see {@link Cell.wakes}. */
  wakes(): Observable<number | undefined> {
    return merge(...this.calls.map((call) => call.wakes()));
  }

  value(value: unknown): void {
    for (const call of this.calls) call.value(value);
  }

  /** Every cell hears of the end, whatever another one throws. */
  settle(ending: Ending, error?: unknown): void {
    const thrown: unknown[] = [];
    for (const call of this.calls) {
      try {
        call.settle(ending, error);
      } catch (reason) {
        thrown.push(reason);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }
}

/** What an attempt ends with that is not admitted. */
export const refusalOf = ({ wait, reason = 'refused', by }: Longest): RefusedError =>
  by === undefined ? new RefusedError(reason, wait) : by.refusal(reason, wait);

import type { Observable } from 'rxjs';
import { RefusedError, type Reason } from '../errors.js';
import type { CellSettings } from './clock.js';

/** How an attempt ended. */
export type Ending = 'success' | 'failure' | 'cancel';

/** The longest wait that somebody asked for, why, and which cell it was; none if it was the policy itself. */
export interface Longest {
  readonly wait: number;
  readonly reason: Reason | undefined;
  readonly by: { refusal(reason: Reason, wait: number): RefusedError } | undefined;
}

/** Where there is nobody but the cells. */
export const noWait: Longest = { wait: 0, reason: undefined, by: undefined };

/** What an attempt ends with that is not admitted. */
export const refusalOf = ({ wait, reason = 'refused', by }: Longest): RefusedError =>
  by === undefined ? new RefusedError(reason, wait) : by.refusal(reason, wait);

/** One attempt in all cells of an operator: one transaction when it asks, and every cell hears how it ends. */
export interface Calls {
  /** The longest of their waits and of `own`; nothing is kept yet. */
  ask(attempt: number, error: unknown, own: Longest): Longest;
  /** Keeps what they answered: all if the attempt is admitted, otherwise those that refused. */
  keep(isAdmitted: boolean): void;
  /**
   * Emits when it is admitted that was told to wait `ms` milliseconds: it asks again when that has passed or a cell wakes
   * it, and so on, for as long as its patience lasts. What `ask` throws becomes the error.
   */
  admitted(ms: number, settings: CellSettings, ask: () => number, patience?: () => number): Observable<0>;
  value(value: unknown): void;
  /**
   * Every cell hears of the end, whatever another one throws, and only then is anybody told. Those who wait are roused
   * later, see {@link rouse}.
   */
  settle(ending: Ending, error?: unknown): void;
  /** Those who wait may ask again: when the source of this one has let go. */
  rouse(): void;
}

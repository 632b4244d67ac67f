import { admitted, rejectionOf, type Answer, type Transaction } from '../engine/transaction.js';
import { isForeseeable } from '../time/wait.js';
import type { GuardHost } from './guardHost.js';

/*
 * What a guard does with the transaction of a call, before it has a subscriber to the source and after.
 */

/** One transaction. */
export function askAll(transaction: Transaction): Answer {
  const answer = transaction.ask(1, undefined, admitted);
  transaction.keep(answer.wait);
  return answer;
}

export function mayWait({ maxWait }: GuardHost<any>, wait: number, rest: number): boolean {
  if (maxWait === 0 || wait === Infinity) return false;
  return wait <= rest || (!isForeseeable(wait) && rest > 0);
}

export function reject(transaction: Transaction, answer: Answer): Error {
  transaction.abandon();
  transaction.rouse();
  return rejectionOf(answer);
}

/** The call must not keep a slot or a place in a queue, whatever went wrong. `report` receives what a predicate throws. */
export function cancel(transaction: Transaction, report: (error: unknown) => void): void {
  try {
    transaction.settle('cancel');
  } catch (error) {
    report(error);
  }
  transaction.rouse();
}

/** The stream ends with an earlier error. */
export const ignore = (): void => undefined;

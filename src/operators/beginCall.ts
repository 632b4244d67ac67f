import type { Observable, Subscriber } from 'rxjs';
import type { Transaction } from '../engine/transaction.js';
import { start } from '../live/start.js';
import { GuardedCall } from './guardedCall.js';
import type { GuardHost } from './guardHost.js';
import { askAll, cancel, ignore, mayWait, reject } from './guardTransaction.js';
import { reportUnhandled } from './notify.js';

/** One subscription: asks the gates, and subscribes to the source, waits or ends with a rejection. */
export function beginCall<T>(host: GuardHost<T>, source: Observable<T>, consumer: Subscriber<T>): void {
  let transaction: Transaction | undefined;
  try {
    transaction = host.entry.begin();
    const answer = askAll(transaction);
    if (consumer.closed) cancel(transaction, reportUnhandled);
    else if (answer.wait === 0) start(source, new GuardedCall(host, source, consumer, transaction));
    else if (mayWait(host, answer.wait, host.maxWait))
      new GuardedCall(host, source, consumer, transaction).wait(answer.wait);
    else consumer.error(reject(transaction, answer));
  } catch (error) {
    if (transaction !== undefined) cancel(transaction, ignore);
    consumer.error(error);
  }
}

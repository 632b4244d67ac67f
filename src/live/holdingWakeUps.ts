import { Observable } from 'rxjs';
import { withoutWaking } from '../engine/wakeQueue.js';

/** The source; no waiting call is woken while it is being subscribed. */
export const holdingWakeUps = <T>(source: Observable<T>): Observable<T> =>
  new Observable((subscriber) => withoutWaking(() => source.subscribe(subscriber)));

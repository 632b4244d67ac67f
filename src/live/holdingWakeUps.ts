import { Observable } from 'rxjs';
import { holdWakeUps, releaseWakeUps } from '../engine/wakeQueue.js';

/** The source; no waiting call is woken while it is being subscribed. */
export const holdingWakeUps = <T>(source: Observable<T>): Observable<T> =>
  new Observable((subscriber) => {
    holdWakeUps();
    try {
      return source.subscribe(subscriber);
    } finally {
      releaseWakeUps();
    }
  });

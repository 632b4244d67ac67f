import { throwError } from 'rxjs';

/** Calls an observer. It cannot change the stream: what it throws goes to RxJS's `config.onUnhandledError`. */
export function notifyObserver<E>(observe: (event: E) => void, event: E): void {
  try {
    observe(event);
  } catch (error) {
    reportUnhandled(error);
  }
}

/** Hands an error that has no stream to go to, to RxJS's `config.onUnhandledError`. */
export function reportUnhandled(error: unknown): void {
  throwError(() => error).subscribe();
}

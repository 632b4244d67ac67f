import { take, takeUntil, throwError, timer } from 'rxjs';
import { fixed, retryWithPolicy } from 'rxjs-reprise';
import { program } from './program.js';

/*
 * The program on a page, and what is a matter of the browser's timers: those end at once where a wait does not fit into
 * 31 bits. Tells the server that it has ended, with what went wrong or nothing.
 */

async function longWaits(): Promise<void> {
  let calls = 0;
  const failing$ = throwError(() => {
    calls += 1;
    return new Error('busy');
  });
  await new Promise<void>((resolve, reject) => {
    failing$.pipe(retryWithPolicy(fixed(2 ** 31)), take(1), takeUntil(timer(300))).subscribe({
      complete: resolve,
      error: reject,
    });
  });
  if (calls !== 1) throw new Error(`a wait of 2 ** 31 ms: ${String(calls)} calls in 300 ms`);
}

const tell = (what: string): Promise<unknown> => fetch('/ended', { method: 'POST', body: what });

program()
  .then(longWaits)
  .then(
    () => tell(''),
    (error: unknown) => tell(String(error)),
  );

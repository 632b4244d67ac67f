import { take, takeUntil, throwError, timer } from 'rxjs';
import { fixed, retryWithPolicy } from 'rxjs-reprise';
import { network, type NetworkCase } from './network.js';
import { program } from './program.js';

/*
 * Runs the program on a page, a wait that does not fit into the 31 bits of a browser's timer, which would fire at once, and
 * calls that fail. At the end, the page tells the server how it went.
 */

async function waitLong(): Promise<void> {
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

const report = (path: string, body: string): Promise<unknown> => fetch(path, { method: 'POST', body });

program()
  .then(waitLong)
  .then(() => fetch('/cases'))
  .then((response) => response.json())
  .then((cases) => network(cases as NetworkCase[]))
  .then(
    () => report('/ended', ''),
    (error: unknown) => report('/failed', String(error)),
  );

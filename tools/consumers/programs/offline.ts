import { defer, firstValueFrom, fromEvent, type Observable } from 'rxjs';
import { fixed, retryNow, retryWithPolicy } from 'rxjs-reprise';

/*
 * Runs the recipe "Wait until online" on a page that goes offline and online. With its title the page says what must happen
 * next, because then it has no network.
 */

/** The recipe. */
export type Load = (url: string) => Observable<Response>;

/** What the page says with its title. */
export type Title = 'ready to go offline' | 'ready to go online' | `Error: ${string}`;

const say = (title: Title): void => {
  document.title = title;
};

/**
 * Makes calls of the service before and while the page is offline.
 *
 * @throws Error if one of them is answered too early, or with a wrong answer
 */
async function callsOf(load: Load, service: string): Promise<void> {
  const answers: string[] = [];
  const answer = async (path: string, response: Promise<Response>): Promise<void> => {
    const text = await (await response).text();
    if (text !== path) throw new Error(`${path} was answered with ${text}`);
    answers.push(path);
  };
  const call = (path: string): Promise<void> => answer(path, firstValueFrom(load(service + path)));

  const busy = failingOnce(`${service}/busy`);
  const all = [answer('/busy', busy.response), call('/held')];
  await Promise.race([busy.isWaiting, ...all]);

  say('ready to go offline');
  await until(false);
  const withoutGate = await fetch(`${service}/probe`).then(
    () => 'an answer',
    () => 'an error',
  );
  if (withoutGate !== 'an error') throw new Error('the page has a network while it is offline');
  const attempts = fetchesFromNow();
  all.push(...['/a', '/b', '/c'].map(call));
  await Promise.race([passed(500), ...all]);
  if (answers.length > 0) throw new Error(`${answers.join(', ')} ended while the page was offline`);
  if (attempts.length > 0) throw new Error(`attempts while the page was offline: ${attempts.join(', ')}`);

  say('ready to go online');
  await until(true);
  await Promise.all(all);
}

/** A call whose first attempt fails, and whose retry comes later than the end of any test. */
function failingOnce(url: string): { readonly response: Promise<Response>; readonly isWaiting: Promise<unknown> } {
  let wait: () => void = () => undefined;
  const isWaiting = new Promise<void>((resolve) => (wait = resolve));
  const send = async (): Promise<Response> => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    return response;
  };
  const retry = retryWithPolicy<Response>(fixed(2 ** 40), {
    gates: [retryNow(fromEvent(window, 'online'))],
    observe: ({ kind }) => {
      if (kind === 'retrying') wait();
    },
  });
  return { response: firstValueFrom(defer(send).pipe(retry)), isWaiting };
}

/** The addresses that are fetched from now on. */
function fetchesFromNow(): readonly unknown[] {
  const fetched: unknown[] = [];
  const { fetch: original } = globalThis;
  globalThis.fetch = (...args: Parameters<typeof fetch>) => {
    fetched.push(args[0]);
    return original(...args);
  };
  return fetched;
}

/** Waits for the event that follows. */
async function until(onLine: boolean): Promise<void> {
  if (navigator.onLine !== onLine) await firstValueFrom(fromEvent(window, onLine ? 'online' : 'offline'));
  if (navigator.onLine !== onLine) throw new Error(`navigator.onLine is ${String(navigator.onLine)} after its event`);
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the calls, and reports to the server, or in the title if that is not possible. */
export function offline(load: Load): void {
  fetch('/cases')
    .then((response) => response.text())
    .then((service) => callsOf(load, service))
    .then(() => fetch('/ended', { method: 'POST' }))
    .catch((error: unknown) => {
      say(`Error: ${String(error)}`);
    });
}

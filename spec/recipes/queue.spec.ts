import { connect, createServer } from 'node:net';
import { mergeMap, type Observable } from 'rxjs';
import { action } from 'rxjs-reprise';
import { afterEach, expect, it, vi } from 'vitest';
import { listen } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';

type Handle = (message: string) => Promise<unknown>;
type Consume = (messages$: Observable<string>, handle: Handle, setAside: Handle) => Observable<unknown>;

afterEach(() => {
  vi.useRealTimers();
});

it('Queue consumer', async () => {
  const { consume } = await importRecipe<{ consume: Consume }>('Queue consumer');
  let connections = 0;
  const broker = createServer((socket) => {
    socket.on('error', () => undefined);
    connections += 1;
    if (connections === 1) socket.end('ab');
    else if (connections === 2) socket.resetAndDestroy();
    else socket.write('cd');
  });
  const port = await listen(broker);
  // Each character is a message.
  const messages = action(() => connect(port, '127.0.0.1').setEncoding('utf8'));
  const messages$ = messages().pipe(mergeMap((chunk) => String(chunk)));

  const attempts: string[] = [];
  const handled: string[] = [];
  const handle = (message: string): Promise<unknown> => {
    attempts.push(message);
    const isTransient = message === 'a' && attempts.length === 1;
    if (message === 'b' || isTransient) return Promise.reject(new Error('not now'));
    handled.push(message);
    return Promise.resolve();
  };
  const aside: string[] = [];
  const setAside = (message: string): Promise<unknown> => Promise.resolve(aside.push(message));

  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const subscription = consume(messages$, handle, setAside).subscribe();
  while (handled.length < 3 || aside.length < 1) {
    await new Promise(setImmediate);
    vi.advanceTimersToNextTimer();
  }
  subscription.unsubscribe();
  expect(handled.sort()).toEqual(['a', 'c', 'd']);
  expect(aside).toEqual(['b']);
  expect(attempts.sort()).toEqual(['a', 'a', 'b', 'b', 'b', 'c', 'd']);
  expect(connections).toBe(3);
});

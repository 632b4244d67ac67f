import { json } from 'node:stream/consumers';
import { lastValueFrom, range, Subject, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { serve, type Answer } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { failure } from '../support/settled.js';
import { virtualWaits } from '../support/virtualWaits.js';

const { passUntil, whilePassing } = virtualWaits();

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

describe('Micro-batch upload', async () => {
  type Send = (events: readonly number[]) => Promise<unknown>;
  const { upload } = await importRecipe<{
    upload: (url: string, events$: Observable<number>, setAside: Send) => Observable<unknown>;
  }>('Micro-batch upload');
  const lose: Send = () => Promise.reject(new Error('a batch was set aside'));

  /** A server that stores each key once, answers so, and notes how many requests ran at once. */
  const store = async (answer: Answer) => {
    const stored = new Map<string, readonly number[]>();
    const keys: string[] = [];
    let running = 0;
    let most = 0;
    const { url } = await serve((response, request, number) => {
      most = Math.max(most, (running += 1));
      response.on('close', () => (running -= 1));
      const key = String(request.headers['idempotency-key']);
      keys.push(key);
      void json(request).then((events) => {
        if (!stored.has(key)) stored.set(key, events as number[]);
        answer(response, request, number);
      });
    });
    const batches = (): (readonly number[])[] => [...stored.values()];
    return { url, keys, batches, most: () => most };
  };
  const good = () => store((response) => response.end());

  it('stores each event once and in order, with a lost answer and a server that is busy', async () => {
    const { url, keys, batches, most } = await store((response, { socket }, number) => {
      if (number === 1) socket.resetAndDestroy();
      else response.writeHead(number === 3 ? 503 : 200).end();
    });
    await whilePassing(lastValueFrom(upload(url, range(0, 250), lose)));
    expect(batches()).toEqual([numbers(0, 100), numbers(100, 100), numbers(200, 50)]);
    const [lost, again, busy, repeated, last] = keys;
    expect(keys).toHaveLength(5);
    expect([again, repeated]).toEqual([lost, busy]);
    expect(new Set([lost, busy, last]).size).toBe(3);
    expect(most()).toBe(1);
  });

  it('sends what there is each second, and nothing if there is nothing', async () => {
    const { url, keys, batches } = await good();
    const events$ = new Subject<number>();
    const start = Date.now();
    const subscription = upload(url, events$, lose).subscribe();
    await passUntil(() => Date.now() >= start + 5500);
    expect(keys).toEqual([]);
    events$.next(1);
    events$.next(2);
    await passUntil(() => keys.length === 1);
    events$.next(3);
    await passUntil(() => batches().length === 2);
    subscription.unsubscribe();
    expect(batches()).toEqual([[1, 2], [3]]);
  });

  it('sets a batch aside that the server rejects, and goes on with the next', async () => {
    const { url, keys } = await store((response, _, number) => response.writeHead(number === 2 ? 400 : 200).end());
    const aside: (readonly number[])[] = [];
    const setAside: Send = (events) => Promise.resolve(aside.push(events));
    await whilePassing(lastValueFrom(upload(url, range(0, 250), setAside)));
    expect(aside).toEqual([numbers(100, 100)]);
    expect(new Set(keys).size).toBe(3);
  });

  it('sets a batch aside after ten minutes', async () => {
    const { url, keys } = await store((response) => response.writeHead(503).end());
    const aside: (readonly number[])[] = [];
    const start = Date.now();
    const setAside: Send = (events) => Promise.resolve(aside.push(events));
    await whilePassing(lastValueFrom(upload(url, range(0, 1), setAside)), 1000);
    expect(aside).toEqual([[0]]);
    expect(new Set(keys).size).toBe(1);
    expect(Date.now() - start).toBeGreaterThan(500_000);
  });

  it('sends the rest when the events complete', async () => {
    const { url, batches } = await good();
    const events$ = new Subject<number>();
    const ended = lastValueFrom(upload(url, events$, lose));
    events$.next(1);
    events$.complete();
    // No time passes.
    await ended;
    expect(batches()).toEqual([[1]]);
  });

  it('ends with the error of setAside', async () => {
    const { url } = await store((response) => response.writeHead(400).end());
    expect(await whilePassing(failure(upload(url, range(0, 1), lose)))).toMatchObject({
      message: 'a batch was set aside',
    });
  });
});

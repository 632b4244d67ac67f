import { BehaviorSubject, lastValueFrom, take, tap, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { serve } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { failure } from '../support/settled.js';
import { virtualWaits } from '../support/virtualWaits.js';

/*
 * The recipes that poll and reconnect, with servers.
 */

const { passUntil, whilePassing } = virtualWaits();

describe('Poll a job', async () => {
  interface Job {
    readonly state: string;
  }
  const { watch } = await importRecipe<{ watch: (url: string, hidden$: Observable<boolean>) => Observable<Job> }>(
    'Poll a job',
  );
  const states = (watched: Observable<Job>): Promise<string[]> =>
    lastValueFrom(watched.pipe(toArray())).then((jobs) => jobs.map(({ state }) => state));
  const visible$ = new BehaviorSubject(false);

  it('asks ever more slowly, and completes when the job is done', async () => {
    const times: number[] = [];
    const { url } = await serve((response, _, number) => {
      times.push(Date.now());
      response.end(JSON.stringify({ state: number < 5 ? 'running' : 'done' }));
    });
    expect(await whilePassing(states(watch(url, visible$)))).toEqual([
      'running',
      'running',
      'running',
      'running',
      'done',
    ]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // Half of 500, 1000, 2000 and 4000 ms, and what a request takes.
    for (const [index, least] of [250, 500, 1000, 2000].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(least);
  });

  it('retries what is transient, and then goes on', async () => {
    const { url, requests } = await serve((response, { socket }, number) => {
      if (number === 2) response.writeHead(503).end();
      else if (number === 3) socket.resetAndDestroy();
      else response.end(JSON.stringify({ state: number < 5 ? 'running' : 'done' }));
    });
    expect(await whilePassing(states(watch(url, visible$)))).toEqual(['running', 'running', 'done']);
    expect(requests).toHaveLength(5);
  });

  it('ends with an error that is not transient', async () => {
    const { url, requests } = await serve((response, _, number) => {
      if (number === 1) response.end('{"state":"running"}');
      else response.writeHead(404).end();
    });
    expect(await whilePassing(failure(watch(url, visible$)))).toMatchObject({ name: 'HttpError', status: 404 });
    expect(requests).toHaveLength(2);
  });

  it('asks nothing while the page is hidden, breaks off a request, and asks at once when it is visible', async () => {
    const isHidden$ = new BehaviorSubject(true);
    const closed: number[] = [];
    const { url, requests } = await serve((response, _, number) => {
      response.on('close', () => {
        if (!response.writableEnded) closed.push(number);
      });
      // The first request stays open.
      if (number > 1) response.end(JSON.stringify({ state: number < 4 ? 'running' : 'done' }));
    });
    const ended: true[] = [];
    const watched = states(watch(url, isHidden$)).finally(() => ended.push(true));
    const start = Date.now();
    await passUntil(() => Date.now() > start + 1000);
    expect(requests).toHaveLength(0);
    isHidden$.next(false);
    await passUntil(() => requests.length === 1);
    isHidden$.next(true);
    await passUntil(() => closed.length === 1);
    isHidden$.next(false);
    await passUntil(() => requests.length === 2);
    isHidden$.next(true);
    const hiddenAt = Date.now();
    await passUntil(() => Date.now() > hiddenAt + 20_000);
    const asked = requests.length;
    expect(asked).toBe(2);
    isHidden$.next(false);
    await passUntil(() => ended.length > 0);
    expect((await watched).at(-1)).toBe('done');
    expect(closed[0]).toBe(1);
  });

  it('completes after ten minutes', async () => {
    const { url, requests } = await serve((response) => response.end('{"state":"running"}'));
    const seen = await whilePassing(states(watch(url, visible$)), 1000);
    expect(new Set(seen)).toEqual(new Set(['running']));
    expect(seen).toHaveLength(requests.length);
  });
});

describe('Server-sent events', async () => {
  const { events } = await importRecipe<{ events: (open: () => Request) => Observable<string> }>('Server-sent events');

  it('goes on after a clean end, a break and a 503, from the last id', async () => {
    const ids: unknown[] = [];
    const { url } = await serve((response, { headers }, number) => {
      ids.push(headers['last-event-id']);
      if (number === 3) response.writeHead(503).end();
      else if (number === 1) {
        response.write('id: 1\ndata: a\n\nid: 2\nda');
        setImmediate(() => response.end('ta: b\n\nid: 3\ndata: half of'));
      } else {
        response.write(`id: ${String(number + 1)}\ndata: c\n\n`);
        if (number === 2) setTimeout(() => response.destroy(), 10);
      }
    });
    let last = '';
    const open = (): Request => new Request(url, { headers: { 'last-event-id': last } });
    const noted = events(open).pipe(tap((event) => (last = /^id: (.*)$/m.exec(event)?.[1] ?? last)));
    const received = await whilePassing(lastValueFrom(noted.pipe(take(4), toArray())));
    expect(received).toEqual(['id: 1\ndata: a', 'id: 2\ndata: b', 'id: 3\ndata: c', 'id: 5\ndata: c']);
    expect(ids).toEqual(['', '2', '3', '3']);
  });

  it('ends with an error that is not transient', async () => {
    const { url, requests } = await serve((response) => response.writeHead(401).end());
    expect(await whilePassing(failure(events(() => new Request(url))))).toMatchObject({
      name: 'HttpError',
      status: 401,
    });
    expect(requests).toHaveLength(1);
  });

  it('closes the connection when the consumer leaves', async () => {
    const closed: true[] = [];
    const { url } = await serve((response) => {
      response.on('close', () => closed.push(true));
      response.write('data: a\n\n');
    });
    const seen = lastValueFrom(events(() => new Request(url)).pipe(take(1)));
    expect(await whilePassing(seen)).toBe('data: a');
    await passUntil(() => closed.length > 0);
  });
});

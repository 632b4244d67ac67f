import { AsyncLocalStorage } from 'node:async_hooks';
import { json, text } from 'node:stream/consumers';
import { firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { HttpError } from 'rxjs-reprise/http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serve } from '../support/loopback.js';
import { importRecipe } from '../support/recipes.js';
import { failure } from '../support/settled.js';

type Load = (url: string) => Observable<Response>;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('fetch with Retry-After', async () => {
  const { load } = await importRecipe<{ load: Load }>('fetch with Retry-After');

  it('retries a 503 and emits the good answer', async () => {
    const { url, requests } = await serve((response, _, number) => {
      if (number === 1) response.writeHead(503, { 'retry-after-ms': '20' }).end('busy');
      else response.end('good');
    });
    const response = await firstValueFrom(load(url));
    expect(await response.text()).toBe('good');
    expect(requests).toHaveLength(2);
  });

  it('obeys a hint that is too long by ending at once', async () => {
    const { url, requests } = await serve((response) => response.writeHead(503, { 'retry-after': '3600' }).end());
    expect(await failure(load(url))).toMatchObject({ name: 'HttpError', status: 503 });
    expect(requests).toHaveLength(1);
  });

  it('does not retry a 404', async () => {
    const { url, requests } = await serve((response) => response.writeHead(404).end());
    expect(await failure(load(url))).toBeInstanceOf(HttpError);
    expect(requests).toHaveLength(1);
  });
});

describe('Token refresh', async () => {
  type Authorized = (token: string, refresh: () => Promise<string>) => Load;
  const { authorized } = await importRecipe<{ authorized: Authorized }>('Token refresh');

  /** A server that accepts the token 'new', and gives it out once. */
  const secured = async (answer: (accepted: boolean, path: string, reply: () => void) => void) => {
    let given = 0;
    const { url, requests } = await serve((response, { headers, url: path = '' }) => {
      if (path === '/token') {
        given += 1;
        response.writeHead(given === 1 ? 200 : 403).end('new');
        return;
      }
      const accepted = headers.authorization === 'new';
      answer(accepted, path, () => response.writeHead(accepted ? 200 : 401).end());
    });
    const refresh = async (): Promise<string> => {
      const response = await fetch(`${url}/token`);
      if (!response.ok) throw new Error('signed out');
      return response.text();
    };
    return { url, refresh, paths: () => requests.map(({ url: path }) => path), requests };
  };

  it('refreshes once for many calls and for one whose 401 is late', async () => {
    let arrived: (reply: () => void) => void;
    const arrival = new Promise<() => void>((resolve) => (arrived = resolve));
    const { url, refresh, paths } = await secured((accepted, path, reply) => {
      if (path === '/late' && !accepted) arrived(reply);
      else reply();
    });
    const load = authorized('old', refresh);
    const slow = firstValueFrom(load(`${url}/late`));
    const answerLate = await arrival;
    const responses = await Promise.all(['/a', '/b', '/c'].map((path) => firstValueFrom(load(url + path))));
    answerLate();
    expect([...responses, await slow].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(paths().sort()).toEqual(['/a', '/a', '/b', '/b', '/c', '/c', '/late', '/late', '/token']);
  });

  it('refreshes once for fifty 401s, and repeats each call with the new token in its own async context', async () => {
    const calls = Array.from({ length: 50 }, (_, index) => `/call-${String(index)}`);
    let waiting: (() => void)[] = [];
    const { url, refresh, requests } = await secured((accepted, _, reply) => {
      waiting.push(reply);
      // All calls are under way before the first 401.
      if (!accepted && waiting.length < calls.length) return;
      for (const each of waiting) each();
      waiting = [];
    });
    const load = authorized('old', refresh);
    const contexts = new AsyncLocalStorage<string>();
    const sent: unknown[] = [];
    const { fetch: original } = globalThis;
    vi.stubGlobal('fetch', (to: string, init?: RequestInit) => {
      sent.push([to.replace(url, ''), contexts.getStore()]);
      return original(to, init);
    });
    const responses = await Promise.all(
      calls.map((path) => contexts.run(path, () => firstValueFrom(load(`${url}${path}`)))),
    );
    expect(responses.every(({ status }) => status === 200)).toBe(true);

    const [token, ...others] = requests.filter(({ url: path }) => path === '/token');
    expect(token).toBeDefined();
    expect(others).toEqual([]);
    const tokens = (path: string) =>
      requests.filter((each) => each.url === path).map(({ headers }) => headers.authorization);
    expect(calls.map(tokens)).toEqual(calls.map(() => ['old', 'new']));
    const contextsOf = (path: string) => sent.filter((each) => (each as unknown[])[0] === path);
    expect(calls.map(contextsOf)).toEqual(
      calls.map((path) => [
        [path, path],
        [path, path],
      ]),
    );
  });

  it('ends with a second 401', async () => {
    const { url, paths } = await secured((_, __, reply) => {
      reply();
    });
    const load = authorized('old', () => Promise.resolve('bad'));
    expect(await failure(load(`${url}/a`))).toMatchObject({ status: 401 });
    expect(paths()).toEqual(['/a', '/a']);
  });

  it('ends with the error of a refresh, and refreshes for the next call', async () => {
    const { url, refresh } = await secured((_, __, reply) => {
      reply();
    });
    const broken = new Error('signed out');
    const load = authorized('old', vi.fn(refresh).mockRejectedValueOnce(broken));
    expect(await failure(load(url))).toBe(broken);
    expect(await firstValueFrom(load(url))).toHaveProperty('status', 200);
  });
});

it('Uploads under a rate limit', async () => {
  const { uploadAll } = await importRecipe<{
    uploadAll: (url: string, files: readonly File[]) => Observable<Response>;
  }>('Uploads under a rate limit');
  // Only what the library waits for is virtual: fetch and its sockets use other timers.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const starts: number[] = [];
  const realFetch = fetch;
  vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => {
    starts.push(Date.now());
    return realFetch(...args);
  });
  const bodies: string[] = [];
  const { url } = await serve((response, request, number) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(number === 3 ? 503 : 201).end();
    });
  });
  const files = ['a', 'b', 'c', 'd', 'e'].map((name) => new File([name], name));
  const ended: true[] = [];
  const uploaded = lastValueFrom(uploadAll(url, files)).finally(() => ended.push(true));
  while (ended.length === 0) {
    await new Promise(setImmediate);
    vi.advanceTimersByTime(1);
  }
  await uploaded;
  expect(bodies.sort().join('')).toMatch(/^a+b+c+d+e+$/);
  expect(bodies).toHaveLength(6);
  // Five in any second, with the retry.
  const [first = 0, , , , , sixth = 0] = starts;
  expect(sixth - first).toBeGreaterThanOrEqual(1000);
});

it('POST with an idempotency key', async () => {
  const { pay } = await importRecipe<{ pay: (url: string, order: object) => Observable<Response> }>(
    'POST with an idempotency key',
  );
  const paid: [key: unknown, order: unknown][] = [];
  const { url } = await serve((response, request, number) => {
    void json(request).then((order) => {
      paid.push([request.headers['idempotency-key'], order]);
      // The first answer is lost.
      if (number === 1) request.socket.resetAndDestroy();
      else response.end();
    });
  });
  await firstValueFrom(pay(url, { amount: 1 }));
  await firstValueFrom(pay(url, { amount: 2 }));
  expect(paid.map(([, order]) => order)).toEqual([{ amount: 1 }, { amount: 1 }, { amount: 2 }]);
  const [first, again, next] = paid.map(([key]) => key);
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(again).toBe(first);
  expect(next).not.toBe(first);
});

it('Fallback to a cache', async () => {
  const { load } = await importRecipe<{ load: (url: string) => Observable<unknown> }>('Fallback to a cache');
  let status = 200;
  const { url, requests } = await serve((response) => response.writeHead(status).end('{"news":1}'));

  expect(await firstValueFrom(load(url))).toEqual({ news: 1 });
  status = 404;
  expect(await failure(load(url))).toMatchObject({ status: 404 });
  status = 503;
  expect(await failure(load(`${url}/other`))).toMatchObject({ status: 503 });
  for (let again = 0; again < 5; again += 1) expect(await firstValueFrom(load(url))).toEqual({ news: 1 });
  // The third failure opened the circuit.
  expect(requests).toHaveLength(5);
  expect(await failure(load(`${url}/other`))).toHaveProperty('name', 'CircuitOpenError');
});

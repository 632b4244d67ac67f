import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom, VirtualTimeScheduler } from 'rxjs';
import { action, FailedValueError, retries } from 'rxjs-reprise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../support/settled.js';

describe('action with fetch, against a real server', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const url = (path: string): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${path}`;
  const get = action(
    (path: string) =>
      ({ signal }) =>
        fetch(url(path), { signal }),
  );
  const response = async (): Promise<ServerResponse> => {
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    return response;
  };

  it('aborts the request when the consumer leaves', async () => {
    const asked = response();
    const subscription = get('slow').subscribe();
    const answer = await asked;
    const closed = once(answer, 'close');
    subscription.unsubscribe();
    await closed;
    expect(answer.writableEnded).toBe(false);
  });

  it('aborts the request at a timeout', async () => {
    const scheduler = new VirtualTimeScheduler();
    const hurried = action(
      () =>
        ({ signal }) =>
          fetch(url('slow'), { signal }),
      { timeout: 1000, scheduler },
    );
    const asked = response();
    const error = failure(hurried());
    const closed = once(await asked, 'close');
    scheduler.flush();
    await closed;
    expect(await error).toHaveProperty('name', 'TimeoutError');
  });

  it('leaves a body readable that ends after the response was emitted', async () => {
    const asked = response();
    const answered = firstValueFrom(get('long'));
    const answer = await asked;
    answer.write('begun, ');
    const { body } = await answered;
    answer.end('ended');
    expect(await new Response(body).text()).toBe('begun, ended');
  });

  const large = 'x'.repeat(200_000);
  const checked = action(
    (path: string) =>
      ({ signal }) =>
        fetch(url(path), { signal }),
    { retry: retries(20), failOn: (response) => !response.ok },
  );

  it('retries a 503 by failOn, and holds one socket', async () => {
    let calls = 0;
    let open = 0;
    const counts: number[] = [];
    server.on('request', (_, answer: ServerResponse) => {
      calls += 1;
      open += 1;
      counts.push(open);
      answer.once('close', () => (open -= 1));
      if (calls <= 20) answer.writeHead(503).end(large);
      else answer.end('good');
    });
    const answer = await firstValueFrom(checked('busy'));
    expect(await answer.text()).toBe('good');
    expect(calls).toBe(21);
    // The server learns of an abort a little later.
    expect(Math.max(...counts)).toBeLessThan(10);
  });

  it('leaves the body readable of a failed answer that the call ends with', async () => {
    server.on('request', (_, answer: ServerResponse) => answer.writeHead(503).end(large));
    const error = await failure(checked('down'));
    expect(error).toBeInstanceOf(FailedValueError);
    expect(await ((error as FailedValueError).value as Response).text()).toBe(large);
  });

  it('fails with the error of fetch if no server listens', async () => {
    const gone = url('gone');
    server.close();
    await once(server, 'close');
    const error = await failure(action(() => fetch(gone), { retry: retries(1) })());
    expect(error).toBeInstanceOf(TypeError);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
});

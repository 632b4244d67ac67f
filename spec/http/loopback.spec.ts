import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * The errors that fetch and node:http throw, with a server on the loopback interface.
 */

const handlers: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/reset': (_, { socket }) => socket.resetAndDestroy(),
  '/close': (_, { socket }) => socket.destroy(),
  '/short': (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('"half', () => response.destroy());
  },
  '/chunk': (response) => {
    response.writeHead(200).write('"half', () => response.destroy());
  },
  '/garbage': (_, { socket }) => socket.end('good day\r\n\r\n'),
  '/redirect': (response) => response.writeHead(302, { Location: '/redirect' }).end(),
  '/busy': (response) => response.writeHead(503, { 'Retry-After': '7' }).end(),
  '/twice': (response) =>
    response
      .writeHead(
        503,
        [
          ['Retry-After', '7'],
          ['Retry-After', '8'],
        ].flat(),
      )
      .end(),
  '/gone': (response) => response.writeHead(410).end(),
  '/text': (response) => response.end('no JSON'),
};
const server = createServer((request, response) => handlers[request.url ?? '']?.(response, request));
let openUrl = '';
let closedUrl = '';

beforeAll(async () => {
  const listen = async (): Promise<string> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  closedUrl = await listen();
  server.close();
  await once(server, 'close');
  openUrl = await listen();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const errorOf = async (call: () => Promise<unknown>): Promise<unknown> => {
  try {
    return expect.fail(`expected an error, got ${String(await call())}`);
  } catch (error) {
    return error;
  }
};

describe('fetch', () => {
  const request = (url: () => string, init?: () => RequestInit) => async (): Promise<unknown> => {
    const response = await fetch(url(), init?.());
    return response.json() as Promise<unknown>;
  };
  const abortSoon = (): AbortSignal => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 10);
    return controller.signal;
  };
  const failed = (cause: object): object => ({ name: 'TypeError', message: 'fetch failed', cause });
  const terminated = { name: 'TypeError', message: 'terminated', cause: { code: 'UND_ERR_SOCKET' } };
  const aborted = { name: 'AbortError', code: 20 };
  const silent = (): string => `${openUrl}/silent`;

  it.each<[string, boolean, () => Promise<unknown>, object]>([
    ['connection refused', true, request(() => closedUrl), failed({ code: 'ECONNREFUSED' })],
    ['connection reset', true, request(() => `${openUrl}/reset`), failed({ code: 'ECONNRESET' })],
    ['closed without a response', true, request(() => `${openUrl}/close`), failed({ code: 'UND_ERR_SOCKET' })],
    ['body cut short', true, request(() => `${openUrl}/short`), terminated],
    ['chunked body cut short', true, request(() => `${openUrl}/chunk`), terminated],
    ['timeout', true, request(silent, () => ({ signal: AbortSignal.timeout(10) })), { name: 'TimeoutError', code: 23 }],
    ['aborted', false, request(silent, () => ({ signal: abortSoon() })), aborted],
    ['aborted before the call', false, request(silent, () => ({ signal: AbortSignal.abort() })), aborted],
    [
      'aborted with a reason',
      false,
      request(silent, () => ({ signal: AbortSignal.abort(new Error('bye')) })),
      { message: 'bye' },
    ],
    ['invalid HTTP', false, request(() => `${openUrl}/garbage`), failed({ code: 'HPE_INVALID_CONSTANT' })],
    ['endless redirects', false, request(() => `${openUrl}/redirect`), failed({ message: 'redirect count exceeded' })],
    ['forbidden port', false, request(() => 'http://127.0.0.1:1'), failed({ message: 'bad port' })],
    ['invalid URL', false, request(() => 'http://'), { name: 'TypeError', cause: { code: 'ERR_INVALID_URL' } }],
    ['invalid header', false, request(silent, () => ({ headers: { 'a b': 'c' } })), { name: 'TypeError' }],
    ['invalid JSON', false, request(() => `${openUrl}/text`), { name: 'SyntaxError' }],
  ])('%s', async (_, expected, call, shape) => {
    const error = await errorOf(call);
    expect(error).toMatchObject(shape);
    expect(isTransient(error)).toBe(expected);
  });
});

describe('node:http', () => {
  const request = (url: string, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, fail) => {
      get(url, signal === undefined ? {} : { signal }, (response) => {
        response.on('error', fail).on('end', resolve).resume();
      }).on('error', fail);
    });

  it.each<[string, boolean, () => Promise<unknown>, object]>([
    ['connection refused', true, () => request(closedUrl), { code: 'ECONNREFUSED' }],
    ['connection reset', true, () => request(`${openUrl}/reset`), { code: 'ECONNRESET' }],
    [
      'closed without a response',
      true,
      () => request(`${openUrl}/close`),
      { code: 'ECONNRESET', message: 'socket hang up' },
    ],
    ['body cut short', true, () => request(`${openUrl}/short`), { code: 'ECONNRESET', message: 'aborted' }],
    [
      'aborted',
      false,
      () => request(`${openUrl}/silent`, AbortSignal.abort()),
      { name: 'AbortError', code: 'ABORT_ERR' },
    ],
    ['invalid HTTP', false, () => request(`${openUrl}/garbage`), { code: 'HPE_INVALID_CONSTANT' }],
  ])('%s', async (_, expected, call, shape) => {
    const error = await errorOf(call);
    expect(error).toMatchObject(shape);
    expect(isTransient(error)).toBe(expected);
  });
});

describe('a response of fetch', () => {
  it.each([
    ['/busy', true, 7000],
    ['/twice', true, undefined],
    ['/gone', false, undefined],
    ['/text', false, undefined],
  ])('%s', async (path, transient, hint) => {
    const response = await fetch(openUrl + path);
    await response.text();
    expect([isTransient(response), retryAfter(response)]).toEqual([transient, hint]);
  });
});

import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * What fetch and node:http really throw, against a server on loopback.
 */

const answers: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/reset': (_, { socket }) => socket.resetAndDestroy(),
  '/close': (_, { socket }) => socket.destroy(),
  '/short': (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('"half', () => response.destroy());
  },
  '/chunk': (response) => {
    response.writeHead(200).write('"half', () => response.destroy());
  },
  '/garbage': (_, { socket }) => socket.end('good day\r\n\r\n'),
  '/round': (response) => response.writeHead(302, { Location: '/round' }).end(),
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
  '/moved': (response) => response.writeHead(410).end(),
  '/text': (response) => response.end('no JSON'),
};
const server = createServer((request, response) => answers[request.url ?? '']?.(response, request));
let open = '';
let shut = '';

beforeAll(async () => {
  const listen = async (): Promise<string> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  shut = await listen();
  server.close();
  await once(server, 'close');
  open = await listen();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const errorOf = async (call: () => Promise<unknown>): Promise<unknown> => {
  try {
    return expect.fail(`no error, but ${String(await call())}`);
  } catch (error) {
    return error;
  }
};

describe('fetch fails', () => {
  const ask = (url: () => string, init?: () => RequestInit) => async (): Promise<unknown> => {
    const response = await fetch(url(), init?.());
    return response.json() as Promise<unknown>;
  };
  const soon = (): AbortSignal => {
    const leaver = new AbortController();
    setTimeout(() => {
      leaver.abort();
    }, 10);
    return leaver.signal;
  };
  const failed = (cause: object): object => ({ name: 'TypeError', message: 'fetch failed', cause });
  const brokenOff = { name: 'TypeError', message: 'terminated', cause: { code: 'UND_ERR_SOCKET' } };
  const left = { name: 'AbortError', code: 20 };
  const silent = (): string => `${open}/silent`;

  it.each<[string, boolean, () => Promise<unknown>, object]>([
    ['rejected', true, ask(() => shut), failed({ code: 'ECONNREFUSED' })],
    ['reset', true, ask(() => `${open}/reset`), failed({ code: 'ECONNRESET' })],
    ['closed unanswered', true, ask(() => `${open}/close`), failed({ code: 'UND_ERR_SOCKET' })],
    ['cut short', true, ask(() => `${open}/short`), brokenOff],
    ['cut short in chunks', true, ask(() => `${open}/chunk`), brokenOff],
    ['late', true, ask(silent, () => ({ signal: AbortSignal.timeout(10) })), { name: 'TimeoutError', code: 23 }],
    ['left', false, ask(silent, () => ({ signal: soon() })), left],
    ['left before', false, ask(silent, () => ({ signal: AbortSignal.abort() })), left],
    [
      'left for a reason',
      false,
      ask(silent, () => ({ signal: AbortSignal.abort(new Error('bye')) })),
      { message: 'bye' },
    ],
    ['answered with no HTTP', false, ask(() => `${open}/garbage`), failed({ code: 'HPE_INVALID_CONSTANT' })],
    ['sent in circles', false, ask(() => `${open}/round`), failed({ message: 'redirect count exceeded' })],
    ['at a forbidden port', false, ask(() => 'http://127.0.0.1:1'), failed({ message: 'bad port' })],
    ['at no URL', false, ask(() => 'http://'), { name: 'TypeError', cause: { code: 'ERR_INVALID_URL' } }],
    ['with no header', false, ask(silent, () => ({ headers: { 'a b': 'c' } })), { name: 'TypeError' }],
    ['answered with no JSON', false, ask(() => `${open}/text`), { name: 'SyntaxError' }],
  ])('%s', async (_, answer, call, shape) => {
    const error = await errorOf(call);
    expect(error).toMatchObject(shape);
    expect(isTransient(error)).toBe(answer);
  });
});

describe('node:http fails', () => {
  const request = (url: string, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, fail) => {
      get(url, signal === undefined ? {} : { signal }, (response) => {
        response.on('error', fail).on('end', resolve).resume();
      }).on('error', fail);
    });

  it.each<[string, boolean, () => Promise<unknown>, object]>([
    ['rejected', true, () => request(shut), { code: 'ECONNREFUSED' }],
    ['reset', true, () => request(`${open}/reset`), { code: 'ECONNRESET' }],
    [
      'closed without an answer',
      true,
      () => request(`${open}/close`),
      { code: 'ECONNRESET', message: 'socket hang up' },
    ],
    ['cut short', true, () => request(`${open}/short`), { code: 'ECONNRESET', message: 'aborted' }],
    ['left', false, () => request(`${open}/silent`, AbortSignal.abort()), { name: 'AbortError', code: 'ABORT_ERR' }],
    ['answered with no HTTP', false, () => request(`${open}/garbage`), { code: 'HPE_INVALID_CONSTANT' }],
  ])('%s', async (_, answer, call, shape) => {
    const error = await errorOf(call);
    expect(error).toMatchObject(shape);
    expect(isTransient(error)).toBe(answer);
  });
});

describe('fetch is answered', () => {
  it.each([
    ['/busy', true, 7000],
    ['/twice', true, undefined],
    ['/moved', false, undefined],
    ['/text', false, undefined],
  ])('%s', async (path, transient, hint) => {
    const response = await fetch(open + path);
    await response.text();
    expect([isTransient(response), retryAfter(response)]).toEqual([transient, hint]);
  });
});

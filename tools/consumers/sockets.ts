import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { NetworkCase } from './programs/network.js';

/*
 * Servers that break connections in each way, for `isTransient` in the words of each runtime.
 */

const head = [
  'HTTP/1.1 200 OK',
  'access-control-allow-origin: *',
  'content-type: application/octet-stream',
  'content-length: 1000000',
].join('\r\n');

const afterHalf =
  (end: (socket: Socket) => void) =>
  (socket: Socket): void => {
    socket.write(`${head}\r\n\r\nhalf`);
    setTimeout(end, 100, socket);
  };
const stay = (): void => undefined;
const close = (socket: Socket): Socket => socket.end();
const reset = (socket: Socket): Socket => socket.resetAndDestroy();

/** What a server does after a request. */
const answers: readonly (Omit<NetworkCase, 'url'> & { readonly answer: (socket: Socket) => unknown })[] = [
  { name: 'reset before the head', isTransient: true, answer: reset },
  { name: 'closed before the head', isTransient: true, answer: close },
  { name: 'reset in the body', isTransient: true, answer: afterHalf(reset) },
  { name: 'half a body', isTransient: true, answer: afterHalf(close) },
  { name: 'aborted before the head', isTransient: false, answer: stay, end: 'abort' },
  { name: 'aborted in the body', isTransient: false, answer: afterHalf(stay), end: 'abort' },
  { name: 'timeout before the head', isTransient: true, answer: stay, end: 'timeout' },
  { name: 'timeout in the body', isTransient: true, answer: afterHalf(stay), end: 'timeout' },
];

async function listen(answer: (socket: Socket) => unknown): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', stay);
    socket.once('data', () => answer(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

const portOf = (server: Server): string => String((server.address() as AddressInfo).port);

/**
 * A port of this machine that rejects connections. It is the end of a connection to the server: a free port could be
 * given to a server of another check.
 */
async function closedPort(server: Server): Promise<Socket> {
  const socket = connect(Number(portOf(server)), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/**
 * Opens the servers, and calls `use` with what must happen.
 *
 * @param otherwise the names of the cases in which this runtime gives the other answer
 */
export async function withSockets<T>(
  otherwise: readonly string[],
  use: (cases: readonly NetworkCase[]) => Promise<T>,
): Promise<T> {
  const listening = await Promise.all(
    answers.map(async ({ answer, ...each }) => ({ each, server: await listen(answer) })),
  );
  const plain = await listen(afterHalf(stay));
  const closed = await closedPort(plain);
  const cases: NetworkCase[] = [
    ...listening.map(({ each, server }) => ({ ...each, url: `http://127.0.0.1:${portOf(server)}/` })),
    { name: 'connection refused', isTransient: true, url: `http://127.0.0.1:${String(closed.localPort)}/` },
    { name: 'unknown host', isTransient: false, url: 'http://nowhere.invalid/' },
    { name: 'TLS to a plain port', isTransient: false, url: `https://127.0.0.1:${portOf(plain)}/` },
  ];
  try {
    return await use(
      cases.map((each) => (otherwise.includes(each.name) ? { ...each, isTransient: !each.isTransient } : each)),
    );
  } finally {
    closed.destroy();
    for (const { server } of listening) server.close();
    plain.close();
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/*
 * Servers on the loopback interface that end with their test.
 */

/** Lets a server listen on a free port. Resolves with the port. */
export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** How the server answers the request with this number, which begins at 1. */
export type Answer = (response: ServerResponse, request: IncomingMessage, number: number) => void;

/** A server that answers, and the requests that it has received. */
export async function serve(answer: Answer): Promise<{ readonly url: string; readonly requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    answer(response, request, requests.push(request));
  });
  return { url: `http://127.0.0.1:${String(await listen(server))}`, requests };
}

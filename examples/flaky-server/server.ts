import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concatMap, defer, finalize, type Observable } from 'rxjs';

/** What the server does with one request of a client. */
export type Behaviour = (response: ServerResponse, client: string) => void;

export const greet: Behaviour = (response, client) => {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(`hello, ${client}`));
};

export const respondWith =
  (status: number, headers: OutgoingHttpHeaders = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end();
  };

export const neverRespond: Behaviour = () => undefined;

/** Announces 100 bytes, sends 7 and closes the connection. */
export const truncateBody: Behaviour = (response) => {
  response.writeHead(200, { 'Content-Length': 100 }).write('"hello,', () => response.destroy());
};

const unavailable = respondWith(503);

/** The behaviours for the requests of each client, in order. The last one repeats. */
export type Scripts = ReadonlyMap<string, readonly Behaviour[]>;

/** An HTTP server on a free loopback port that misbehaves by script: `GET /busy` follows the script of `busy`. */
export class FlakyServer {
  private readonly server = createServer(({ url = '/' }, response) => {
    this.respond(url.slice(1), response);
  });
  private readonly requests = new Map<string, number>();
  private readonly requestsWhileDown = new Map<string, number>();
  private port = 0;
  /** While it is down it responds with 503 to every request. */
  isDown = false;

  private constructor(private readonly scripts: Scripts) {}

  /** Finds a free port and closes it again: until {@link open}, the server does not listen. */
  private static async reservePort(scripts: Scripts): Promise<FlakyServer> {
    const flaky = new FlakyServer(scripts);
    await flaky.open();
    flaky.port = (flaky.server.address() as AddressInfo).port;
    flaky.close();
    await once(flaky.server, 'close');
    return flaky;
  }

  /**
   * Runs `body` with a server that has a port but does not listen yet. The server is closed when the Observable ends or is
   * unsubscribed.
   */
  static use<T>(scripts: Scripts, body: (server: FlakyServer) => Observable<T>): Observable<T> {
    return defer(() => FlakyServer.reservePort(scripts)).pipe(
      concatMap((server) =>
        body(server).pipe(
          finalize(() => {
            server.close();
          }),
        ),
      ),
    );
  }

  async open(): Promise<void> {
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  /** Stops listening and closes all connections. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  url(client: string): string {
    return `http://127.0.0.1:${String(this.port)}/${client}`;
  }

  /** How many requests of this client have arrived. */
  received(client: string): number {
    return this.requests.get(client) ?? 0;
  }

  /** How many of them arrived while the server was down. */
  receivedWhileDown(client: string): number {
    return this.requestsWhileDown.get(client) ?? 0;
  }

  private respond(client: string, response: ServerResponse): void {
    const request = this.received(client) + 1;
    this.requests.set(client, request);
    if (this.isDown) {
      this.requestsWhileDown.set(client, this.receivedWhileDown(client) + 1);
      unavailable(response, client);
      return;
    }
    const script = this.scripts.get(client) ?? [respondWith(404)];
    const behave = script[request - 1] ?? script.at(-1);
    behave?.(response, client);
  }
}

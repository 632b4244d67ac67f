import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concatMap, defer, finalize, type Observable } from 'rxjs';

/** What the server does with one call of a client. */
export type Behaviour = (response: ServerResponse, client: string) => void;

export const greets: Behaviour = (response, client) => {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(`hello, ${client}`));
};

export const answers =
  (status: number, headers: OutgoingHttpHeaders = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end();
  };

export const keepsSilent: Behaviour = () => undefined;

/** Promises 100 bytes, sends 7, and hangs up. */
export const cutsShort: Behaviour = (response) => {
  response.writeHead(200, { 'Content-Length': 100 }).write('"hello,', () => response.destroy());
};

const unavailable = answers(503);

/** What the server does with the calls of each client, in order. The last entry repeats. */
export type Scripts = ReadonlyMap<string, readonly Behaviour[]>;

/** An HTTP server on a free loopback port that misbehaves by script: `GET /busy` plays the script of `busy`. */
export class FlakyServer {
  private readonly server = createServer(({ url = '/' }, response) => {
    this.answer(url.slice(1), response);
  });
  private readonly calls = new Map<string, number>();
  private readonly callsWhileDown = new Map<string, number>();
  private port = 0;
  /** While it is down, it answers 503 to everyone, whatever the scripts say. */
  isDown = false;

  private constructor(private readonly scripts: Scripts) {}

  /** Finds a free port and releases it: until {@link open}, nothing answers there. */
  private static async reserve(scripts: Scripts): Promise<FlakyServer> {
    const flaky = new FlakyServer(scripts);
    await flaky.open();
    flaky.port = (flaky.server.address() as AddressInfo).port;
    flaky.close();
    await once(flaky.server, 'close');
    return flaky;
  }

  /** A run with a server that has its port but does not listen yet. The server closes when the run ends or is unsubscribed. */
  static stage<T>(scripts: Scripts, play: (server: FlakyServer) => Observable<T>): Observable<T> {
    return defer(() => FlakyServer.reserve(scripts)).pipe(
      concatMap((server) =>
        play(server).pipe(
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

  /** Stops listening and drops every connection. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  url(client: string): string {
    return `http://127.0.0.1:${String(this.port)}/${client}`;
  }

  /** How many calls of this client have arrived. */
  seen(client: string): number {
    return this.calls.get(client) ?? 0;
  }

  /** How many of them arrived while it was down. */
  seenWhileDown(client: string): number {
    return this.callsWhileDown.get(client) ?? 0;
  }

  private answer(client: string, response: ServerResponse): void {
    const call = this.seen(client) + 1;
    this.calls.set(client, call);
    if (this.isDown) {
      this.callsWhileDown.set(client, this.seenWhileDown(client) + 1);
      unavailable(response, client);
      return;
    }
    const script = this.scripts.get(client) ?? [answers(404)];
    const behave = script[call - 1] ?? script.at(-1);
    behave?.(response, client);
  }
}

import { deepEqual, equal, match } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BehaviorSubject, firstValueFrom, ignoreElements, take, tap, toArray, type Observable } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import {
  action,
  both,
  circuit,
  fixed,
  fixedRetry,
  pauseWhile,
  resetAfterUptime,
  retries,
  retryWithPolicy,
  type Circuit,
  type RetryEvent,
} from 'rxjs-reprise';

/*
 * The recipes of docs/recipes.md that use clients, each with a server on the loopback interface. The arguments are the
 * names of all of them.
 */

/** How the server answers at present. */
let answer: (response: ServerResponse) => void;
let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  answer(response);
});

async function listen(started: Server): Promise<string> {
  await once(started.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${String((started.address() as AddressInfo).port)}`;
}
const url = `http://${await listen(server)}`;

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();

/** Answers with these, one after the other. */
const answers = (...codes: number[]): void => {
  answer = (response) => {
    status(codes.shift() ?? 200)(response);
  };
};

const importRecipe = async <Exports>(name: string): Promise<Exports> => (await import(`./${name}.js`)) as Exports;

/** The parts of the packages that are used here. TypeScript does not know them. */
interface Modules {
  readonly axios: { readonly default: { readonly get: (url: string, options: object) => Promise<unknown> } };
  readonly ws: {
    readonly WebSocket: typeof WebSocket;
    readonly WebSocketServer: new (options: { readonly server: Server }) => {
      on(event: 'connection', listener: (socket: ServerSocket) => void): void;
    };
  };
  readonly pino: { readonly pino: (options: object, stream: { write(line: string): void }) => object };
  readonly 'prom-client': { readonly register: { metrics(): Promise<string> } };
}

interface ServerSocket {
  on(event: 'close', listener: () => void): void;
  send(message: string): void;
  close(code: number): void;
  terminate(): void;
}

const load = async <Name extends keyof Modules>(name: Name): Promise<Modules[Name]> =>
  (await import(name)) as Modules[Name];

const nameOf = (error: unknown): string => (error as Error).name;
const errorOf = (source: Observable<unknown>): Promise<unknown> =>
  firstValueFrom(source).then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );

async function axiosWithCircuit(name: string): Promise<void> {
  const recipe = await importRecipe<{
    readonly users: Circuit;
    readonly load: (url: string) => Observable<{ readonly status: number }>;
  }>(name);

  answers(503, 200);
  equal((await firstValueFrom(recipe.load(url))).status, 200, 'a 503 is retried');

  answer = status(404);
  for (let call = 0; call < 6; call += 1) equal(nameOf(await errorOf(recipe.load(url))), 'AxiosError');
  equal(recipe.users.state.phase, 'closed', 'a 404 does not open the circuit');

  const asked = new Promise<ServerResponse>((resolve) => {
    answer = resolve;
  });
  const subscription = recipe.load(url).subscribe();
  const closed = once(await asked, 'close');
  subscription.unsubscribe();
  await closed;

  requests = 0;
  answer = status(503);
  await Promise.all(Array.from({ length: 5 }, () => errorOf(recipe.load(url))));
  equal(recipe.users.state.phase, 'open', 'five failures open the circuit');
  equal(nameOf(await errorOf(recipe.load(url))), 'CircuitOpenError');
  equal(requests, 5, 'an open circuit sends nothing');
}

async function webSocketThatReconnects(name: string): Promise<void> {
  const { WebSocket, WebSocketServer } = await load('ws');
  // Node has it from version 22 on.
  (globalThis as { WebSocket?: unknown }).WebSocket ??= WebSocket;
  const { messages } = await importRecipe<{ messages: (url: string) => Observable<unknown> }>(name);

  const serve = async (connected: (socket: ServerSocket, connection: number) => void): Promise<string> => {
    const http = createServer();
    let connections = 0;
    new WebSocketServer({ server: http }).on('connection', (socket) => {
      connections += 1;
      socket.send(JSON.stringify(connections));
      connected(socket, connections);
    });
    return `ws://${await listen(http)}`;
  };
  const breaking = await serve((socket, connection) => {
    if (connection === 1) socket.close(1000);
    else if (connection === 2)
      setTimeout(() => {
        socket.terminate();
      }, 10);
  });
  const received = messages(breaking).pipe(take(3), toArray());
  deepEqual(await firstValueFrom(received), [1, 2, 3], 'it reconnects after a clean close and after a break');

  const closed: number[] = [];
  const steady = await serve((socket, connection) => {
    socket.on('close', () => {
      closed.push(connection);
      isHidden$.next(false);
    });
  });
  const isHidden$ = new BehaviorSubject(false);
  const paused = messages(steady).pipe(
    pauseWhile(isHidden$),
    tap(() => {
      isHidden$.next(closed.length === 0);
    }),
  );
  deepEqual(await firstValueFrom(paused.pipe(take(2), toArray())), [1, 2], 'it reconnects after a pause');
  equal(closed[0], 1, 'a pause closes the connection');

  const held = await serve((socket) => {
    setTimeout(() => {
      socket.close(1000);
    }, 100);
  });
  const connect = (address: string, uptime: number): Observable<unknown> =>
    webSocket<unknown>(address).pipe(
      retryWithPolicy(resetAfterUptime(uptime, both(fixed(1), retries(1))), { onComplete: 'retry' }),
    );
  const reconnected = connect(held, 20).pipe(take(4), toArray());
  deepEqual(await firstValueFrom(reconnected), [1, 2, 3, 4], 'a connection that held is forgotten');
  equal(
    nameOf(await errorOf(connect(held, 60_000).pipe(ignoreElements()))),
    'ClosedError',
    'one that did not is counted',
  );
}

async function logWithPino(name: string): Promise<void> {
  const { pino } = await load('pino');
  const { default: axios } = await load('axios');
  const { logTo } = await importRecipe<{ logTo: (logger: object) => (event: RetryEvent) => void }>(name);

  const lines: string[] = [];
  const redact = ['err.config', 'err.request', 'err.response'];
  const logger = pino({ level: 'trace', redact }, { write: (line) => lines.push(line) });
  const call = action(() => axios.get(url, { headers: { authorization: 'secret' } }), {
    name: 'load user',
    retry: fixedRetry({ maxAttempts: 2, delay: 0 }),
    observe: logTo(logger),
  });
  answers(503, 200, 503, 503);
  await firstValueFrom(call());
  await errorOf(call());

  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  deepEqual(
    entries.map(({ level, msg }) => [level, msg]),
    [
      ...[
        [10, 'attempt'],
        [40, 'retrying'],
        [10, 'attempt'],
        [30, 'recovered'],
        [20, 'succeeded'],
      ],
      ...[
        [10, 'attempt'],
        [40, 'retrying'],
        [10, 'attempt'],
        [50, 'gave-up'],
      ],
    ],
  );
  equal(
    entries.every(({ operation }) => operation === 'load user'),
    true,
  );
  const { attempt, reason, err } = entries.at(-1) ?? {};
  deepEqual([attempt, reason], [2, 'retries']);
  match((err as Error).message, /503/);
  equal(lines.join('').includes('secret'), false, 'the log contains no secrets');
}

async function metricsWithPromClient(name: string): Promise<void> {
  const { register } = await load('prom-client');
  const { count, circuits } = await importRecipe<{ count: (event: RetryEvent) => void; circuits: Circuit[] }>(name);

  const [up, down, held] = [circuit({ name: 'up' }), circuit({ name: 'down' }), circuit({ name: 'held' })];
  circuits.push(up, down, held);
  down.open();
  held.isolate();
  answers(503, 200);
  const call = action(() => fetch(url), {
    name: 'load user',
    failOn: (response) => !response.ok,
    retry: fixedRetry({ maxAttempts: 2, delay: 0 }),
    observe: count,
  });
  await firstValueFrom(call());

  const page = createServer((_, response) => void register.metrics().then((text) => response.end(text)));
  const text = await (await fetch(`http://${await listen(page)}`)).text();
  deepEqual(
    text.split('\n').filter((line) => /^(retry|circuit)_/.test(line)),
    [
      ...['attempt', 'retrying', 'recovered', 'succeeded'].map(
        (kind) => `retry_events_total{operation="load user",kind="${kind}"} ${kind === 'attempt' ? '2' : '1'}`,
      ),
      ...['circuit_open{circuit="up"} 0', 'circuit_open{circuit="down"} 1', 'circuit_open{circuit="held"} 1'],
    ],
  );
}

const checks: Readonly<Record<string, (name: string) => Promise<void>>> = {
  'axios with a circuit': axiosWithCircuit,
  'WebSocket that reconnects': webSocketThatReconnects,
  'Log with pino': logWithPino,
  'Metrics with prom-client': metricsWithPromClient,
};

deepEqual(Object.keys(checks), process.argv.slice(2), 'every recipe is run');
for (const [name, check] of Object.entries(checks)) await check(name);
process.exit();

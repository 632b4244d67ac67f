import { catchError, concatMap, defaultIfEmpty, forkJoin, map, of, tap, timeout, timer, type Observable } from 'rxjs';
import {
  attemptTimeout,
  deadline,
  fetchAndUnsubscribe,
  fetchJson,
  fetchResponse,
  fetchStream,
  fetchWithDeadline,
  policyAsCode,
  type Fetch,
} from './clients.js';
import { FlakyServer, greet, neverRespond, respondWith, truncateBody, type Behaviour } from './server.js';
import { checkMark, columns, formatMs, paint, print } from './terminal.js';
import { Timeline } from './timeline.js';

/*
 * Part 1: a server that fails in many ways, and clients that retry.
 */

/** A client: what the server does to it, how it calls, and the expected result. */
interface Client {
  readonly name: string;
  readonly script: readonly Behaviour[];
  readonly fetch: Fetch;
  /** How many attempts it makes: a range if chance decides. */
  readonly attempts: readonly [least: number, most: number];
  /** How many of them reach the server. */
  readonly received: number;
  readonly outcome: string;
}

const busy = respondWith(503, { 'Retry-After': '1' });
const broken = respondWith(500);
const unsubscribed = 'unsubscribed';

/** A client that has no outcome after this time in milliseconds has failed the check. */
const maxDuration = 10_000;

/** Calls before the server listens. */
const earlyClient: Client = {
  name: 'early',
  script: [greet],
  fetch: fetchJson,
  attempts: [2, 6],
  received: 1,
  outcome: 'hello, early',
};

/** Call when the server listens. */
const otherClients: readonly Client[] = [
  client('busy', [busy, greet], fetchResponse, 2),
  client('broken', [broken, broken, greet], fetchResponse, 3),
  client('silent', [neverRespond, greet], fetchJson, 2),
  client('torn', [truncateBody, greet], fetchJson, 2),
  client('unlucky', [broken, truncateBody, neverRespond, busy, greet], fetchStream, 5),
  client('wrong', [respondWith(400)], fetchResponse, 1, '400 Bad Request'),
  // Two waits end within 2.7 s, before the deadline of 3.4 s. A third would end after 3.5 s at the earliest.
  client('down', [busy], fetchWithDeadline, 3, '503 Service Unavailable'),
  client('hasty', [busy, greet], fetchAndUnsubscribe, 1, unsubscribed),
];

function client(name: string, script: readonly Behaviour[], fetch: Fetch, attempts: number, outcome?: string): Client {
  const expected = outcome ?? `hello, ${name}`;
  return { name, script, fetch, attempts: [attempts, attempts], received: attempts, outcome: expected };
}

const clients = [earlyClient, ...otherClients];

/** Runs this part. Emits for each client whether it got the expected result. */
export function recovery(): Observable<boolean> {
  const scripts = new Map(clients.map(({ name, script }) => [name, script]));
  return FlakyServer.use(scripts, run);
}

function run(server: FlakyServer): Observable<boolean> {
  print(paint('bold', `Part 1: a server that fails in many ways, and ${String(clients.length)} clients that retry`));
  print(`Policy: ${policyAsCode}`);
  print(
    `Timeout of each attempt: ${formatMs(attemptTimeout)}. ` +
      `The client down has a deadline, too: within(${String(deadline)}, policy)`,
  );
  print();
  const timeline = new Timeline();

  const outcomeOf = ({ name, fetch }: Client): Observable<string> =>
    fetch(server.url(name), timeline.observerOf(name)).pipe(
      timeout({ first: maxDuration }),
      map(String),
      tap((answer) => {
        timeline.printAnswer(name, answer);
      }),
      catchError((error: unknown) => of(error instanceof Error ? error.message : String(error))),
      defaultIfEmpty(unsubscribed),
      tap((outcome) => {
        if (outcome === unsubscribed) timeline.print(name, 'consumer unsubscribes', 'no further attempt');
      }),
    );
  const opening = timer(700).pipe(
    concatMap(() => server.open()),
    tap(() => {
      timeline.print('server', 'starts to listen', server.url(''));
    }),
  );

  const earlyOutcome = outcomeOf(earlyClient);
  const otherOutcomes = opening.pipe(concatMap(() => forkJoin(otherClients.map(outcomeOf))));
  return forkJoin([earlyOutcome, otherOutcomes]).pipe(
    concatMap(([outcome, outcomes]) => showResults(server, timeline, [outcome, ...outcomes])),
  );
}

function showResults(server: FlakyServer, timeline: Timeline, outcomes: readonly string[]): boolean[] {
  const widths = [9, -8, -8, 24, 44];
  print();
  print(paint('dim', columns(widths, ['client', 'attempts', 'received', 'outcome', 'expected'])));
  return clients.map((client, index) => {
    const { name } = client;
    const attempts = timeline.attempts(name);
    const received = server.received(name);
    const outcome = outcomes[index] ?? 'none';
    const [least, most] = client.attempts;
    const isMet = attempts >= least && attempts <= most && received === client.received && outcome === client.outcome;
    const texts = [paint('bold', name), String(attempts), String(received), outcome, describeExpected(client)];
    print(columns(widths, [...texts, checkMark(isMet)]));
    return isMet;
  });
}

function describeExpected({ attempts: [least, most], received, outcome }: Client): string {
  if (least < most) return `${outcome} (${String(least)} to ${String(most)} attempts, ${String(received)} received)`;
  return `${outcome} (${String(least)} ${least === 1 ? 'attempt' : 'attempts'})`;
}

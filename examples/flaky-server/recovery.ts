import { catchError, concatMap, defaultIfEmpty, forkJoin, map, of, tap, timeout, timer, type Observable } from 'rxjs';
import { askAndLeave, askByStream, askForJson, askForResponse, askInTime, type Ask } from './clients.js';
import { answers, cutsShort, FlakyServer, greets, keepsSilent, type Behaviour } from './server.js';
import { columns, paint, say } from './terminal.js';
import { Timeline } from './timeline.js';

/*
 * Act one: a server that fails in a different way for each client, and clients that retry.
 */

/** A client: what the server does to it, how it calls, and the expected outcome. */
interface Client {
  readonly name: string;
  readonly script: readonly Behaviour[];
  readonly ask: Ask;
  /** How many calls it makes; a range where it depends on chance. */
  readonly calls: readonly [least: number, most: number];
  /** How many of them reach the server. */
  readonly seen: number;
  readonly outcome: string;
}

const busy = answers(503, { 'Retry-After': '1' });
const broken = answers(500);
const left = 'left';

/** A client without an outcome after this time, in milliseconds, has failed. */
const longest = 10_000;

/** Starts before the server listens. */
const early: Client = {
  name: 'early',
  script: [greets],
  ask: askForJson,
  calls: [2, 6],
  seen: 1,
  outcome: 'hello, early',
};

/** Start when it listens. */
const others: readonly Client[] = [
  client('busy', [busy, greets], askForResponse, 2),
  client('broken', [broken, broken, greets], askForResponse, 3),
  client('silent', [keepsSilent, greets], askForJson, 2),
  client('torn', [cutsShort, greets], askForJson, 2),
  client('unlucky', [broken, cutsShort, keepsSilent, busy, greets], askByStream, 5),
  client('wrong', [answers(400)], askForResponse, 1, '400 Bad Request'),
  // Two waits end within 2.7 s, before its deadline of 3.4 s; a third would end after 3.5 s at the earliest.
  client('down', [busy], askInTime, 3, '503 Service Unavailable'),
  client('hasty', [busy, greets], askAndLeave, 1, left),
];

function client(name: string, script: readonly Behaviour[], ask: Ask, calls: number, outcome?: string): Client {
  return { name, script, ask, calls: [calls, calls], seen: calls, outcome: outcome ?? `hello, ${name}` };
}

const clients = [early, ...others];

/** Shows the act, and whether each client met its expectation. */
export function recovery(): Observable<boolean> {
  const scripts = new Map(clients.map(({ name, script }) => [name, script]));
  return FlakyServer.stage(scripts, play);
}

function play(server: FlakyServer): Observable<boolean> {
  say(paint('bold', `One server that misbehaves, ${String(clients.length)} clients that retry`));
  say();
  const timeline = new Timeline();

  const outcomeOf = ({ name, ask }: Client): Observable<string> =>
    ask(server.url(name), timeline.observer(name)).pipe(
      timeout({ first: longest }),
      map(String),
      tap((answer) => {
        timeline.answered(name, answer);
      }),
      catchError((error: unknown) => of(error instanceof Error ? error.message : String(error))),
      defaultIfEmpty(left),
      tap((outcome) => {
        if (outcome === left) timeline.note(name, 'the consumer leaves', 'the wait ends, no call follows');
      }),
    );
  const opening = timer(700).pipe(
    concatMap(() => server.open()),
    tap(() => {
      timeline.note('server', 'begins to listen', server.url(''));
    }),
  );

  const first = outcomeOf(early);
  const rest = opening.pipe(concatMap(() => forkJoin(others.map(outcomeOf))));
  return forkJoin([first, rest]).pipe(
    concatMap(([outcome, outcomes]) => compare(server, timeline, [outcome, ...outcomes])),
  );
}

function compare(server: FlakyServer, timeline: Timeline, outcomes: readonly string[]): boolean[] {
  const widths = [9, -5, -5, 24, 38];
  say();
  say(paint('dim', columns(widths, ['client', 'calls', 'seen', 'outcome', 'expected'])));
  return clients.map((client, index) => {
    const { name } = client;
    const calls = timeline.calls(name);
    const seen = server.seen(name);
    const outcome = outcomes[index] ?? 'none';
    const [least, most] = client.calls;
    const isExpected = calls >= least && calls <= most && seen === client.seen && outcome === client.outcome;
    const mark = isExpected ? paint('green', '✓') : paint('red', '✗');
    say(columns(widths, [paint('bold', name), String(calls), String(seen), outcome, expectation(client), mark]));
    return isExpected;
  });
}

function expectation({ calls: [least, most], seen, outcome }: Client): string {
  if (least < most) return `${outcome} (${String(least)} to ${String(most)} calls, ${String(seen)} seen)`;
  return `${outcome} (${String(least)} ${least === 1 ? 'call' : 'calls'})`;
}

import {
  concatMap,
  defer,
  first,
  ignoreElements,
  interval,
  last,
  map,
  merge,
  mergeMap,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { Chart } from './chart.js';
import { Lane } from './lane.js';
import { retryAlone, type Protection } from './protections.js';
import { acted, compare, resumed, spared, summarise, tabulate, type Check } from './outcome.js';
import { FlakyServer, greets } from './server.js';
import { paint, say } from './terminal.js';

/*
 * Act two: a server that goes down under steady traffic. Each call is made twice at the same instant, once with
 * retry alone and once with a protection: the same traffic, the same server, the same outage.
 */

const clients = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn'];

/** Milliseconds from one call of a client to its next, and from one row of the chart to the next. */
const [pace, slot] = [100, 250];

/** Milliseconds until the server goes down, until it is back, and until the clients may end. */
const [downAt, backAt, endAt] = [625, 2625, 3900];

/*
 * A busy machine may do little in that time. So the server stays down until it has received a minimum of requests, and
 * clients go on until every expectation is met, up to a limit in milliseconds.
 */
const [enough, longest] = [80, 15_000];

/** Shows the act, and whether each expectation was met. */
export function outage(protect: () => Protection): Observable<boolean> {
  return defer(() => {
    const protection = protect();
    const scripts = new Map([retryAlone, protection].map(({ name }) => [name, [greets]]));
    return FlakyServer.stage(scripts, (server) =>
      defer(() => server.open()).pipe(concatMap(() => play(server, protection))),
    );
  });
}

function play(server: FlakyServer, protection: Protection): Observable<boolean> {
  say(paint('bold', `One server that goes down, ${String(clients.length)} clients that keep calling`));
  say(`Each call is made twice at the same instant: once with retry alone, and once with a ${protection.name}.`);
  say();
  const plain = new Lane('retry alone', retryAlone, server);
  const guarded = new Lane(`with a ${protection.name}`, protection, server);
  const lanes = [plain, guarded];
  const chart = new Chart(lanes);
  const kinds: string[] = [];
  const begun = performance.now();

  const checks = (): Check[] => [
    acted(protection, kinds),
    spared(plain, guarded),
    resumed(plain, clients.length),
    resumed(guarded, clients.length),
  ];
  const goesOn = (): boolean => {
    const elapsed = performance.now() - begun;
    return elapsed < endAt || (elapsed < longest && !checks().every(({ isMet }) => isMet));
  };

  const deeds = protection.events$.pipe(
    tap(({ kind, details }) => {
      kinds.push(kind);
      chart.note(protection.name, kind, details);
    }),
  );
  const rows = interval(slot).pipe(
    tap(() => {
      chart.row();
    }),
  );
  const calls = merge(...clients.map(callsOf)).pipe(
    takeWhile(goesOn),
    mergeMap((client) => merge(...lanes.map((lane) => lane.call(client)))),
    last(),
  );

  return merge(merge(turns(server, lanes, chart), deeds, rows).pipe(ignoreElements()), calls).pipe(
    first(),
    concatMap(() => {
      chart.row();
      tabulate(lanes);
      const results = checks();
      compare(results);
      summarise(plain, guarded);
      return results.map(({ isMet }) => isMet);
    }),
  );
}

/** The server goes down, and comes back when there is something to compare. */
function turns(server: FlakyServer, lanes: readonly Lane[], chart: Chart): Observable<unknown> {
  const goesDown = timer(downAt).pipe(
    tap(() => {
      server.isDown = true;
      chart.note('server', 'goes down', 'answers 503 to all');
    }),
  );
  const isBack = timer(backAt, slot).pipe(
    first(() => lanes.some(({ seenWhileDown }) => seenWhileDown >= enough)),
    tap(() => {
      server.isDown = false;
      for (const lane of lanes) lane.resume();
      chart.note('server', 'is back', 'answers again');
    }),
  );
  return merge(goesDown, isBack);
}

/** When a client calls. The clients start one after the other. */
const callsOf = (client: string, index: number): Observable<string> =>
  timer((index * pace) / clients.length, pace).pipe(map(() => client));

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
import { checkEvents, checkLoad, checkRecovery, showChecks, showSummary, showTotals, type Check } from './results.js';
import { FlakyServer, greet } from './server.js';
import { retryAlone, type Setup } from './setups.js';
import { paint, print } from './terminal.js';
import { Traffic } from './traffic.js';

/*
 * Part 2: a server that goes down under steady traffic. Each call is made twice at the same time, once with retry alone and
 * once with a circuit or a budget as well. Both have the same server and the same outage.
 */

const clients = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn'];

/** The time between two calls of a client, and between two rows of the chart, in milliseconds. */
const [callInterval, rowInterval] = [100, 250];

/** When the server goes down, when it may come back, and when the clients may stop, in milliseconds. */
const [downAt, backAt, stopAt] = [625, 2625, 3900];

/*
 * A busy machine may make few requests in that time. So the server stays down until it has received at least `minRequests`,
 * and the clients go on until all checks are met, but not longer than `maxDuration`.
 */
const [minRequests, maxDuration] = [80, 15_000];

/** Runs this part. Emits for each check whether it is met. */
export function outage(makeSetup: () => Setup): Observable<boolean> {
  return defer(() => {
    const setup = makeSetup();
    const scripts = new Map([retryAlone, setup].map(({ name }) => [name, [greet]]));
    return FlakyServer.use(scripts, (server) => defer(() => server.open()).pipe(concatMap(() => run(server, setup))));
  });
}

function run(server: FlakyServer, setup: Setup): Observable<boolean> {
  print(paint('bold', `Part 2: a server that goes down, and ${String(clients.length)} clients that keep calling`));
  print(`Each call is made twice at the same time: with retry alone, and with a ${setup.name} as well.`);
  print(`Policy: ${retryAlone.code}`);
  print(`In addition: ${setup.code}`);
  print();
  const plain = new Traffic('retry alone', retryAlone, server);
  const guarded = new Traffic(`with a ${setup.name}`, setup, server);
  const traffics = [plain, guarded];
  const chart = new Chart(traffics);
  const kinds: string[] = [];
  const startedAt = performance.now();

  const checks = (): Check[] => [
    checkEvents(setup, kinds),
    checkLoad(plain, guarded),
    checkRecovery(plain, clients.length),
    checkRecovery(guarded, clients.length),
  ];
  const goesOn = (): boolean => {
    const elapsed = performance.now() - startedAt;
    return elapsed < stopAt || (elapsed < maxDuration && !checks().every(({ isMet }) => isMet));
  };

  const events = setup.events$.pipe(
    tap(({ kind, details }) => {
      kinds.push(kind);
      chart.printEvent(setup.name, kind, details);
    }),
  );
  const rows = interval(rowInterval).pipe(
    tap(() => {
      chart.printRow();
    }),
  );
  const calls = merge(...clients.map(callsOf)).pipe(
    takeWhile(goesOn),
    mergeMap((client) => merge(...traffics.map((traffic) => traffic.call(client)))),
    last(),
  );

  return merge(merge(controlServer(server, traffics, chart), events, rows).pipe(ignoreElements()), calls).pipe(
    first(),
    concatMap(() => {
      chart.printRow();
      showTotals(traffics);
      const results = checks();
      showChecks(results);
      showSummary(plain, guarded);
      return results.map(({ isMet }) => isMet);
    }),
  );
}

/** Takes the server down, and brings it back when there are enough requests to compare. */
function controlServer(server: FlakyServer, traffics: readonly Traffic[], chart: Chart): Observable<unknown> {
  const goesDown = timer(downAt).pipe(
    tap(() => {
      server.isDown = true;
      chart.printEvent('server', 'goes down', 'responds 503 to every request');
    }),
  );
  const comesBack = timer(backAt, rowInterval).pipe(
    first(() => traffics.some(({ receivedWhileDown }) => receivedWhileDown >= minRequests)),
    tap(() => {
      server.isDown = false;
      for (const traffic of traffics) traffic.markRecovery();
      chart.printEvent('server', 'comes back', 'responds again');
    }),
  );
  return merge(goesDown, comesBack);
}

/** When a client calls. Clients start one after the other. */
const callsOf = (client: string, index: number): Observable<string> =>
  timer((index * callInterval) / clients.length, callInterval).pipe(map(() => client));

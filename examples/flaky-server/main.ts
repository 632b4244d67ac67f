import { concatMap, from, fromEvent, takeUntil, tap, toArray } from 'rxjs';
import { outage } from './outage.js';
import { recovery } from './recovery.js';
import { paint, say } from './terminal.js';

/*
 * The demonstration: its acts in order, then whether all came as expected. Ctrl-C stops whatever is running.
 */

const acts = [recovery, outage];

const begun = performance.now();
const interrupted = fromEvent(process, 'SIGINT').pipe(
  tap(() => {
    say('interrupted');
    process.exitCode = 130;
  }),
);

from(acts)
  .pipe(
    concatMap((act) => {
      say();
      return act();
    }),
    toArray(),
    takeUntil(interrupted),
  )
  .subscribe((checks) => {
    const met = checks.filter((isExpected) => isExpected).length;
    const isGood = met === checks.length;
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say();
    say(paint(isGood ? 'green' : 'red', `${String(met)} of ${String(checks.length)} as expected, in ${seconds} s.`));
    process.exitCode = isGood ? 0 : 1;
  });

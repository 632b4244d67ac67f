import { concatMap, from, fromEvent, takeUntil, tap, toArray } from 'rxjs';
import { outage } from './outage.js';
import { protections } from './protections.js';
import { recovery } from './recovery.js';
import { paint, say } from './terminal.js';

/*
 * The demonstration: two acts, then whether every expectation was met. Ctrl-C stops it. An argument selects the protection
 * of the server in the second act: `npm start -- budget`.
 */

const [, , word = 'circuit'] = process.argv;
const protect = Object.hasOwn(protections, word) ? protections[word] : undefined;
if (protect === undefined) {
  console.error(`The second act can be run with a ${Object.keys(protections).join(' or a ')}, not with "${word}".`);
  process.exit(2);
}

const acts = [recovery, () => outage(protect)];

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

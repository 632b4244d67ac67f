import { concatMap, from, fromEvent, takeUntil, tap, toArray } from 'rxjs';
import { outage } from './outage.js';
import { recovery } from './recovery.js';
import { setups } from './setups.js';
import { paint, print } from './terminal.js';

/*
 * Runs both parts and reports whether all checks are met. Ctrl-C stops it. The argument chooses the setup of part 2:
 * `npm start -- budget`.
 */

const [, , name = 'circuit'] = process.argv;
const makeSetup = Object.hasOwn(setups, name) ? setups[name] : undefined;
if (makeSetup === undefined) {
  console.error(`unknown setup "${name}": use ${Object.keys(setups).join(' or ')}`);
  process.exit(2);
}

const parts = [recovery, () => outage(makeSetup)];

const startedAt = performance.now();
const interrupted = fromEvent(process, 'SIGINT').pipe(
  tap(() => {
    print('interrupted');
    process.exitCode = 130;
  }),
);

from(parts)
  .pipe(
    concatMap((run) => {
      print();
      return run();
    }),
    toArray(),
    takeUntil(interrupted),
  )
  .subscribe((checks) => {
    const met = checks.filter(Boolean).length;
    const isGood = met === checks.length;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print();
    print(paint(isGood ? 'green' : 'red', `${String(met)} of ${String(checks.length)} checks passed in ${seconds} s`));
    process.exitCode = isGood ? 0 : 1;
  });

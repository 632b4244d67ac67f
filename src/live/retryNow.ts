import { isObservable, type Observable } from 'rxjs';
import { milliseconds, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import type { ClockOptions } from '../time/clock.js';
import { identityOf, identityOptionNames } from './gateIdentity.js';
import { TriggerGate } from './triggerGate.js';

/** Options of {@link retryNow}. */
export interface RetryNowOptions extends ClockOptions {
  /** Its name in errors, events and snapshots. @defaultValue 'retryNow' */
  readonly name?: string | undefined;
  /**
   * Over how many milliseconds the retries that wait are spread at random: at least 0.
   *
   * @defaultValue 0: all of them retry at once
   */
  readonly spread?: number | undefined;
}

/**
 * A gate for `gates` of {@link retryWithPolicy} that cuts its waits short: each value of `trigger$` ends the delay that a
 * retry waits for, so a user can press "retry now", and a device that is online again need not wait. `false` is ignored, so
 * that an Observable of booleans such as that of {@link openWhen} can be used as it is.
 *
 * It only ends the delay after a failure. The retry then asks the policy and the other gates as always, so a circuit that is
 * open or a used-up budget still decides. It subscribes to `trigger$` when a retry first waits, once, and stays subscribed. A
 * value that comes while no retry waits has no effect. If `trigger$` fails, RxJS reports the error as unhandled, and waits
 * last as long as the policy says.
 *
 * @param trigger$ an Observable of anything
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const clicks$ = new Subject<void>();
 * let calls = 0;
 * const load$ = defer(() => (++calls < 2 ? throwError(() => new Error('busy')) : of('loaded')));
 * const loaded = firstValueFrom(load$.pipe(retryWithPolicy(fixed(3_600_000), { gates: [retryNow(clicks$)] })));
 * clicks$.next();
 * await loaded // => 'loaded'
 */
export function retryNow(trigger$: Observable<unknown>, options: RetryNowOptions = {}): TriggerGate {
  if (!isObservable(trigger$)) rejectOption('retryNow', 'trigger$', 'an Observable', trigger$, TypeError);
  const { spread } = readOptions<Pick<RetryNowOptions, 'spread'>, typeof rows>(
    'retryNow',
    options,
    rows,
    identityOptionNames(),
  );
  const { name, clock } = identityOf('retryNow', options, Object.keys(rows));
  return new TriggerGate(name, trigger$, spread, clock);
}

const rows = { spread: [milliseconds, 0, 0] } as const;

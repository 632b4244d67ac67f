import { isObservable, type Observable } from 'rxjs';
import { milliseconds, rejectOption } from '../options.js';
import { readOptions } from '../readOptions.js';
import type { ClockOptions } from '../time/clock.js';
import { identityOf, identityOptionNames } from './gateIdentity.js';
import { OpenGate } from './openGate.js';

/** Options of {@link openWhen}. */
export interface OpenWhenOptions extends ClockOptions {
  /** Its name in errors, events and snapshots. @defaultValue 'openWhen' */
  readonly name?: string | undefined;
  /**
   * Over how many milliseconds waiting calls are spread at random when it opens: at least 0. A lone one comes at once.
   *
   * @defaultValue a tenth of the time that it was closed, at most 5000
   */
  readonly spread?: number | undefined;
}

/**
 * A gate that is open while the last value of `open$` is true: while the device is online, the page is visible, a token is
 * fresh, or there is no maintenance. It is closed before the first value. In `gates` of {@link retryWithPolicy} every attempt
 * waits until it is open; in {@link guard} a call waits up to `maxWait`, and is then rejected with reason `'closed'`.
 *
 * It subscribes to `open$` when it is first used, once, and stays subscribed. If `open$` completes, the gate stays as it
 * is. If it fails, the gate is closed, and RxJS reports the error as unhandled. A gate that is closed for good rejects.
 *
 * @param open$ an Observable of booleans. It should emit its first value on subscription
 * @throws RangeError | TypeError naming the option and the value
 *
 * @example
 * const isOnline$ = new BehaviorSubject(false);
 * const online = openWhen(isOnline$, { name: 'online' });
 * const load$ = of('loaded').pipe(retryWithPolicy(exponentialBackoff(), { gates: [online] }));
 * const loaded = firstValueFrom(load$);
 * isOnline$.next(true);
 * await loaded // => 'loaded'
 */
export function openWhen(open$: Observable<boolean>, options: OpenWhenOptions = {}): OpenGate {
  if (!isObservable(open$)) rejectOption('openWhen', 'open$', 'an Observable of booleans', open$, TypeError);
  const { spread } = readOptions<Pick<OpenWhenOptions, 'spread'>, typeof rows>(
    'openWhen',
    options,
    rows,
    identityOptionNames(),
  );
  const { name, clock } = identityOf('openWhen', options, Object.keys(rows));
  return new OpenGate(name, open$, spread, clock);
}

const rows = { spread: [milliseconds, undefined, 0] } as const;

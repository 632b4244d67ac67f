import { isObservable, tap, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { milliseconds, refuse, whole } from '../../options.js';
import { Circuit } from '../../live/circuit.js';
import { circuitOf, isCircuit } from '../../live/circuits.js';
import { retryWithPolicy } from '../../operators/retryWithPolicy.js';
import { immediate } from '../../policy/delays.js';
import { checkPolicy, isPolicy, type Policy } from '../../policy/policy.js';
import { assertMarbles } from '../marbles/assertMarbles.js';
import { counting } from '../marbles/effort.js';
import { flaky } from './flaky.js';
import { noting, watched } from './happenings.js';
import { picture, type Happening, type Phase } from './picture.js';
import { drawing, type RandomSource } from '../schedules/fixedRandom.js';
import { inVirtualTime, virtualTimeSettings, type VirtualTimeOptions } from '../marbles/virtualTime.js';

/** Options of {@link timeline}. */
export interface TimelineOptions extends VirtualTimeOptions {
  /** Whose phases to draw, below the attempts. With a policy its retries also wait for it. None unless told. */
  readonly circuit?: Circuit;
  /** After how many milliseconds the consumer leaves; never unless told. */
  readonly until?: number;
  /** How many columns the picture may have beside its labels: a whole number, at least 20; 80 unless told. */
  readonly width?: number;
}

/** Options of {@link timeline} for a policy, which needs a source and chance. */
export interface PolicyTimelineOptions extends TimelineOptions {
  /** What it retries; unless told, one that fails at once so many times and then completes: */
  readonly source?: Observable<unknown>;
  /** How many times; a whole number, 3 unless told. */
  readonly failures?: number;
  /** The draws in [0, 1): a number, an array that comes over and over, a function; 0.5 unless told. */
  readonly random?: RandomSource;
}

/**
 * Plays a stream, or a policy, in virtual time, and draws what happened: a row for each attempt on a {@link flaky} source,
 * the waits between them, and a circuit's phases. One scale for all: a column is a millisecond, or as much as is needed
 * for `width`; then waits are also told in milliseconds. The text is the same on every run if chance is {@link fixedRandom}, so
 * it can be the snapshot of a test.
 *
 * ```
 * attempt 1   --#
 * wait          ....
 * attempt 2         --#
 * wait                ........
 * attempt 3                   -a|
 * circuit     closed          half-open
 * ```
 *
 * `-a|` and `#` are marbles, `!` is an attempt that was left, `(ab)` is what happened in one column. `gave up` is the
 * error that the stream ends with. Values that are no single letter are letters, explained below.
 *
 * Not inside of {@link marbles}: it has a virtual time of its own. Observables have to be made without a real scheduler,
 * and sources other than `flaky` show as one stream; `flaky([source])` shows their attempts. Attempts are numbered in the order
 * in which they begin, whichever source they are of.
 *
 * @throws RangeError | TypeError naming the option and the value; an Error for the pitfalls of virtual time, as
 * {@link marbles}
 *
 * @example
 * const policy = both(exponential(4), retries(4));
 * const stream = flaky.marble('--#', '--#', '-a|').pipe(retryWithPolicy(policy));
 * timeline(stream).split('\n')
 * // => ['attempt 1   --#', 'wait          ....', 'attempt 2         --#', 'wait                ........', 'attempt 3                   -a|']
 */
export function timeline(stream: Observable<unknown>, options?: TimelineOptions): string;
/** The same for a policy, or the circuit breaker that is one. */
export function timeline(policy: Policy, options?: PolicyTimelineOptions): string;
export function timeline(what: Observable<unknown> | Policy, options: PolicyTimelineOptions = {}): string {
  if (!isObservable(what) && !isPolicy(what))
    refuse('timeline', 'the first argument', 'an observable or a policy', what, TypeError);
  const settings = virtualTimeSettings('timeline', options);
  const { until, width = 80 } = options;
  if (until !== undefined) milliseconds('timeline', 'until', until);
  whole('timeline', 'width', width, 20);
  if (options.circuit !== undefined && !(options.circuit instanceof Circuit)) {
    refuse('timeline', 'circuit', 'a circuit, made by `circuit(options)`', options.circuit, TypeError);
  }
  const { stream, circuit } = isObservable(what) ? asItIs(what, options) : played(what, options);

  const happenings: Happening[] = [];
  const phases: Phase[] = [];
  inVirtualTime('timeline', settings, () => {
    const scheduler = counting(new TestScheduler(assertMarbles));
    watched(happenings, () => {
      scheduler.run(() => {
        const band = circuit?.state$.subscribe(({ phase }) => {
          if (phases.at(-1)?.phase !== phase) phases.push({ at: scheduler.now(), circuit: circuit.name, phase });
        });
        const run = stream.pipe(tap(noting(happenings, 0))).subscribe({ error: ignore });
        run.add(band);
        if (until !== undefined)
          scheduler.schedule(() => {
            run.unsubscribe();
          }, until);
      });
    });
  });
  return picture(happenings, phases, width);
}

const ignore = (): void => undefined;

interface Played {
  readonly stream: Observable<unknown>;
  readonly circuit: Circuit | undefined;
}

function asItIs(stream: Observable<unknown>, { circuit, ...options }: PolicyTimelineOptions): Played {
  for (const option of ['source', 'failures', 'random'] as const) {
    if (options[option] !== undefined) refuse('timeline', option, 'left out for a stream', options[option], TypeError);
  }
  return { stream, circuit };
}

/** A policy at work on a source; a bare circuit breaker is a circuit that immediate retries wait for. */
function played(policy: Policy, options: PolicyTimelineOptions): Played {
  checkPolicy('timeline', 'policy', policy);
  const { failures = 3, random: chance = 0.5, source = flaky({ failures }) } = options;
  if (!isObservable(source)) refuse('timeline', 'source', 'an observable', source, TypeError);
  const random = drawing('timeline', 'random', chance);
  const isBreaker = isCircuit(policy);
  const circuit = isBreaker ? circuitOf('timeline', 'policy', policy, { random }) : options.circuit;
  const shared = circuit === undefined ? [] : [circuit];
  return { stream: source.pipe(retryWithPolicy(isBreaker ? immediate : policy, { gates: shared, random })), circuit };
}

import { isObservable, type Observable } from 'rxjs';
import { milliseconds, rejectOption, whole } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { Circuit } from '../../live/circuit.js';
import { circuitOf, isCircuit } from '../../live/circuits.js';
import { retryWithPolicy } from '../../operators/retryWithPolicy.js';
import { immediate } from '../../policy/delays.js';
import { checkPolicy, isPolicy, type Policy } from '../../policy/policy.js';
import { virtualTimeSettings, type VirtualTimeOptions } from '../marbles/virtualTime.js';
import { toRandom, type RandomSource } from '../schedules/fixedRandom.js';
import { drawTimeline } from './drawTimeline.js';
import { flaky } from './flaky.js';
import { recordTimeline } from './recordTimeline.js';

/** Options of {@link timeline}. */
export interface TimelineOptions extends VirtualTimeOptions {
  /**
   * A circuit whose phases are drawn below the attempts. The retries of a policy also wait for it.
   *
   * @defaultValue none
   */
  readonly circuit?: Circuit | undefined;
  /**
   * Milliseconds after which the consumer unsubscribes.
   *
   * @defaultValue never
   */
  readonly until?: number | undefined;
  /**
   * The maximum width of the drawing without its labels, in columns: a whole number, at least 20.
   *
   * @defaultValue 80
   */
  readonly width?: number | undefined;
}

/** Options of {@link timeline} for a policy, which needs a source and random numbers. */
export interface PolicyTimelineOptions extends TimelineOptions {
  /**
   * The source that is retried.
   *
   * @defaultValue a source that fails `failures` times without a delay, then completes
   */
  readonly source?: Observable<unknown> | undefined;
  /**
   * How often the default source fails: a whole number.
   *
   * @defaultValue 3
   */
  readonly failures?: number | undefined;
  /**
   * The draws in [0, 1): a number, an array that repeats, or a function.
   *
   * @defaultValue 0.5
   */
  readonly random?: RandomSource | undefined;
}

/**
 * Plays a stream or a policy in virtual time and draws what happens: a row for each attempt on a {@link flaky} source, the
 * waits between attempts, and the phases of a circuit. A column is one millisecond, or more if the drawing would exceed
 * `width`; the waits then have their length in milliseconds. With {@link fixedRandom} the text is the same on every run,
 * so it can be a snapshot.
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
 * The symbols are those of marbles: `-a|`, `#`, and `(ab)` for events in one column. `!` is an attempt that was
 * unsubscribed. `gave up` is the error of the stream. A value that is not a single letter is shown as a letter that is
 * explained below.
 *
 * It cannot be used inside of {@link marbles}, because it has its own virtual time. The stream must not use a real
 * scheduler. Attempts on sources other than `flaky` are not visible: the stream is one row, and `flaky([source])` makes its
 * attempts visible. Attempts are numbered in the order in which they start, across all sources.
 *
 * @throws RangeError | TypeError naming the option and the value; an Error for mistakes with virtual time, as
 * {@link marbles}
 *
 * @example
 * const policy = both(exponential(4), retries(4));
 * const stream = flaky.marble('--#', '--#', '-a|').pipe(retryWithPolicy(policy));
 * timeline(stream).split('\n')
 * // => ['attempt 1   --#', 'wait          ....', 'attempt 2         --#', 'wait                ........', 'attempt 3                   -a|']
 */
export function timeline(stream: Observable<unknown>, options?: TimelineOptions): string;
/** The same for a policy, or for a circuit breaker, which is a policy. */
export function timeline(policy: Policy, options?: PolicyTimelineOptions): string;
export function timeline(subject: Observable<unknown> | Policy, options: PolicyTimelineOptions = {}): string {
  if (!isObservable(subject) && !isPolicy(subject))
    rejectOption('timeline', 'the first argument', 'an observable or a policy', subject, TypeError);
  const settings = virtualTimeSettings('timeline', options, Object.keys(rows));
  const own: Omit<PolicyTimelineOptions, keyof VirtualTimeOptions> = options;
  const { until, width } = readOptions('timeline', own, rows, ['allow', 'steps']);
  const { stream, circuit } = isObservable(subject) ? givenStream(subject, options) : retriedStream(subject, options);

  const { events, phases } = recordTimeline(stream, { circuit, until, settings });
  return drawTimeline(events, phases, width);
}

const rows = {
  circuit: [checkLiveCircuit, undefined],
  until: [milliseconds, undefined],
  width: [whole, 80, 20],
  source: [checkSource, undefined],
  failures: [anything, undefined],
  random: [anything, undefined],
} as const;

function checkLiveCircuit(where: string, option: string, value: unknown): void {
  if (!(value instanceof Circuit))
    rejectOption(where, option, 'a circuit, made by `circuit(options)`', value, TypeError);
}

function checkSource(where: string, option: string, value: unknown): void {
  if (!isObservable(value)) rejectOption(where, option, 'an observable', value, TypeError);
}

interface Subject {
  readonly stream: Observable<unknown>;
  readonly circuit: Circuit | undefined;
}

function givenStream(stream: Observable<unknown>, { circuit, ...options }: PolicyTimelineOptions): Subject {
  for (const option of ['source', 'failures', 'random'] as const) {
    if (options[option] !== undefined)
      rejectOption('timeline', option, 'omitted for a stream', options[option], TypeError);
  }
  return { stream, circuit };
}

/** Applies the policy to the source. For a circuit breaker, the retries are immediate and wait for its circuit. */
function retriedStream(policy: Policy, options: PolicyTimelineOptions): Subject {
  checkPolicy('timeline', 'policy', policy);
  const { failures = 3, random: draws = 0.5, source = flaky({ failures }) } = options;
  const random = toRandom('timeline', 'random', draws);
  const isBreaker = isCircuit(policy);
  const circuit = isBreaker ? circuitOf('timeline', 'policy', policy, { random }) : options.circuit;
  const gates = circuit === undefined ? [] : [circuit];
  return { stream: source.pipe(retryWithPolicy(isBreaker ? immediate : policy, { gates, random })), circuit };
}

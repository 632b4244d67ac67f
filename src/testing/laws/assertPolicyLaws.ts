import { isList, record, refuse } from '../../options.js';
import { checkPolicy, type Policy, type Signal } from '../../policy/policy.js';
import { AssertionError } from '../report/assertion.js';
import { histories, shrunk, type Letter, type Samples } from './histories.js';
import { oddity } from './json.js';
import { tried, verdictText, type Fold, type Violation } from './laws.js';
import { shown, table } from '../report/text.js';

/** Options of {@link assertPolicyLaws}: what a policy with predicates of its own can make sense of. */
export interface PolicyLawsOptions {
  /** What attempts fail with, at least one; unless told an Error, a TypeError, and an Error with a `retryAfter` of 700. */
  readonly errors?: readonly unknown[];
  /** What attempts answer, at least one; a text unless told. */
  readonly values?: readonly unknown[];
}

/**
 * Tries a policy of one's own on the laws that all others rely on, with more than a thousand logs of signals, always the
 * same ones, the smallest first:
 *
 * - the same state and signal are answered the same: no memory but the state, no dice, no clock;
 * - the same log is answered the same at any time: only differences of `now` mean anything;
 * - the state and the signal are not changed; that is also tried on frozen data;
 * - the state is JSON: no Infinity, NaN, undefined, class, function;
 * - every wait is a number of at least 0, or Infinity; every signal is answered;
 * - what changes nothing (other than a failure) is answered with the same state reference.
 *
 * Only signals of kinds that it `handles` are sent: 10 000 to 25 000 calls of `reduce`, more with more errors and values, so
 * one that takes a tenth of a millisecond takes some seconds; the longest log ends where a state has grown huge. The first law that is seen broken is told with the smallest log that
 * shows it.
 *
 * @throws TypeError if it is no policy, or an option is out of range; an AssertionError that tells the law and the log
 *
 * @example
 * assertPolicyLaws(onFailure(1, (attempt) => ({ state: attempt + 1, wait: 100 * attempt })));
 *
 * let seen = 0; // shared by all streams, and not in the state
 * const forgetful = onFailure(null, (state) => ({ state, wait: 100 * ++seen }));
 * let complaint = '';
 * try { assertPolicyLaws(forgetful) } catch (error) { complaint = (error as Error).message }
 * complaint.split('\n')[0]
 * // => 'assertPolicyLaws: reduce must answer the same state and signal the same, got { state: null, wait: 100 } and then { state: null, wait: 200 }'
 */
export function assertPolicyLaws(policy: Policy<any>, options: PolicyLawsOptions = {}): void {
  checkPolicy('assertPolicyLaws', 'policy', policy);
  record('assertPolicyLaws', options);
  const samples = {
    errors: samplesOf('errors', options.errors, errors),
    values: samplesOf('values', options.values, values),
  };
  const odd = oddity(policy.initial, 'initial');
  if (odd !== undefined) complain('initial', { must: 'be JSON', got: odd }, []);
  tryLaws(policy, samples);
}

/** New ones for each reading, so that one sees who changes them; as heirs, because errors are dear. */
const errors = (): (() => unknown)[] =>
  [new Error('busy'), new TypeError('lost'), Object.assign(new Error('wait'), { retryAfter: 700 })].map(
    (error) => () => Object.create(error) as unknown,
  );

const values = (): (() => unknown)[] => [() => 'a value'];

function samplesOf(
  option: string,
  given: readonly unknown[] | undefined,
  otherwise: () => readonly (() => unknown)[],
): readonly (() => unknown)[] {
  if (given === undefined) return otherwise();
  if (!isList(given) || given.length === 0) {
    refuse('assertPolicyLaws', option, 'an array of at least one', given, TypeError);
  }
  return given.map((each) => () => each);
}

/** So many of the smallest logs are tried once more when all others have been. */
const kept = 150;

function tryLaws(policy: Policy, samples: Samples): void {
  const remembered: (readonly [log: readonly Letter[], answers: string])[] = [];
  for (const log of histories(policy, samples)) {
    const { folds, violation } = tried(policy, log);
    if (violation !== undefined) {
      if (folds.length === 1) complain('reduce', violation, folds);
      const smallest = shrunk(log.slice(0, folds.length), (smaller) => breaks(policy, smaller, violation));
      const trial = tried(policy, smallest);
      // A memory outside of the state may have moved on meanwhile.
      if (trial.violation?.law !== violation.law) complain('reduce', violation, folds);
      complain('reduce', trial.violation, trial.folds);
    }
    if (remembered.length < kept) remembered.push([log, answersOf(folds)]);
  }
  for (const [log, before] of remembered) {
    const { folds } = tried(policy, log);
    const now = answersOf(folds);
    if (now !== before) {
      complain(
        'reduce',
        { must: 'answer the same log the same at any time', got: `${before} and later ${now}` },
        folds,
      );
    }
  }
}

const breaks = (policy: Policy, log: readonly Letter[], { law }: Violation): boolean =>
  tried(policy, log).violation?.law === law;

const answersOf = (folds: readonly Fold[]): string => folds.map(({ verdict }) => verdictText(verdict)).join(', ');

/** So many of the last signals of a log are told. */
const told = 12;

function complain(what: string, { must, got }: Pick<Violation, 'must' | 'got'>, folds: readonly Fold[]): never {
  const rows = folds.map(({ signal, verdict }, index) => [
    String(index + 1),
    signalText(signal),
    ...(verdict === undefined ? ['', ''] : [shown(verdict.state), String(verdict.wait)]),
  ]);
  const left = rows.length > told ? `\n  (${String(rows.length - told)} signals before)` : '';
  const log = `\n${left}\n${table([['', 'signal', 'state', 'wait'], ...rows.slice(-told)])}\n`;
  throw new AssertionError(
    `assertPolicyLaws: ${what} must ${must}, got ${got}${rows.length === 0 ? '' : log}`,
    got,
    must,
  );
}

/** A signal in short: its kind, then what is not as plain as can be. */
function signalText(signal: Signal): string {
  const { kind, ticket: call, now, random, ...details } = signal;
  const content = Object.entries({ call, now, random, ...details }).map(([key, value]) => `${key}: ${shown(value)}`);
  return `{ kind: '${kind}', ${content.join(', ')} }`;
}

import { isList, rejectOption } from '../../options.js';
import { anything, readOptions } from '../../readOptions.js';
import { checkPolicy, type Policy } from '../../policy/policy.js';
import { checkLog } from './checkLog.js';
import { generateLogs, type Samples } from './generateLogs.js';
import { jsonProblem } from './jsonProblem.js';
import { lawError } from './lawError.js';
import type { LogEntry } from './logEntry.js';
import { shrinkLog } from './shrinkLog.js';
import { formatVerdict, type Step, type Violation } from './violation.js';

/** Options of {@link assertPolicyLaws}, for a policy whose predicates expect errors or values of a certain kind. */
export interface PolicyLawsOptions {
  /**
   * The errors of attempts, at least one.
   *
   * @defaultValue an Error, a TypeError, and an Error with a `retryAfter` of 700
   */
  readonly errors?: readonly unknown[] | undefined;
  /**
   * The values of attempts, at least one.
   *
   * @defaultValue a string
   */
  readonly values?: readonly unknown[] | undefined;
}

/**
 * Checks that a custom policy obeys the laws that all operators and combinators rely on:
 *
 * - `reduce` is pure: the same state and signal give the same verdict. It keeps nothing outside of the state, and uses no
 *   clock and no random numbers of its own.
 * - Only differences of `now` matter: the same log gives the same verdicts at any time.
 * - `reduce` modifies neither the state nor the signal. Frozen data is tried too.
 * - The state is JSON: no Infinity, NaN, undefined, class instance or function.
 * - Every wait is a number of at least 0, or Infinity. `reduce` never throws.
 * - If a signal other than a failure or a command changes nothing, `reduce` returns the same state reference.
 *
 * It plays more than a thousand logs of signals, always the same ones, shortest first. The error shows the first law that
 * is broken and the shortest log that breaks it. The logs contain only kinds of signals that the policy `handles`.
 *
 * `reduce` is called 10 000 to 25 000 times, more often with more errors and values, so a policy that takes 0.1 ms per call
 * takes some seconds. The longest log ends early if the state becomes huge.
 *
 * @throws TypeError if the policy or an option is invalid; an AssertionError with the law and the log if a law is broken
 *
 * @example
 * assertPolicyLaws(onFailure(1, (attempt) => ({ state: attempt + 1, wait: 100 * attempt })));
 *
 * let calls = 0; // shared by all streams, and not part of the state
 * const impure = onFailure(null, (state) => ({ state, wait: 100 * ++calls }));
 * let message = '';
 * try { assertPolicyLaws(impure) } catch (error) { message = (error as Error).message }
 * message.split('\n')[0]
 * // => 'assertPolicyLaws: reduce must return the same verdict for the same state and signal, got { state: null, wait: 100 } and then { state: null, wait: 200 }'
 */
export function assertPolicyLaws(policy: Policy<any>, options: PolicyLawsOptions = {}): void {
  checkPolicy('assertPolicyLaws', 'policy', policy);
  readOptions('assertPolicyLaws', options, { errors: [anything, undefined], values: [anything, undefined] });
  const samples = {
    errors: samplesOf('errors', options.errors, defaultErrors),
    values: samplesOf('values', options.values, () => [() => 'a value']),
  };
  const problem = jsonProblem(policy.initial, 'initial');
  if (problem !== undefined) throw lawError('initial', { must: 'be JSON', got: problem }, []);
  checkLogs(policy, samples);
}

/**
 * Each call creates new errors, so that modifications are detected. `Object.create`, because constructing an error is
 * expensive.
 */
const defaultErrors = (): (() => unknown)[] =>
  [new Error('busy'), new TypeError('lost'), Object.assign(new Error('wait'), { retryAfter: 700 })].map(
    (error) => () => Object.create(error) as unknown,
  );

function samplesOf(
  option: string,
  given: readonly unknown[] | undefined,
  defaults: () => readonly (() => unknown)[],
): readonly (() => unknown)[] {
  if (given === undefined) return defaults();
  if (!isList(given) || given.length === 0) {
    rejectOption('assertPolicyLaws', option, 'an array of at least one', given, TypeError);
  }
  return given.map((each) => () => each);
}

/** How many of the shortest logs are played again at the end, to detect a memory outside of the state. */
const repeated = 150;

function checkLogs(policy: Policy, samples: Samples): void {
  const shortest: (readonly [log: readonly LogEntry[], verdicts: string])[] = [];
  for (const log of generateLogs(policy, samples)) {
    const { steps, violation } = checkLog(policy, log);
    if (violation !== undefined) throw shortestError(policy, log, steps, violation);
    if (shortest.length < repeated) shortest.push([log, verdictsOf(steps)]);
  }
  for (const [log, before] of shortest) {
    const { steps } = checkLog(policy, log);
    const after = verdictsOf(steps);
    if (after === before) continue;
    const got = `${before} and later ${after}`;
    throw lawError('reduce', { must: 'return the same verdicts for the same log at any time', got }, steps);
  }
}

/** The error with the shortest log that breaks the law. */
function shortestError(policy: Policy, log: readonly LogEntry[], steps: readonly Step[], violation: Violation): Error {
  if (steps.length === 1) return lawError('reduce', violation, steps);
  const breaksLaw = (smaller: readonly LogEntry[]): boolean =>
    checkLog(policy, smaller).violation?.law === violation.law;
  const smallest = checkLog(policy, shrinkLog(log.slice(0, steps.length), breaksLaw));
  // A memory outside of the state may have changed meanwhile.
  const isReproduced = smallest.violation?.law === violation.law;
  return isReproduced ? lawError('reduce', smallest.violation, smallest.steps) : lawError('reduce', violation, steps);
}

const verdictsOf = (steps: readonly Step[]): string => steps.map(({ verdict }) => formatVerdict(verdict)).join(', ');

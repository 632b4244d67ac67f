import { show } from '../../options.js';
import type { Policy, Signal, Verdict } from '../../policy/policy.js';
import { changeOf, contentsOf } from './contents.js';
import { signalsOf, type Letter } from './histories.js';
import { copyOf, frozenCopyOf, oddity } from './json.js';
import { changedLater } from './later.js';
import { same } from '../report/same.js';
import { shown } from '../report/text.js';
import { clocks, clocksAndDice, watching, type Trap } from './traps.js';

/*
 * What makes a reducer a policy, tried on one log. Each signal is folded three times: on a copy of the state, to see that
 * it is not changed; on a frozen copy; and on the very state that came before. Meanwhile the same
 * log is folded once on a later clock.
 */

/** A law that a policy breaks. */
export interface Violation {
  readonly law: 'pure' | 'input' | 'clock and chance' | 'time' | 'json' | 'wait' | 'reference' | 'throws' | 'answer';
  /** What must be, and what is in place of it. */
  readonly must: string;
  readonly got: string;
}

/** A signal that was folded, and what came of it. */
export interface Fold {
  readonly signal: Signal;
  readonly verdict?: Verdict;
}

/** What was seen of one log: every fold, and the law that the last one broke, if any. */
export interface Trial {
  readonly folds: readonly Fold[];
  readonly violation: Violation | undefined;
}

/** Tries the policy on a log, up to the first signal for which it breaks a law. */
export function tried(policy: Policy, log: readonly Letter[]): Trial {
  const called: Trap[] = [];
  return watching(
    clocksAndDice,
    (trap) => called.push(trap),
    () => triedWatched({ policy, called }, log),
  );
}

/** The policy, and the clocks and dice that it has asked. */
interface Suspect {
  readonly policy: Policy;
  readonly called: readonly Trap[];
}

function triedWatched(suspect: Suspect, log: readonly Letter[]): Trial {
  const folds: Fold[] = [];
  let state = suspect.policy.initial;
  let lateState = copyOf(state);
  for (const [signal, other, late] of signalsOf(log)) {
    const trial = folded(suspect, state, [signal, other]);
    folds.push(trial.verdict === undefined ? { signal } : { signal, verdict: trial.verdict });
    if (trial.violation !== undefined) return { folds, violation: trial.violation };
    const after = foldedLater(suspect, lateState, late, trial.verdict);
    if (after.violation !== undefined) return { folds, violation: after.violation };
    state = trial.verdict.state;
    lateState = after.verdict.state;
    if (folds.length > 100 && JSON.stringify(state).length > huge) break;
  }
  return { folds, violation: undefined };
}

/** A state of so many letters has shown what it does: a long log of growing ones would take long. */
const huge = 10_000;

/** The same where all happens another time. */
function foldedLater(suspect: Suspect, state: unknown, signal: Signal, before: Verdict): Step {
  const after = reduced(suspect, state, signal);
  if (after.violation !== undefined) return after;
  const changed = changedLater(before, after.verdict);
  const must =
    'answer the same at any time: only differences of signal.now mean anything, and only the state remembers';
  return changed === undefined ? after : broken('time', must, changed);
}

type Step =
  | { readonly verdict: Verdict; readonly violation?: undefined }
  | { readonly verdict?: Verdict; readonly violation: Violation };

function folded(suspect: Suspect, state: unknown, [signal, other]: readonly [Signal, Signal]): Step {
  const [copy, before] = [copyOf(state), contentsOf(signal, 'signal')];
  const first = reduced(suspect, copy, signal);
  if (first.violation?.law === 'throws') {
    const hint = 'if it needs errors or values of its own kind, give `errors` or `values`';
    return broken('throws', first.violation.must, `${first.violation.got} (${hint})`);
  }
  if (first.violation !== undefined) return first;
  if (!same(copy, state))
    return broken('input', 'leave the state as it was', `${shown(state)} turned into ${shown(copy)}`);
  const change = changeOf(before, contentsOf(signal, 'signal'));
  if (change !== undefined) return broken('input', 'leave the signal as it was', change);

  const second = reduced(suspect, frozenCopyOf(state), Object.freeze({ ...other }));
  if (second.violation?.got.startsWith('a thrown TypeError') === true) {
    return broken('input', 'leave its input as it was, also when that is frozen', second.violation.got);
  }
  const { verdict } = reduced(suspect, state, other);
  const isOther = !same(second.verdict, first.verdict);
  if (isOther || verdict === undefined || !same(verdict, first.verdict)) {
    return broken(
      'pure',
      'answer the same state and signal the same',
      `${verdictText(first.verdict)} and then ${verdictText(isOther ? second.verdict : verdict)}`,
    );
  }
  const isFresh =
    isIndifferent(signal) &&
    verdict.state !== state &&
    verdict.state !== suspect.policy.initial &&
    same(verdict.state, state);
  if (isFresh) {
    const got = `a new ${shown(verdict.state)}`;
    return { verdict, ...broken('reference', 'answer with the same state reference if nothing in it changes', got) };
  }
  return { verdict };
}

/** Of a failure and of a handle that is turned all may be new that is the same by chance. */
const isIndifferent = ({ kind }: Signal): boolean => kind !== 'failure' && kind !== 'control';

/** One answer, with whatever is wrong with it by itself. */
function reduced({ policy, called }: Suspect, state: unknown, signal: Signal): Step {
  let answer: unknown;
  try {
    answer = policy.reduce(state, signal);
  } catch (error) {
    return broken('throws', 'answer every signal', `a thrown ${shown(error)}`);
  }
  const [trap] = called;
  if (trap !== undefined) {
    const field = clocks.includes(trap) ? 'its time from signal.now' : 'its chance from signal.random';
    return broken('clock and chance', `take ${field}`, `a call of ${trap}`);
  }
  if (!isVerdict(answer)) {
    return broken('answer', 'answer { state, wait }', answer instanceof Promise ? 'a promise' : shown(answer));
  }
  const violation = wrongIn(answer);
  return violation === undefined ? { verdict: answer } : { verdict: answer, violation };
}

const isVerdict = (it: unknown): it is Verdict =>
  typeof it === 'object' && it !== null && 'state' in it && 'wait' in it;

function wrongIn({ state, wait, reason }: Verdict): Violation | undefined {
  const odd = oddity(state, 'state');
  if (odd !== undefined) return { law: 'json', must: 'keep a state that is JSON', got: odd };
  if (typeof wait !== 'number' || !(wait >= 0)) {
    return { law: 'wait', must: 'wait a number of milliseconds, at least 0, or Infinity', got: show(wait) };
  }
  if (reason === undefined || typeof reason === 'string') return undefined;
  return { law: 'answer', must: 'give its reason as a text', got: show(reason) };
}

const broken = (law: Violation['law'], must: string, got: string): { readonly violation: Violation } => ({
  violation: { law, must, got },
});

/** A verdict as one reads it: JSON has no word for a no. */
export function verdictText(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'no answer';
  const { state, wait, reason } = verdict;
  return `{ state: ${shown(state)}, wait: ${show(wait)}${reason === undefined ? '' : `, reason: ${shown(reason)}`} }`;
}

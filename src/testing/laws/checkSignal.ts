import type { Verdict } from '../../policy/policy.js';
import type { Signal } from '../../policy/signals.js';
import { deepEqual } from '../assertion/deepEqual.js';
import { formatValue } from '../assertion/format.js';
import { callReduce, type CheckedVerdict, type WatchedPolicy } from './callReduce.js';
import { fieldSnapshot, firstChange } from './fieldSnapshot.js';
import { frozenJsonCopy, jsonCopy } from './jsonProblem.js';
import type { SignalCopies } from './logEntry.js';
import { shiftDifference } from './timeShift.js';
import { formatVerdict, type Violation } from './violation.js';

/**
 * Checks the laws on one signal. `reduce` is called three times: with a copy of the state, to detect modifications; with a
 * frozen copy; and with the state itself, to compare references.
 */
export function checkSignal(watched: WatchedPolicy, state: unknown, { first, second }: SignalCopies): CheckedVerdict {
  const [copy, before] = [jsonCopy(state), fieldSnapshot(first, 'signal')];
  const onCopy = callReduce(watched, copy, first);
  if (onCopy.violation !== undefined) return explainThrow(onCopy);
  if (!deepEqual(copy, state)) {
    return broken('input', 'not modify the state', `${formatValue(state)} changed to ${formatValue(copy)}`);
  }
  const change = firstChange(before, fieldSnapshot(first, 'signal'));
  if (change !== undefined) return broken('input', 'not modify the signal', change);

  const onFrozen = callReduce(watched, frozenJsonCopy(state), Object.freeze({ ...second }));
  if (onFrozen.violation?.law === 'throws' && onFrozen.violation.got.startsWith('TypeError')) {
    return broken('input', 'not modify its input (here it is frozen)', onFrozen.violation.got);
  }
  const { verdict } = callReduce(watched, state, second);
  const isSame = deepEqual(onFrozen.verdict, onCopy.verdict);
  if (!isSame || verdict === undefined || !deepEqual(verdict, onCopy.verdict)) {
    const other = isSame ? verdict : onFrozen.verdict;
    const got = `${formatVerdict(onCopy.verdict)} and then ${formatVerdict(other)}`;
    return broken('pure', 'return the same verdict for the same state and signal', got);
  }
  if (isNeedlesslyNew(watched, state, verdict.state, first)) {
    const must = 'return the same state reference if nothing in the state changes';
    return { verdict, ...broken('reference', must, `a new ${formatValue(verdict.state)}`) };
  }
  return { verdict };
}

/** Checks that the verdict on the signal is the same at a much later time. `state` comes from the shifted signals. */
export function checkShifted(
  watched: WatchedPolicy,
  state: unknown,
  { shifted }: SignalCopies,
  original: Verdict,
): CheckedVerdict {
  const later = callReduce(watched, state, shifted);
  if (later.violation !== undefined) return later;
  const difference = shiftDifference(original, later.verdict);
  const must = 'not depend on absolute times, only on differences of signal.now and on the state';
  return difference === undefined ? later : broken('time', must, difference);
}

const broken = (law: Violation['law'], must: string, got: string): { readonly violation: Violation } => ({
  violation: { law, must, got },
});

function explainThrow(checked: CheckedVerdict & { readonly violation: Violation }): CheckedVerdict {
  const { law, must, got } = checked.violation;
  if (law !== 'throws') return checked;
  return broken(law, must, `${got} (if it needs errors or values of its own kind, pass \`errors\` or \`values\`)`);
}

/**
 * Whether the state is new but equal to the one before. After a failure or a command that can be a coincidence, and the
 * initial state is a known reference too.
 */
function isNeedlesslyNew({ policy }: WatchedPolicy, before: unknown, after: unknown, { kind }: Signal): boolean {
  const mayCoincide = kind === 'failure' || kind === 'control';
  return !mayCoincide && after !== before && after !== policy.initial && deepEqual(after, before);
}

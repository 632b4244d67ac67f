import type { Policy } from '../../policy/policy.js';
import { clocksAndRandom, watchGlobals, type WatchedGlobal } from '../globals/watchGlobals.js';
import type { WatchedPolicy } from './callReduce.js';
import { checkShifted, checkSignal } from './checkSignal.js';
import { jsonCopy } from './jsonProblem.js';
import { signalsOf, type LogEntry } from './logEntry.js';
import type { Step, Violation } from './violation.js';

/** The steps of a log, and the law that the last one broke, if any. */
export interface LogCheck {
  readonly steps: readonly Step[];
  readonly violation: Violation | undefined;
}

/** Plays a log on a policy and checks the laws, up to the first signal that breaks one. */
export function checkLog(policy: Policy, log: readonly LogEntry[]): LogCheck {
  const globalsUsed: WatchedGlobal[] = [];
  return watchGlobals(
    clocksAndRandom,
    (name) => globalsUsed.push(name),
    () => play({ policy, globalsUsed }, log),
  );
}

/** Plays the log and, in step with it, the same log at a later time. */
function play(watched: WatchedPolicy, log: readonly LogEntry[]): LogCheck {
  const steps: Step[] = [];
  let state = watched.policy.initial;
  let shiftedState = jsonCopy(state);
  for (const signals of signalsOf(log)) {
    const checked = checkSignal(watched, state, signals);
    steps.push({ signal: signals.first, verdict: checked.verdict });
    if (checked.violation !== undefined) return { steps, violation: checked.violation };
    const shifted = checkShifted(watched, shiftedState, signals, checked.verdict);
    if (shifted.violation !== undefined) return { steps, violation: shifted.violation };
    state = checked.verdict.state;
    shiftedState = shifted.verdict.state;
    if (steps.length > 100 && JSON.stringify(state).length > hugeState) break;
  }
  return { steps, violation: undefined };
}

/** A long log ends when the state has more characters than this, because each further signal would be slow. */
const hugeState = 10_000;

import { step, type Policy, type Signal } from '../policy/policy.js';
import { messageOf, UsageError } from './usageError.js';

/*
 * Whether a policy is pure, as far as a few signals can tell: asked twice with the same state and signal, while clock and
 * dice move on, it must answer the same, and leave the state as it was.
 */

/** Throws a mistake that says what is not pure, and how to mend it. */
export function checkPure(what: string, policy: Policy): void {
  const restore = disturbed();
  try {
    let state: unknown = frozen(policy.initial);
    for (const signal of signals()) {
      const first = answered(what, policy, state, signal);
      const second = answered(what, policy, state, signal);
      if (JSON.stringify(first) !== JSON.stringify(second)) {
        throw new UsageError(
          `${what} is not pure: to the same state and the same ${signal.kind} it answered ${JSON.stringify(first)}, then ${JSON.stringify(second)}. Take time and chance from the signal (now, random), and keep what it remembers in the state`,
        );
      }
      state = frozen(first.state);
    }
  } finally {
    restore();
  }
}

function answered(
  what: string,
  policy: Policy,
  state: unknown,
  signal: Signal,
): { state: unknown; wait: number | string } {
  try {
    const { state: next, wait } = step(policy, state, signal);
    return { state: next, wait: wait === Infinity ? 'no' : wait };
  } catch (error) {
    const isFrozen = error instanceof TypeError && /read only|not extensible|object is not/.test(error.message);
    if (isFrozen)
      throw new UsageError(`${what} is not pure: it changes its state (${error.message}). Answer a new state instead`);
    throw new UsageError(`${what} threw at a ${signal.kind}: ${messageOf(error)}`);
  }
}

function* signals(): Generator<Signal> {
  const error = new Error('purity');
  for (let ticket = 1; ticket <= 4; ticket += 1) {
    const moment = { ticket, now: 1000 * ticket, random: 0.3 };
    yield { kind: 'ask', ...moment, attempt: ticket, ...(ticket > 1 && { error }) };
    yield { kind: 'failure', ...moment, now: 1000 * ticket + 50, took: 50, error };
  }
  yield { kind: 'ask', ticket: 5, now: 9000, random: 0.3, attempt: 1 };
  yield { kind: 'value', ticket: 5, now: 9050, random: 0, value: undefined };
  yield { kind: 'success', ticket: 5, now: 9050, random: 0.3, took: 50 };
}

function frozen(state: unknown): unknown {
  if (typeof state === 'object' && state !== null && !Object.isFrozen(state)) {
    Object.freeze(state);
    Object.values(state).forEach(frozen);
  }
  return state;
}

/** Not a round number: a policy may look at a part of the time only. */
const anHourOrSo = 3_661_237;

/** Makes every look at the clock and every throw of the dice another; answers how to undo it. */
function disturbed(): () => void {
  const { random } = Math;
  const { now } = Date;
  const Clock = Date;
  const elapsed = performance.now.bind(performance);
  let looks = 0;
  Math.random = () => ((looks += 1) % 97) / 97;
  Date.now = () => now() + (looks += 1) * anHourOrSo;
  performance.now = () => elapsed() + (looks += 1) * anHourOrSo;
  globalThis.Date = new Proxy(Clock, {
    construct: (_, given: unknown[]) => Reflect.construct(Clock, given.length === 0 ? [Clock.now()] : given) as Date,
  });
  return () => {
    globalThis.Date = Clock;
    Math.random = random;
    Date.now = now;
    performance.now = elapsed;
  };
}

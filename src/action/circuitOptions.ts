import { tap, type MonoTypeOperatorFunction } from 'rxjs';
import { Misuse } from '../misuse.js';
import { isList, rejectOption } from '../options.js';
import { onlyIf, retries } from '../policy/limits.js';
import type { Policy } from '../policy/policy.js';
import { Circuit } from '../live/circuit.js';
import { isLive } from '../live/circuits.js';
import { circuitBreak } from '../operators/circuitBreak.js';

/*
 * A circuit as an option of an action: given once, and as the retry only until it opens.
 */

/** Rejects a circuit that is given twice: for one attempt it would be asked twice, and reject itself. */
export function checkGates({
  circuit,
  retry,
  gates,
}: Readonly<Partial<Record<'circuit' | 'retry' | 'gates', unknown>>>): void {
  for (const [option, gate] of Object.entries({ circuit, retry })) {
    if (isList(gates) && gates.includes(gate)) rejectTwice('gates must not contain', gate, option);
  }
  if (circuit !== undefined && circuit === retry) rejectTwice('retry must not be', circuit, 'circuit');
}

function rejectTwice(rule: string, gate: unknown, option: string): never {
  const which = gate instanceof Circuit ? `circuit "${gate.name}"` : 'circuitBreaker';
  throw new TypeError(`action: ${rule} the ${which} that is also given as ${option}. ${giveItOnce}`);
}

const giveItOnce =
  'It would be asked twice for each attempt, and reject itself when half-open. Give it once: ' +
  'as circuit with a policy as retry, as retry alone, or in gates to wait for it';

/** What the function of the option has returned. A wrong one is a mistake in the program, which a retry would repeat. */
export function chosenCircuit(answer: unknown): Circuit {
  return isLive(answer)
    ? answer
    : rejectOption('action', 'the answer of circuit', 'a circuit from circuit()', answer, Misuse);
}

/**
 * Retries at once for as long as each failure brings the circuit closer to opening. It is made for each call, because it
 * notes what the circuit had counted when the attempt failed.
 */
export function untilOpen(
  circuit: Circuit,
  retrier: (policy: Policy) => MonoTypeOperatorFunction<unknown>,
): MonoTypeOperatorFunction<unknown> {
  const withCircuit = circuitBreak<unknown>(circuit);
  return (attempt) => {
    let counted = 0;
    const noting = tap({
      error: () => {
        counted = circuit.badCalls;
      },
    });
    const withRetry = retrier(onlyIf(() => circuit.badCalls > counted, retries(mostRetries)));
    return withRetry(withCircuit(noting(attempt)));
  };
}

/** Even a circuit that never opens, whatever its rule, bounds the retries of a call. */
const mostRetries = 100;

import { Misuse } from '../misuse.js';
import type { GateLedger } from '../engine/gateLedger.js';

/*
 * A gate that is asked twice for one attempt: by an operator, and by another one below it. It is found where the inner one
 * is subscribed within the subscription to the outer one, before the source has said anything.
 */

/** An attempt at gates. */
export interface NestedAttempt {
  readonly gates: readonly GateLedger[];
  /** Whether its source has neither emitted nor ended. */
  readonly isSilent: boolean;
}

/** The attempts whose source is being subscribed, the innermost last. */
const attempts: NestedAttempt[] = [];

/** The source of an attempt is being subscribed, until {@link endSubscribing}. */
export function beginSubscribing(attempt: NestedAttempt): void {
  attempts.push(attempt);
}

export function endSubscribing(): void {
  attempts.pop();
}

/** Runs what belongs to no attempt, although one may cause it: a subscription that all calls share. */
export function apart(work: () => void): void {
  const around = attempts.splice(0);
  try {
    work();
  } finally {
    attempts.push(...around);
  }
}

/**
 * Throws if one of these gates has admitted the attempt around this one. The same list is the same operator: within itself it
 * runs another call, as an interceptor does that fetches a token.
 */
export function rejectNested(gates: readonly GateLedger[]): void {
  for (const around of attempts) {
    const isAround = around.gates !== gates && around.isSilent;
    const twice = isAround ? gates.find((gate) => around.gates.includes(gate)) : undefined;
    if (twice !== undefined) {
      throw new Misuse(
        `${twice.title} is asked twice for one attempt: by an operator, and by another one below it. One of the two would ` +
          'wait for the other or be rejected, and a rate or a budget would be charged twice. Ask it in one place',
      );
    }
  }
}

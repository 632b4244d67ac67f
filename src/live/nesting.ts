import { Misuse } from '../misuse.js';
import type { GateLedger } from '../engine/gateLedger.js';

/*
 * A gate that is asked twice for one attempt: by an operator, and by another one below it. It is found where the inner one
 * is subscribed within the subscription to the outer one, before the source has said anything.
 */

/** An attempt at gates. */
export interface NestedAttempt {
  /** Whether its source has neither emitted nor ended. */
  readonly isSilent: boolean;
}

interface Frame {
  readonly gates: readonly GateLedger[];
  readonly attempt: NestedAttempt;
}

/** The attempts whose source is being subscribed, the innermost last. */
const frames: Frame[] = [];

/** The source of an attempt at these gates is being subscribed, until {@link endSubscribing}. */
export function beginSubscribing(gates: readonly GateLedger[], attempt: NestedAttempt): void {
  frames.push({ gates, attempt });
}

export function endSubscribing(): void {
  frames.pop();
}

/**
 * Throws if one of these gates has admitted the attempt around this one. The same list is the same operator: within itself it
 * runs another call, as an interceptor does that fetches a token.
 */
export function rejectNested(gates: readonly GateLedger[]): void {
  for (const { gates: outer, attempt } of frames) {
    const isAround = outer !== gates && attempt.isSilent;
    const twice = isAround ? gates.find((gate) => outer.includes(gate)) : undefined;
    if (twice !== undefined) {
      throw new Misuse(
        `${twice.title} is asked twice for one attempt: by an operator, and by another one below it. One of the two would ` +
          'wait for the other or be rejected, and a rate or a budget would be charged twice. Ask it in one place',
      );
    }
  }
}

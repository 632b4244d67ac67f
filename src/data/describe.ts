import { isRecord } from '../gates/parser.js';
import { maxDepth, maxParts, policyIn, type PolicySource } from './format.js';
import { gatePhrases } from './gatePhrases.js';
import { phrases } from './phrases.js';
import { checkSlots, nameIn, type Slots } from './slots.js';
import type { Speaker } from './speaker.js';
import { wordOf, type Made } from './wordOf.js';

/**
 * A policy in one line that a person reads, for example in the log at start-up. It names delays, caps, attempts and deadlines.
 * Other options that have their default are left out. A function has its own name or, because a minifier changes that, its
 * name in `slots`. A custom policy is `custom`, with its format if it is a `gatePolicy`.
 *
 * The line is for people: it may change in any version. Use {@link toJSON} for programs.
 *
 * @param policy a policy, or a live gate: a circuit or what `gate` makes
 * @param slots names for functions, error classes and custom policies
 * @throws TypeError if `policy` is anything else
 *
 * @example
 * describe(exponentialBackoff()) // => 'exponentialBackoff(2 s ×2 ≤ 1 min, jitter ±50 %, 5 attempts)'
 * describe(both(jittered('full', exponential(250), { cap: 30_000 }), retries(4)))
 * // => 'both(exponential 250 ms ×2 ≤ 30 s, jitter full, 5 attempts)'
 */
export function describe(policy: PolicySource, slots: Slots = {}): string {
  checkSlots('describe', slots);
  return speaker(slots, { parts: 0 }, 1).part(policyIn('describe', policy), 'policy');
}

/** Counts what has been described, so that a policy of very many parts gives a short line. */
interface Counter {
  parts: number;
}

function speaker(slots: Slots, counter: Counter, depth: number): Speaker {
  const name = (value: unknown, option: string): string =>
    nameIn(slots, option, value) ?? (typeof value === 'function' && value.name !== '' ? value.name : 'a function');
  const part = (value: Made, option: string): string => {
    counter.parts += 1;
    if (depth > maxDepth || counter.parts > maxParts) return '…';
    const slot = nameIn(slots, option, value);
    if (slot !== undefined) return slot;
    const used = wordOf(value);
    if (used === undefined) return custom(value);
    // Every word has a phrase: spec/data/words.spec.ts.
    const phrase = phrases[used.name] ?? gatePhrases[used.name];
    return String(phrase?.(speaker(slots, counter, depth + 1), ...used.args));
  };
  return { name, part };
}

const custom = (part: Made): string =>
  isRecord(part) && typeof part.format === 'string' ? `custom ${part.format}` : 'custom';

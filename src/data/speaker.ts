import type { Trip } from '../gates/circuit/trip.js';
import type { Policy } from '../policy/policy.js';

/** Says the parts of a policy. */
export interface Speaker {
  /** The name of a function. */
  readonly name: (value: unknown, option: string) => string;
  readonly part: (part: Policy | Trip, option: string) => string;
}

/** The phrase of a word with these arguments. */
export type Phrase = (speaker: Speaker, ...args: any[]) => string;

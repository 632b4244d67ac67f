import type { Made } from './wordOf.js';

/** Says the parts of a policy. */
export interface Speaker {
  /** The name of a function. */
  readonly name: (value: unknown, option: string) => string;
  readonly part: (part: Made, option: string) => string;
}

/** The phrase of a word with these arguments. */
export type Phrase = (speaker: Speaker, ...args: any[]) => string;

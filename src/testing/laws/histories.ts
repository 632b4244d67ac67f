import type { Command, Policy, Signal } from '../../policy/policy.js';
import { seededRandom } from '../../policy/seededRandom.js';
import { later } from './later.js';

/*
 * Logs to try a policy on, smallest first: all of up to three signals, some long ones by chance, and one of so many
 * failures that doubling overflows.
 */

/** One signal, before it stands in a log; what it carries is made anew for each reading. */
export interface Letter {
  readonly kind: Signal['kind'];
  /** Milliseconds since the signal before it. */
  readonly gap: number;
  readonly random: number;
  readonly took: number;
  readonly attempt: number;
  /** The error or the value. */
  readonly what: () => unknown;
  readonly command: Command['name'];
}

/** What values and errors there are. */
export interface Samples {
  readonly errors: readonly (() => unknown)[];
  readonly values: readonly (() => unknown)[];
}

const kinds = ['ask', 'failure', 'success', 'cancel', 'value', 'abandon', 'control'] as const;
const nothing = (): undefined => undefined;
const plain = { gap: 10, random: 0.5, took: 5, attempt: 1, what: nothing, command: 'resume' } as const;

/** All logs to try, in order. */
export function* histories(policy: Policy, samples: Samples): Generator<readonly Letter[]> {
  const heard = kinds.filter((kind) => policy.handles?.includes(kind) !== false);
  if (heard.length === 0) return;
  const letters = heard.flatMap((kind) => lettersOf(kind, samples));
  let logs: readonly (readonly Letter[])[] = [[]];
  for (let length = 1; length <= 3; length += 1) {
    logs = logs.flatMap((log) => letters.map((letter) => [...log, letter]));
    yield* logs;
    if (logs.length * letters.length > 1500) break;
  }
  const random = seededRandom(1);
  for (let count = 0; count < 100; count += 1) yield byChance(random, letters, 4 + Math.floor(random() * 20));
  const failure = letters.find(({ kind }) => kind === 'failure');
  if (failure !== undefined) yield Array<Letter>(1100).fill(failure);
}

function lettersOf(kind: Signal['kind'], { errors, values }: Samples): Letter[] {
  const letter = { ...plain, kind };
  switch (kind) {
    case 'ask':
      return [letter, ...errors.slice(0, 1).map((what) => ({ ...letter, attempt: 2, what }))];
    case 'failure':
      return errors.map((what) => ({ ...letter, what }));
    case 'value':
      return values.map((what) => ({ ...letter, what }));
    default:
      return [letter];
  }
}

function byChance(random: () => number, letters: readonly Letter[], length: number): Letter[] {
  const oneOf = <T>(list: readonly T[]): T =>
    list.slice(0, 1 + Math.floor(random() * list.length)).reduce((_, each) => each);
  return Array.from({ length }, () => ({
    ...oneOf(letters),
    gap: oneOf([0, 0, 1, 50, 1000, 61_000, 1e7]),
    random: oneOf([0, 0.25, 0.5, 0.999]),
    took: oneOf([0, 1, 200, 70_000]),
    command: oneOf(['resume', 'reset'] as const),
  }));
}

/** The log as signals, attempts numbered by their asks: each twice, and once on a clock that shows another time. */
export function signalsOf(log: readonly Letter[]): (readonly [Signal, Signal, late: Signal])[] {
  let now = 0;
  let last = 0;
  return log.map((letter) => {
    now += letter.gap;
    if (letter.kind === 'ask') last += 1;
    const ticket = Math.max(1, last);
    return [signalOf(letter, ticket, now), signalOf(letter, ticket, now), signalOf(letter, ticket, now + later)];
  });
}

function signalOf({ kind, random, took, attempt, what, command }: Letter, ticket: number, now: number): Signal {
  const moment = { ticket, now, random };
  const content = what();
  switch (kind) {
    case 'ask':
      return attempt === 1 ? { kind, ...moment, attempt } : { kind, ...moment, attempt, error: content };
    case 'failure':
      return { kind, ...moment, took, error: content };
    case 'success':
    case 'cancel':
      return { kind, ...moment, took };
    case 'value':
      return { kind, ...moment, random: 0, value: content };
    case 'abandon':
      return { kind, ...moment, random: 0 };
    case 'control':
      return { kind, ...moment, command: { name: command } };
  }
}

/** How many signals are tried to find a smaller log. */
const maxWait = 20_000;

/** A log as small as can be found for which `fails` still holds: signals are left out, then made plain. */
export function shrunk(log: readonly Letter[], fails: (log: readonly Letter[]) => boolean): readonly Letter[] {
  let smallest = log;
  let tried = 0;
  const holds = (smaller: readonly Letter[]): boolean => {
    tried += smaller.length;
    if (tried > maxWait || !fails(smaller)) return false;
    smallest = smaller;
    return true;
  };
  for (let size = Math.floor(log.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= smallest.length;) {
      if (!holds([...smallest.slice(0, from), ...smallest.slice(from + size)])) from += size;
    }
  }
  for (const at of smallest.keys()) {
    holds(smallest.map((letter, index) => (index === at ? { ...letter, ...plain, what: letter.what } : letter)));
  }
  return smallest;
}

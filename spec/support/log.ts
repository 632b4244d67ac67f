import type { Command, Policy, Signal, GatePolicy } from 'rxjs-reprise';

/*
 * Signals of a gate in short form, the instant first. By default, the ticket is 1, the attempt is a first one that ends in
 * the instant in which it started, and the draw is 0.
 */

export interface Details {
  readonly ticket?: number;
  readonly took?: number;
  readonly random?: number;
  readonly error?: unknown;
}

export const ask = (
  now: number,
  { ticket = 1, random = 0, attempt = 1, error }: Details & { readonly attempt?: number } = {},
): Signal => ({ kind: 'ask', ticket, now, random, attempt, ...(error === undefined ? {} : { error }) });

export const success = (now: number, { ticket = 1, random = 0, took = 0 }: Details = {}): Signal => ({
  kind: 'success',
  ticket,
  now,
  random,
  took,
});

export const failure = (now: number, { ticket = 1, random = 0, took = 0, error = 'down' }: Details = {}): Signal => ({
  kind: 'failure',
  ticket,
  now,
  random,
  took,
  error,
});

export const cancel = (now: number, { ticket = 1, random = 0, took = 0 }: Details = {}): Signal => ({
  kind: 'cancel',
  ticket,
  now,
  random,
  took,
});

/** The call with that ticket gave up. */
export const abandon = (now: number, { ticket = 1, random = 0 }: Details = {}): Signal => ({
  kind: 'abandon',
  ticket,
  now,
  random,
});

/** A manual command. `ticket` is the newest ticket. */
export const control = (
  now: number,
  command: Command | Command['name'],
  { ticket = 0, random = 0 }: Details = {},
): Signal => ({
  kind: 'control',
  ticket,
  now,
  random,
  command: typeof command === 'string' ? { name: command } : command,
});

/** The state after the log. */
export const folded = <S>(policy: Policy<S>, log: readonly Signal[], from: S = policy.initial): S =>
  log.reduce((state, signal) => policy.reduce(state, signal).state, from);

/** A snapshot with that state, which may be invalid. */
export const snapshotWith = (state: unknown, format = 'rxjs-reprise/circuit'): Record<string, unknown> => ({
  format,
  version: 1,
  name: 'spec',
  state,
});

/** The answers of the policy to each signal of the log: `'0'`, `'100 open'`. */
export const answers = (policy: Policy, log: readonly Signal[]): string[] => {
  let state = policy.initial;
  return log.map((signal) => {
    const verdict = policy.reduce(state, signal);
    state = verdict.state;
    return [verdict.wait, ...(verdict.reason === undefined ? [] : [verdict.reason])].join(' ');
  });
};

/** The waiting calls that a signal wakes. */
export function wokenBy<S>(
  policy: GatePolicy<S>,
  signal: Signal,
  [before, after]: readonly [before: S, after: S],
  waiting: Iterable<number>,
): number[] {
  const woken = policy.wakes(before, after, signal);
  return [...waiting].filter((ticket) => woken === 'all' || woken.includes(ticket));
}

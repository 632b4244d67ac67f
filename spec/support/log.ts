import type { Command, Policy, Signal, GatePolicy } from 'rxjs-reprise';

/*
 * The log of a gate in short, the instant first. By default a signal belongs to ticket 1 and a first attempt, the ticket
 * ends in the instant in which it began, and the draw is 0.
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
): Signal => ({ kind: 'ask', ticket: ticket, now, random, attempt, ...(error === undefined ? {} : { error }) });

export const success = (now: number, { ticket = 1, random = 0, took = 0 }: Details = {}): Signal => ({
  kind: 'success',
  ticket: ticket,
  now,
  random,
  took,
});

export const failure = (now: number, { ticket = 1, random = 0, took = 0, error = 'down' }: Details = {}): Signal => ({
  kind: 'failure',
  ticket: ticket,
  now,
  random,
  took,
  error,
});

export const cancel = (now: number, { ticket = 1, random = 0, took = 0 }: Details = {}): Signal => ({
  kind: 'cancel',
  ticket: ticket,
  now,
  random,
  took,
});

/** The caller will not ask for that ticket again. */
export const abandon = (now: number, { ticket = 1, random = 0 }: Details = {}): Signal => ({
  kind: 'abandon',
  ticket: ticket,
  now,
  random,
});

/** A handle is turned; `ticket` is the number of the newest ticket. */
export const control = (
  now: number,
  command: Command | Command['name'],
  { ticket = 0, random = 0 }: Details = {},
): Signal => ({
  kind: 'control',
  ticket: ticket,
  now,
  random,
  command: typeof command === 'string' ? { name: command } : command,
});

/** The state after the log. */
export const folded = <S>(policy: Policy<S>, log: readonly Signal[], from: S = policy.initial): S =>
  log.reduce((state, signal) => policy.reduce(state, signal).state, from);

/** A snapshot that says this is the state, which may not be one. */
export const snapshotWith = (state: unknown, format = 'rxjs-reprise/circuit'): Record<string, unknown> => ({
  format,
  version: 1,
  name: 'spec',
  state,
});

/** What the policy answers to each signal of the log: `'0'`, `'100 open'`. */
export const answers = (policy: Policy, log: readonly Signal[]): string[] => {
  let state = policy.initial;
  return log.map((signal) => {
    const verdict = policy.reduce(state, signal);
    state = verdict.state;
    return [verdict.wait, ...(verdict.reason === undefined ? [] : [verdict.reason])].join(' ');
  });
};

/** Which of the waiting calls are woken by a signal. */
export function wokenBy<S>(
  policy: GatePolicy<S>,
  signal: Signal,
  [before, after]: readonly [before: S, after: S],
  told: Iterable<number>,
): number[] {
  const woken = policy.wakes(before, after, signal);
  return [...told].filter((ticket) => woken === 'all' || woken.includes(ticket));
}

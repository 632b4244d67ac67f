import { formatTime } from './charts/format.js';
import { step, type Policy } from '../policy/policy.js';
import { preview } from '../policy/preview.js';

/*
 * When a circuit opens. A policy is a function, so this is found by trying.
 */

/** How many failures a circuit is tested with. */
const maxFailures = 1000;

/** The longest window that is looked for: a day. */
const maxWindow = 86_400_000;

export interface Openings {
  /** How many failures in a row open it. `undefined` if {@link maxFailures} do not. */
  readonly failures: number | undefined;
  /** The milliseconds within which that many failures must fall. `undefined` if the time does not matter. */
  readonly within: number | undefined;
  /** How long it is open the first times, in milliseconds. */
  readonly open: readonly number[];
}

export function openingsOf(circuit: Policy): Openings {
  const { delays } = preview(circuit, { failures: maxFailures });
  const first = delays.findIndex((delay) => delay > 0);
  if (first < 0) return { failures: undefined, within: undefined, open: [] };
  const failures = first + 1;
  return { failures, within: windowOf(circuit, failures), open: delays.filter((delay) => delay > 0).slice(0, 5) };
}

/** Finds by bisection the shortest time between the first and the last failure that does not open a circuit. */
function windowOf(circuit: Policy, failures: number): number | undefined {
  if (failures === 1 || isOpenedBy(circuit, failures, maxWindow)) return undefined;
  let [short, long] = [0, maxWindow];
  while (long - short > 1) {
    const middle = Math.round((short + long) / 2);
    if (isOpenedBy(circuit, failures, middle)) short = middle;
    else long = middle;
  }
  return long;
}

/** Whether a circuit is open after failures at time 0, of which the last comes `gap` milliseconds later. */
function isOpenedBy(circuit: Policy, failures: number, gap: number): boolean {
  let state = circuit.initial;
  for (let ticket = 1; ticket <= failures; ticket += 1) {
    const stamp = { ticket, now: ticket === failures ? gap : 0, random: 0.5 };
    state = step(circuit, state, { kind: 'ask', ...stamp, attempt: 1 }).state;
    state = step(circuit, state, { kind: 'failure', ...stamp, took: 0, error: new Error('failed') }).state;
  }
  return step(circuit, state, { kind: 'ask', ticket: failures + 1, now: gap, random: 0.5, attempt: 1 }).wait > 0;
}

/** The openings in words. */
export function describeOpenings({ failures, within, open }: Openings): string {
  if (failures === undefined) return `does not open after ${String(maxFailures)} failures in a row`;
  const count = failures === 1 ? '1 failure' : `${String(failures)} failures`;
  const span = failures === 1 ? '' : within === undefined ? ' in a row' : ` within ${formatTime(within)}`;
  return `opens after ${count}${span}, for ${open.map(formatTime).join(', ')} ..`;
}

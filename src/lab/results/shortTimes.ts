import type { CircuitBreaker } from '../../gates/circuit/circuitBreaker.js';
import { formatTime } from '../charts/format.js';
import { openingsOf } from '../openings.js';
import type { Schedule } from '../schedule.js';

/*
 * Times that may be seconds by mistake, such as `base: 2` or `resetAfter: 30`. They are found by trying the policies.
 */

/** A first wait below this is shorter than most networks need for an answer. In milliseconds. */
const shortWait = 20;

/** The same for deadlines, open times and windows. Two minutes in seconds are below it. In milliseconds. */
const shortSpan = 200;

/** One sentence if a time is so short that it may be seconds by mistake, else none. */
export function describeShortTimes(schedule: Schedule | undefined, circuit: CircuitBreaker | undefined): string[] {
  const facts = [...(schedule ? shortTimesOf(schedule) : []), ...(circuit ? shortTimesOfCircuit(circuit) : [])];
  return facts.length === 0 ? [] : [`Times are milliseconds, not seconds: ${facts.join(', ')}.`];
}

function shortTimesOf({ retries, deadline = Infinity }: Schedule): string[] {
  const firstWait = retries.map(({ wait }) => wait[1]).find((wait) => wait > 0) ?? Infinity;
  return [
    ...(firstWait < shortWait ? [`the first wait is at most ${formatTime(firstWait)}`] : []),
    ...(deadline < shortSpan ? [`the deadline is ${formatTime(deadline)}`] : []),
  ];
}

function shortTimesOfCircuit(circuit: CircuitBreaker): string[] {
  const { within = Infinity, open } = openingsOf(circuit);
  const [openTime = Infinity] = open;
  return [
    ...(openTime < shortSpan ? [`the circuit is open for ${formatTime(openTime)}`] : []),
    ...(within < shortSpan ? [`the circuit counts failures within ${formatTime(within)}`] : []),
  ];
}

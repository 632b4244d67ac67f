import { deepStrictEqual } from 'node:assert';
import { of } from 'rxjs';
import { circuit, circuitBreak, failureRate, failures, retryQuota, type Trip } from 'rxjs-reprise';
import { lastOf, returns } from '../job.js';
import { measure } from '../measure.js';
import type { Pair, Row, Subject } from '../row.js';
import { crowdLines, measureCrowds } from './crowds.js';

/*
 * How the costs grow: the large is compared with the small. Times below a microsecond are of the pure policies, where the
 * growth is not hidden by the cost of a stream.
 */

const watched = (subscribers: string): string => `closed circuit, ${subscribers} of state$`;
const paying = (retries: string): string => `retryQuota, ${retries} retries in flight`;
const failing = (n: string): string => `failures(${n}, { window })`;
const ending = (calls: string): string => `failureRate, { calls: ${calls} }`;

const lines: readonly Pair[] = [
  ...crowdLines,
  { ours: watched('100 subscribers'), peer: watched('no subscriber'), atMost: 10 },
  { ours: paying('50 000'), peer: paying('1 000'), atMost: 2 },
  { ours: failing('10 000'), peer: failing('10'), atMost: 2 },
  { ours: ending('100 000'), peer: ending('100'), atMost: 2 },
];

export const P14: Row = {
  title: 'growth: many calls, listeners and retries / few',
  unit: 'ns',
  lines,
  measure: async (effort) => ({
    // The programs are slow. The quick effort runs each once.
    ...(await measureCrowds(Math.floor(effort.rounds / 20))),
    ...(await measure(
      {
        [watched('100 subscribers')]: callOfCircuit(100),
        [watched('no subscriber')]: callOfCircuit(0),
        [paying('50 000')]: paidRetries(50_000),
        [paying('1 000')]: paidRetries(1000),
        [failing('10 000')]: outcomes(failures(10_000, { window: 9999 }), 10_000, true),
        [failing('10')]: outcomes(failures(10, { window: 9 }), 10, true),
        [ending('100 000')]: outcomes(failureRate(1, { calls: 100_000 }), 100_000, false),
        [ending('100')]: outcomes(failureRate(1, { calls: 100 }), 100, false),
      },
      effort,
    )),
  }),
};

/** A successful call through a closed circuit whose status is watched. */
function callOfCircuit(subscribers: number): Subject {
  const users = circuit({ name: 'users' });
  let emissions = 0;
  for (let left = subscribers; left > 0; left -= 1) users.state$.subscribe(() => (emissions += 1));
  const call$ = of(1).pipe(circuitBreak(users));
  return {
    run: () => lastOf(call$),
    check: (result) => {
      returns(1)(result);
      deepStrictEqual(emissions >= subscribers, true);
    },
  };
}

/** The number of outcomes in one run. The next run continues with the same state. */
const per = 100;

/** A retry pays, and the oldest of those that have paid succeeds. */
function paidRetries(inFlight: number): Subject {
  const cost = 14;
  const policy = retryQuota({ capacity: cost * (inFlight + 1), cost });
  let last = 0;
  let state = policy.initial;
  const ask = (): void => {
    last += 1;
    state = policy.reduce(state, { kind: 'ask', ticket: last, now: 0, random: 0, attempt: 2, error: undefined }).state;
  };
  for (let left = inFlight; left > 0; left -= 1) ask();
  return {
    per,
    run: () => {
      for (let left = per; left > 0; left -= 1) {
        ask();
        state = policy.reduce(state, { kind: 'success', ticket: last - inFlight, now: 0, random: 0, took: 0 }).state;
      }
      return policy.view(state, 0).tokens;
    },
    check: returns(cost),
  };
}

/** Records an outcome each millisecond. A window of `n - 1` ms is too short for `n` failures, so no rule is reached. */
function outcomes(rule: Trip, held: number, isBad: boolean): Subject {
  let now = 0;
  let filled = rule.fresh;
  const record = (): boolean => {
    now += 1;
    filled = rule.record(filled, now, isBad);
    return rule.isReached(filled, now);
  };
  for (let left = held; left > 0; left -= 1) record();
  return {
    per,
    run: () => {
      let opens = 0;
      for (let left = per; left > 0; left -= 1) if (record()) opens += 1;
      return opens;
    },
    check: returns(0),
  };
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RejectedError } from 'rxjs-reprise';
import {
  fallbackPlan,
  type FallbackPlan,
  type FallbackSignal,
  type FallbackState,
} from '../../src/gates/fallbackPlan.js';
import { size } from '../support/size.js';

/*
 * The laws of a plan, on random calls that overlap: each begins, and its routes fail, reject, answer or are left, in any
 * order of the calls.
 */

const numRuns = size(500, 10_000);

type End = 'fails' | 'rejects' | 'answers' | 'breaks';

/** One step: time passes, and a call begins, or the route of a running call ends so. `breaks` is an answer and a failure. */
interface Step {
  readonly passes: number;
  readonly call: number;
  readonly end: End;
}

interface Call {
  readonly ticket: number;
  readonly tried: number[];
  hasFailed: boolean;
  hasValue: boolean;
}

interface Report {
  readonly before: FallbackState;
  readonly signal: FallbackSignal;
  readonly after: FallbackState;
}

interface History {
  readonly reports: readonly Report[];
  readonly calls: readonly Call[];
  /** How many routes each call that ended without an answer had tried. */
  readonly exhausted: readonly number[];
  readonly now: number;
}

const step = fc.record<Step>({
  passes: fc.nat(60),
  call: fc.nat(5),
  end: fc.constantFrom('fails', 'rejects', 'answers', 'breaks'),
});

const settings = fc.record({
  routes: fc.integer({ min: 1, max: 4 }),
  stickyFor: fc.constantFrom(0, 50, 200, Infinity),
  switchAfterValue: fc.boolean(),
});

function play(plan: FallbackPlan, steps: readonly Step[]): History {
  const reports: Report[] = [];
  const calls: Call[] = [];
  const running: Call[] = [];
  const exhausted: number[] = [];
  let state = plan.initial;
  let now = 0;
  const fold = (signal: FallbackSignal): ReturnType<FallbackPlan['reduce']> => {
    const before = JSON.parse(JSON.stringify(state)) as FallbackState;
    const verdict = plan.reduce(state, signal);
    expect(plan.reduce(before, signal)).toEqual(verdict);
    reports.push({ before: state, signal, after: verdict.state });
    ({ state } = verdict);
    return verdict;
  };
  const proceed = (call: Call, route: number | undefined): void => {
    if (route === undefined) running.splice(running.indexOf(call), 1);
    else call.tried.push(route);
  };
  for (const { passes, call: nth, end } of steps) {
    now += passes;
    const call = running[nth];
    if (call === undefined) {
      const begun: Call = { ticket: calls.length + 1, tried: [], hasFailed: false, hasValue: false };
      calls.push(begun);
      running.push(begun);
      proceed(begun, fold({ kind: 'start', ticket: begun.ticket, now }).route);
      continue;
    }
    const { ticket, tried, hasFailed } = call;
    const route = tried.at(-1) ?? NaN;
    if (end === 'answers' || end === 'breaks') {
      call.hasValue = true;
      fold({ kind: 'answer', ticket, now, route, hasFailed });
    }
    if (end === 'answers') {
      proceed(call, undefined);
      continue;
    }
    const error = end === 'rejects' ? new RejectedError('rate') : new Error(end);
    const verdict = fold({ kind: 'failure', ticket, now, route, tried, error, hasValue: call.hasValue });
    if (!verdict.isSkip) call.hasFailed = true;
    if (verdict.reason === 'exhausted') exhausted.push(tried.length);
    proceed(call, verdict.route);
  }
  return { reports, calls, exhausted, now };
}

const law = (title: string, check: (history: History, plan: FallbackPlan, of: FallbackSettings) => void): void => {
  it(title, () => {
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 60 }), (given, steps) => {
        const plan = fallbackPlan({ ...given, switchOn: () => true });
        check(play(plan, steps), plan, given);
      }),
      { numRuns },
    );
  });
};

interface FallbackSettings {
  readonly routes: number;
  readonly stickyFor: number;
}

law('a call tries each route at most once, and gives up only after all', ({ calls, exhausted }, _, { routes }) => {
  for (const { tried } of calls) {
    expect(new Set(tried).size).toBe(tried.length);
    expect(tried.every((route) => route >= 0 && route < routes)).toBe(true);
  }
  for (const count of exhausted) expect(count).toBe(routes);
});

law('a report of a call that is older than the last change changes nothing', ({ reports }) => {
  for (const { before, signal, after } of reports) if (signal.ticket < before.ticket) expect(after).toBe(before);
});

law('without stickyFor no state ever changes, and every call begins with the first route', (history, plan, given) => {
  if (given.stickyFor !== 0) return;
  for (const { after } of history.reports) expect(after).toBe(plan.initial);
  for (const { tried } of history.calls) expect(tried[0]).toBe(0);
});

law('a call begins with another route than the first only within stickyFor of a switch to it', (history, _, given) => {
  const { reports, calls } = history;
  for (const [index, { signal }] of reports.entries()) {
    if (signal.kind !== 'start') continue;
    const begun = calls[signal.ticket - 1]?.tried[0];
    if (begun === 0) continue;
    const switches = reports
      .slice(0, index)
      .filter(({ signal: past }) => past.kind === 'answer' && past.hasFailed && past.route === begun);
    expect(switches.some(({ signal: past }) => signal.now - past.now < given.stickyFor)).toBe(true);
  }
});

law('the newest answer decides: a call that switched makes its route sticky', ({ reports }, plan, { stickyFor }) => {
  for (const { before, signal, after } of reports) {
    if (signal.kind !== 'answer' || stickyFor === 0 || signal.ticket < before.ticket) continue;
    const { route } = plan.reduce(after, { kind: 'start', ticket: signal.ticket + 1, now: signal.now });
    if (signal.hasFailed) expect(route).toBe(signal.route);
    else expect([0, signal.route]).toContain(route);
  }
});

law('after stickyFor without a call the first route is tried again', ({ reports, now }, plan, { stickyFor }) => {
  if (stickyFor === Infinity) return;
  const state = reports.at(-1)?.after ?? plan.initial;
  expect(plan.reduce(state, { kind: 'start', ticket: 1000, now: now + stickyFor }).route).toBe(0);
});

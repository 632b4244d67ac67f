import { describe, expect, it } from 'vitest';
import { CircuitOpenError, RejectedError } from 'rxjs-reprise';
import { fallbackPlan, type FallbackSettings, type FallbackState } from '../../src/gates/fallbackPlan.js';

const plan = (settings: Partial<FallbackSettings> = {}) =>
  fallbackPlan({ routes: 3, stickyFor: 100, switchAfterValue: false, switchOn: () => true, ...settings });

const none: FallbackState = { route: 0, since: 0, ticket: 0 };
const sticky: FallbackState = { route: 1, since: 1000, ticket: 5 };
const down = new Error('down');
const open = new CircuitOpenError('spare', 'open', 50);

/** The failure of a call that has tried those routes, the last one now. */
const failure = (tried: number[], error: unknown = down, { ticket = 6, hasValue = false } = {}) =>
  ({ kind: 'failure', ticket, now: 1010, route: tried.at(-1) ?? 0, tried, error, hasValue }) as const;

const answer = (route: number, { ticket = 6, now = 1010, hasFailed = false } = {}) =>
  ({ kind: 'answer', ticket, now, route, hasFailed }) as const;

describe('a call begins with', () => {
  it.each<[title: string, stickyFor: number, state: FallbackState, now: number, route: number]>([
    ['the first route', 100, none, 0, 0],
    ['the sticky route', 100, sticky, 1000, 1],
    ['the sticky route until its time has passed', 100, sticky, 1099, 1],
    ['the first route from then on', 100, sticky, 1100, 0],
    ['the sticky route for good', Infinity, sticky, 1e15, 1],
    ['the first route if none can be sticky', 0, sticky, 1000, 0],
  ])('%s', (_, stickyFor, state, now, route) => {
    const verdict = plan({ stickyFor }).reduce(state, { kind: 'start', ticket: 6, now });
    expect(verdict).toEqual({ state, route });
    expect(verdict.state).toBe(state);
  });
});

describe('after a failure', () => {
  it.each<[title: string, state: FallbackState, tried: number[], route: number]>([
    ['the second route follows the first', none, [0], 1],
    ['the third follows the second', none, [0, 1], 2],
    ['the first follows the sticky one', sticky, [1], 0],
    ['the others follow in their order', sticky, [1, 0], 2],
    ['a route that became sticky meanwhile is next', { ...sticky, route: 2 }, [0], 2],
  ])('%s', (_, state, tried, route) => {
    expect(plan().reduce(state, failure(tried)).route).toBe(route);
  });

  it('the call is over when all routes have been tried', () => {
    expect(plan().reduce(none, failure([0, 1, 2]))).toEqual({ state: none, reason: 'exhausted', isSkip: false });
  });

  it('a rejection skips the route', () => {
    expect(plan().reduce(none, failure([0], open))).toEqual({ state: none, route: 1, isSkip: true });
  });

  it('a rejection of every route ends the call', () => {
    expect(plan().reduce(none, failure([0, 1, 2], open))).toEqual({ state: none, reason: 'exhausted', isSkip: true });
  });

  it.each<[title: string, error: unknown]>([
    ['an abort', new DOMException('left', 'AbortError')],
    ['an abort of axios', Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' })],
  ])('%s ends the call, whatever switchOn says', (_, error) => {
    expect(plan().reduce(sticky, failure([1], error))).toEqual({ state: sticky, reason: 'fatal' });
  });

  it('switchOn decides about other errors', () => {
    const { reduce } = plan({ switchOn: (error) => error !== down });
    expect(reduce(sticky, failure([1]))).toEqual({ state: sticky, reason: 'error' });
    expect(reduce(none, failure([0], new Error('busy'))).route).toBe(1);
  });

  it('switchOn is not asked about rejections', () => {
    const { reduce } = plan({ switchOn: () => false });
    expect(reduce(none, failure([0], new RejectedError('rate', 10))).route).toBe(1);
  });

  it('a call that has emitted a value is over, also after a rejection', () => {
    const { reduce } = plan();
    const hasValue = true;
    expect(reduce(none, failure([0], down, { hasValue }))).toEqual({ state: none, reason: 'answered', isSkip: false });
    expect(reduce(none, failure([0], open, { hasValue }))).toEqual({ state: none, reason: 'answered', isSkip: true });
  });

  it('a call that has emitted a value goes on with switchAfterValue', () => {
    const { reduce } = plan({ switchAfterValue: true });
    expect(reduce(none, failure([0], down, { hasValue: true })).route).toBe(1);
  });
});

describe('a route becomes sticky', () => {
  it('when a call has switched to it', () => {
    expect(plan().reduce(none, answer(1, { hasFailed: true })).state).toEqual({ route: 1, since: 1010, ticket: 6 });
  });

  it('not when the routes before it only rejected', () => {
    expect(plan().reduce(none, answer(1)).state).toEqual({ ...none, ticket: 6 });
  });

  it('not longer by later answers of calls that began with it', () => {
    expect(plan().reduce(sticky, answer(1, { now: 1090 })).state).toEqual({ ...sticky, ticket: 6 });
  });

  it('not if stickyFor is 0', () => {
    expect(plan({ stickyFor: 0 }).reduce(none, answer(1, { hasFailed: true })).state).toBe(none);
  });
});

describe('a route is no longer sticky', () => {
  it.each([
    ['when it fails before a value', false],
    ['when it fails after a value', true],
  ])('%s', (_, hasValue) => {
    expect(plan().reduce(sticky, failure([1], down, { hasValue })).state).toEqual({ ...none, ticket: 6 });
  });

  it('when it fails in the call that made it sticky', () => {
    expect(plan().reduce(sticky, failure([0, 1], down, { ticket: 5 })).state).toEqual({ ...none, ticket: 5 });
  });

  it('when another route answers a newer call', () => {
    expect(plan().reduce(sticky, answer(0)).state).toEqual({ ...none, ticket: 6 });
  });

  it('but it is when it rejects, or another route fails', () => {
    expect(plan().reduce(sticky, failure([1], open)).state).toBe(sticky);
    expect(plan().reduce(sticky, failure([1, 0])).state).toBe(sticky);
  });
});

describe('a report of an older call changes nothing', () => {
  it.each([
    ['the answer of another route', answer(2, { ticket: 4, hasFailed: true })],
    ['the answer of the first route', answer(0, { ticket: 4 })],
    ['the failure of the sticky route', failure([1], down, { ticket: 4 })],
  ])('%s', (_, signal) => {
    expect(plan().reduce(sticky, signal).state).toBe(sticky);
  });

  it('also if the newer call was answered by the first route', () => {
    const { initial, reduce } = plan();
    const { state } = reduce(initial, answer(0, { ticket: 2 }));
    expect(reduce(state, answer(1, { ticket: 1, hasFailed: true })).state).toBe(state);
  });
});

it('a second answer in a call that began with the sticky route changes nothing', () => {
  expect(plan().reduce(sticky, answer(1, { ticket: 5 })).state).toBe(sticky);
});

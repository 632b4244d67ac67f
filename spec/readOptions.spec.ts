import { of } from 'rxjs';
import {
  action,
  adaptiveThrottle,
  circuit,
  circuitBreak,
  circuitBreaker,
  concurrencyLimit,
  decorrelated,
  exponentialBackoff,
  failureRate,
  failures,
  fixedRetry,
  gate,
  gatePolicy,
  guard,
  hinted,
  immediate,
  jittered,
  preview,
  rateLimit,
  retryBudget,
  retryQuota,
  retryThrottle,
  repeatWithPolicy,
  retryWithPolicy,
  slowRate,
  smoothExponential,
} from 'rxjs-reprise';
import { amplification, schedule, simulate } from 'rxjs-reprise/lab';
import {
  assertPolicyLaws,
  bindMarbles,
  envelope,
  expectRetries,
  faults,
  flaky,
  marbles,
  timeline,
} from 'rxjs-reprise/testing';
import { describe, expect, it } from 'vitest';
import { needed, readOptions } from '../src/readOptions.js';
import { callable, count, milliseconds } from '../src/options.js';

/*
 * Every function that takes options rejects an option that it does not know.
 */

const live = circuit();
const sized = { clients: 10, duration: 1000 };

/** Each function with valid options and one that it does not know. */
const functions: readonly (readonly [name: string, call: (more: object) => unknown, option: string])[] = (
  [
    ['exponentialBackoff', (more) => exponentialBackoff({ ...more })],
    ['fixedRetry', (more) => fixedRetry({ maxAttempts: 3, ...more })],
    ['hinted', (more) => hinted(immediate, { ...more })],
    ['jittered', (more) => jittered(true, immediate, { ...more })],
    ['decorrelated', (more) => decorrelated({ base: 1, cap: 2, ...more })],
    ['smoothExponential', (more) => smoothExponential(1, { ...more })],
    ['preview', (more) => preview(immediate, { ...more })],
    ['retryWithPolicy', (more) => retryWithPolicy(immediate, { ...more })],
    ['repeatWithPolicy', (more) => repeatWithPolicy(immediate, { ...more })],
    ['action', (more) => action(() => 1, { ...more })],
    ['action', (more) => action({ ...more })],
    ['circuit', (more) => circuit({ ...more })],
    ['circuit', (more) => circuit({ halfOpen: { ...more } }), 'halfOpen.colour'],
    ['circuitBreaker', (more) => circuitBreaker({ ...more })],
    ['circuitBreak', (more) => circuitBreak(live, { ...more })],
    ['guard', (more) => guard(live, { ...more })],
    ['gate', (more) => gate(immediate, { ...more })],
    ['gatePolicy', (more) => gatePolicy({ name: 'x', initial: 0, on: {}, view: () => 0, read: () => 0, ...more })],
    ['failures', (more) => failures(3, { calls: 5, ...more })],
    ['failureRate', (more) => failureRate(0.5, { calls: 5, ...more })],
    ['slowRate', (more) => slowRate(0.5, { calls: 5, slowerThan: 1, ...more })],
    ['rateLimit', (more) => rateLimit({ limit: 1, per: 1, ...more })],
    ['concurrencyLimit', (more) => concurrencyLimit({ limit: 1, ...more })],
    ['retryBudget', (more) => retryBudget({ ...more })],
    ['retryQuota', (more) => retryQuota({ ...more })],
    ['retryThrottle', (more) => retryThrottle({ maxTokens: 10, tokenRatio: 1, ...more })],
    ['adaptiveThrottle', (more) => adaptiveThrottle({ ...more })],
    ['expectRetries', (more) => expectRetries(immediate, { ...more })],
    ['envelope', (more) => envelope(immediate, 1, { ...more })],
    [
      'assertPolicyLaws',
      (more) => {
        assertPolicyLaws(immediate, { ...more });
      },
    ],
    ['marbles', (more) => marbles(() => undefined, { ...more })],
    ['bindMarbles', (more) => bindMarbles(((test: unknown) => test) as never, { ...more })],
    ['faults', (more) => faults({ ...more })],
    ['flaky', (more) => flaky([1], { ...more })],
    ['flaky', (more) => flaky({ failures: 1, ...more })],
    ['flaky.marble', (more) => flaky.marble('a|', { ...more })],
    ['timeline', (more) => timeline(of(1), { ...more })],
    ['simulate', (more) => simulate({ ...sized, ...more })],
    ['simulate', (more) => simulate({ ...sized, calls: { ...more } }), 'calls.colour'],
    ['simulate', (more) => simulate({ ...sized, service: { ...more } }), 'service.colour'],
    [
      'simulate',
      (more) => simulate({ ...sized, service: { latency: { median: 1, p99: 2, ...more } } }),
      'service.latency.colour',
    ],
    [
      'simulate',
      (more) => simulate({ ...sized, service: { outages: [{ kind: 'down', from: 1, to: 2, ...more }] } }),
      'service.outages[0].colour',
    ],
    ['schedule', (more) => schedule(immediate, { ...more })],
    ['simulate', (more) => amplification({ ...sized, ...more }, [10])],
  ] as readonly (readonly [name: string, call: (more: object) => unknown, option?: string])[]
).map(([name, call, option = 'colour']) => [name, call, option]);

describe('an unknown option', () => {
  it.each(functions)('of %s is a TypeError that names the function and the options', (name, call, option) => {
    expect(() => call({ colour: undefined })).toThrow(TypeError);
    expect(() => call({ colour: 1 })).toThrow(`${name}: there is no option ${option}, only `);
  });
  it.each(functions)('is needed for that: %s', (_, call) => {
    expect(() => call({})).not.toThrow();
  });

  it.each([
    [() => exponentialBackoff({ delay: 10 } as object), 'exponentialBackoff: there is no option delay, only '],
    [() => exponentialBackoff({ maxAttemps: 3 } as object), 'there is no option maxAttemps, only maxAttempts, '],
    [() => exponentialBackoff({ retryon: Error } as object), 'there is no option retryon, only retryOn, '],
    [
      () => circuit({ failureThreshold: 5 } as object),
      'circuit: there is no option failureThreshold, only threshold, ',
    ],
    [() => circuit({ resetTimeout: 5 } as object), 'circuit: there is no option resetTimeout, only resetAfter, '],
    [
      () => retryWithPolicy(immediate, { onRetry: () => 1 } as object),
      'there is no option onRetry, only beforeRetry, ',
    ],
  ])('comes with the nearest one first: %#', (call, message) => {
    expect(call).toThrow(message);
  });

  it('is found in an object without a prototype, and not in a prototype', () => {
    expect(() => exponentialBackoff(Object.assign(Object.create(null) as object, { delay: 1 }) as object)).toThrow(
      'delay',
    );
    class Settings {
      maxAttempts = 3;
      toString(): string {
        return 'settings';
      }
    }
    expect(preview(exponentialBackoff(new Settings())).delays).toHaveLength(2);
  });

  it('may have a name that is long or strange', () => {
    for (const key of ['', '__proto__ ', 'x'.repeat(1e5), 'constructor', 'toString']) {
      expect(() => exponentialBackoff({ [key]: 1 })).toThrow(`there is no option ${key}, only `);
    }
  });
});

describe('options are read by a table', () => {
  interface Options {
    readonly ms?: number | undefined;
    readonly n: number;
    readonly call?: (() => void) | undefined;
  }
  const rows = { ms: [milliseconds, 5], n: [count, needed, 1], call: [callable, undefined] } as const;

  it('with their defaults, where `undefined` is not given', () => {
    expect(readOptions<Options, typeof rows>('f', { n: 2 }, rows)).toEqual({ ms: 5, n: 2, call: undefined });
    expect(readOptions<Options, typeof rows>('f', { n: 2, ms: undefined }, rows).ms).toBe(5);
  });

  it.each([
    [{}, 'f: n must be a whole number, at least 1, or Infinity, got undefined'],
    [{ n: 0 }, 'f: n must be a whole number, at least 1, or Infinity, got 0'],
    [{ n: 1, ms: null }, 'f: ms must be a finite number of milliseconds, at least 0, got null'],
    [null, 'f: options must be an object, got null'],
  ])('and are checked: %j', (given, message) => {
    expect(() => readOptions<Options, typeof rows>('f', given as never, rows)).toThrow(message);
  });

  it('and name the object that they are in', () => {
    const read = (given: unknown): unknown =>
      readOptions<Options, typeof rows>('f', given as Options, rows, [], 'inner.');
    expect(() => read({ n: 0 })).toThrow('f: inner.n must be');
    expect(() => read(5)).toThrow('f: inner must be an object, got 5');
  });
});

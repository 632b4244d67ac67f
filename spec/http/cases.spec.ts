import { isTransient, retryAfter } from 'rxjs-reprise/http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clock, hintCases, transientCases } from './cases.js';

/*
 * What servers and clients say, case by case. Each case names the source of its answer.
 */

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: clock });
});
afterAll(() => {
  vi.useRealTimers();
});

describe('isTransient follows its sources', () => {
  it.each(transientCases)('%#: %o of %o: %s', (transient, error) => {
    expect(isTransient(error)).toBe(transient);
  });
});

describe('retryAfter follows its sources', () => {
  it.each(hintCases)('%#: %o from %o: %s', (ms, source) => {
    expect(retryAfter(source)).toBe(ms);
  });
});

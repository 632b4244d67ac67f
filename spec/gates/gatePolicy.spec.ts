import { describe, expect, it } from 'vitest';
import { isGatePolicy } from '../../src/gates/gatePolicy.js';
import { circuitBreaker, rateLimit, retries, type Policy } from '../../src/index.js';

describe('isSharedPolicy', () => {
  const whole = circuitBreaker();

  it('knows what was made to be held in common', () => {
    expect([whole, rateLimit({ limit: 1, per: 1 }), retries(1)].map(isGatePolicy)).toEqual([true, true, false]);
  });

  it.each(['format', 'view', 'parse', 'wakes'] as const)('is none without %s', (part) => {
    const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== part));
    expect(isGatePolicy(rest as unknown as Policy)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  both,
  decorrelated,
  exponential,
  exponentialBackoff,
  fixed,
  followedBy,
  jittered,
  onlyIf,
  preview,
  retries,
  smoothExponential,
  within,
} from 'rxjs-reprise';
import { envelope } from 'rxjs-reprise/testing';
import { thrownBy } from '../../support/thrown.js';

describe('envelope', () => {
  it('is exact for a policy without random numbers', () => {
    expect(envelope(both(exponential(100), retries(2)), 5)).toEqual([
      { attempt: 2, earliest: 100, latest: 100 },
      { attempt: 3, earliest: 300, latest: 300 },
    ]);
    expect(envelope(fixed(Number.MAX_VALUE), 2)).toEqual([
      { attempt: 2, earliest: Number.MAX_VALUE, latest: Number.MAX_VALUE },
      { attempt: 3, earliest: Number.MAX_VALUE, latest: Number.MAX_VALUE },
    ]);
  });

  it('has no latest time for a retry that high draws prevent', () => {
    expect(envelope(within(300, jittered('full', fixed(200))), 2)).toEqual([
      { attempt: 2, earliest: 0, latest: 200 },
      { attempt: 3, earliest: 0, latest: Infinity },
    ]);
  });

  it('takes the error of the attempts', () => {
    expect(envelope(onlyIf(TypeError, fixed(5)), 1, { error: new TypeError() })).toHaveLength(1);
    expect(envelope(onlyIf(TypeError, fixed(5)), 1, { error: new RangeError() })).toEqual([]);
  });

  it.each([
    ['jitter', exponentialBackoff({ base: 100, maxAttempts: 9 })],
    ['decorrelated', decorrelated({ base: 10, cap: 500 })],
    ['smoothExponential without a cap', smoothExponential(100)],
    ['followedBy with a fixed first part', followedBy(both(fixed(10), retries(2)), jittered('full', fixed(50)))],
  ])('contains every schedule, and schedules reach its bounds: %s', (_, policy) => {
    const windows = envelope(policy, 6);
    const instants = (random: readonly number[]): number[] => {
      let at = 0;
      return preview(policy, { random }).delays.map((ms) => (at += ms));
    };
    expect(instants(Array<number>(6).fill(0))).toEqual(windows.map(({ earliest }) => earliest));
    expect(instants(Array<number>(6).fill(1))).toEqual(windows.map(({ latest }) => latest));
    const draws = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(draws, (random) => {
        const slack = 1e-9;
        for (const [index, at] of instants(random).entries()) {
          expect(at).toBeGreaterThanOrEqual((windows[index]?.earliest ?? NaN) * (1 - slack));
          expect(at).toBeLessThanOrEqual((windows[index]?.latest ?? NaN) * (1 + slack));
        }
      }),
    );
  });

  it('throws, with the draws, if a higher draw makes a retry earlier', () => {
    const hasty = followedBy(within(500, jittered('full', exponential(100))), fixed(1));
    expect(thrownBy(() => envelope(hasty, 6)).message).toMatch(
      /^envelope: policy must not retry earlier for a higher draw, got attempt \d after .* ms with the draws \[0\..*\], but after .* ms with the draws \[0\..*\]\. The lowest and highest draws do not give its envelope$/,
    );
    expect(thrownBy(() => envelope(smoothExponential(100, { cap: 120 }), 5))).toBeInstanceOf(RangeError);
    const { message } = thrownBy(() => envelope({ ...fixed(1), reduce: reluctant }, 3));
    expect(message).toMatch(/got attempt 2 not at all with the draws \[0\.\d+\], but after 1 ms with the draws \[/);
  });

  it.each([
    [
      () => envelope(5 as never, 1),
      'envelope: policy must be a policy such as retries(3) or exponentialBackoff(), got 5',
    ],
    [() => envelope(fixed(1), 0), 'envelope: n must be a whole number, at least 1, got 0'],
    [() => envelope(fixed(1), 1, 5 as never), 'envelope: options must be an object, got 5'],
  ])('bad input %#', (act, message) => {
    expect(act).toThrow(message);
  });
});

/** Retries only for high draws. */
const reluctant = (state: unknown, { random }: { readonly random: number }): { state: unknown; wait: number } => ({
  state,
  wait: random < 0.5 ? Infinity : 1,
});

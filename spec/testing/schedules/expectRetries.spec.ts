import { describe, expect, it } from 'vitest';
import { both, exponential, fixed, jittered, never, onlyIf, retries } from 'rxjs-reprise';
import { expectRetries, fixedRandom, seededRandom } from 'rxjs-reprise/testing';
import { flush, thrownBy } from '../../support/thrown.js';

const three = both(exponential(100), retries(3));

describe('expectations that hold', () => {
  it('can be chained', () => {
    expectRetries(three).toWait([100, 200, 400]).toStartWith([100, 200]).toGiveUp().toGiveUp('retries');
    expectRetries(never).toWait([]).toStartWith([]);
    expectRetries(exponential(100)).toStartWith([100, 200]);
  });

  it('take the errors and the random numbers', () => {
    expectRetries(onlyIf(TypeError, three), { error: new RangeError() }).toWait([]).toGiveUp('error');
    expectRetries(onlyIf(TypeError, three), { error: (attempt: number) => (attempt < 3 ? new TypeError() : 'no') })
      .toWait([100, 200])
      .toGiveUp('error');
    const full = both(jittered('full', fixed(100)), retries(3));
    expectRetries(full, { random: 0.25 }).toWait([25, 25, 25]);
    expectRetries(full, { random: [0.25, 0.5] }).toWait([25, 50, 25]);
    expectRetries(full, { random: 1 }).toWait([100, 100, 100]);
    expectRetries(full, { random: fixedRandom(0.5) }).toWait([50, 50, 50]);
  });

  it('see the same draws each time', () => {
    const random = seededRandom(1);
    const [first = 0, second = 0] = Array.from({ length: 2 }, seededRandom(1));
    const expected = [100 * first, 100 * second];
    expectRetries(both(jittered('full', fixed(100)), retries(2)), { random })
      .toStartWith(expected)
      .toWait(expected);
  });

  it('ignore rounding', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expectRetries(fixed(0.1 + 0.2)).toStartWith([0.3]);
    expect(() => expectRetries(fixed(0.1)).toStartWith([0.100001])).toThrow('shorter');
    expect(() => expectRetries(fixed(2e-10)).toStartWith([1e-10])).toThrow('longer');
  });
});

describe('expectations that fail', () => {
  const failureOf = (act: () => unknown): unknown => {
    const { name, message, ...fields } = thrownBy(act) as Error & { actual: unknown; expected: unknown };
    return { name, message: message.trimEnd(), ...fields };
  };
  const table = (text: string): string => `expectRetries: the policy does not wait as expected\n\n${flush(text)}`;

  it('print a table, one row per attempt', () => {
    expect(failureOf(() => expectRetries(three).toWait([100, 250, 350]))).toEqual({
      name: 'AssertionError',
      message: table(`
        |  attempt  expected  got
        |  2        100 ms    100 ms
        |  3        250 ms    200 ms  <- 50 ms shorter
        |  4        350 ms    400 ms  <- 50 ms longer
      `).replaceAll('|', ''),
      actual: [100, 200, 400],
      expected: [100, 250, 350],
    });
  });

  it('show a missing retry and the reason', () => {
    expect(failureOf(() => expectRetries(three).toWait([100, 200, 400, 800, 1600]))).toHaveProperty(
      'message',
      table(`
        |  attempt  expected  got
        |  2        100 ms    100 ms
        |  3        200 ms    200 ms
        |  4        400 ms    400 ms
        |  5        800 ms    no retry  <- gave up: retries
        |  6        1600 ms   no retry
      `).replaceAll('|', ''),
    );
    expect(failureOf(() => expectRetries(never).toStartWith([1]))).toHaveProperty(
      'message',
      table(`
        |  attempt  expected  got
        |  2        1 ms      no retry  <- gave up: exhausted
      `).replaceAll('|', ''),
    );
  });

  it('show that the policy does not retry the error, and how to change the error', () => {
    const picky = onlyIf((error: { status?: number }) => error.status === 503, three);
    expect(failureOf(() => expectRetries(picky).toWait([100]))).toHaveProperty(
      'message',
      table(`
        |  attempt  expected  got
        |  2        100 ms    no retry  <- gave up: error (set the option \`error\` to fail with another error)
      `).replaceAll('|', ''),
    );
    const act = (): unknown => expectRetries(picky, { error: { status: 404 } }).toWait([100]);
    expect(thrownBy(act).message.trimEnd()).toMatch(/<- gave up: error$/);
  });

  it('show a surplus retry: toWait lists all retries', () => {
    expect(failureOf(() => expectRetries(three).toWait([100]))).toHaveProperty(
      'message',
      table(`
        |  attempt  expected  got
        |  2        100 ms    100 ms
        |  3        no retry  200 ms  <- one retry too many
      `).replaceAll('|', ''),
    );
    expect(failureOf(() => expectRetries(fixed(5)).toWait([]))).toHaveProperty('actual', [5]);
  });

  it('show that the policy does not give up, or gives up for another reason', () => {
    expect(failureOf(() => expectRetries(fixed(1)).toGiveUp())).toEqual({
      name: 'AssertionError',
      message:
        'expectRetries: expected the policy to give up, but it still retried after 1000 failures, the maximum that is tried: bound it with retries or within',
      actual: undefined,
      expected: undefined,
    });
    expect(failureOf(() => expectRetries(three).toGiveUp('deadline'))).toEqual({
      name: 'AssertionError',
      message:
        'expectRetries: expected the policy to give up because of deadline, but it gave up after attempt 4 because of retries',
      actual: 'retries',
      expected: 'deadline',
    });
  });
});

describe('bad input', () => {
  it.each([
    [
      () => expectRetries(5 as never),
      'expectRetries: policy must be a policy such as retries(3) or exponentialBackoff(), got 5',
    ],
    [() => expectRetries(three, 5 as never), 'expectRetries: options must be an object, got 5'],
    [
      () => expectRetries(three).toWait(5 as never),
      'expectRetries: toWait(delays) must be an array of milliseconds, got 5',
    ],
    [
      () => expectRetries(three).toStartWith([1, Infinity]),
      'expectRetries: toStartWith(delays[1]) must be a finite number of milliseconds, at least 0, got Infinity',
    ],
    [
      () => expectRetries(three, { random: [] }).toWait([]),
      'expectRetries: random must be an array of at least one draw, got []',
    ],
    [() => expectRetries(three, { random: 2 }).toWait([]), 'expectRetries: random must be in [0, 1], got 2'],
    [() => expectRetries(three, { random: null as never }), 'expectRetries: random must be in [0, 1], got null'],
    [() => expectRetries(three, { random: ['0' as never] }), 'expectRetries: random[0] must be in [0, 1], got "0"'],
    [
      () => expectRetries(three, { random: () => 2 }).toWait([]),
      'preview: random must be a draw in [0, 1] for each failure, got 2',
    ],
  ])('%#', (act, message) => {
    expect(act).toThrow(message);
  });
});

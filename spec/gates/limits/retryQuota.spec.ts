import { describe, expect, it } from 'vitest';
import { awsStandard, both, fixed, preview, retryQuota, type Signal, type RetryQuotaOptions } from 'rxjs-reprise';
import { abandon, answers, ask, cancel, control, failure, folded, success } from '../../support/log.js';

const throttling = { name: 'ThrottlingException' };
const retry = (call: number, error: unknown = 'down'): Signal => ask(0, { ticket: call, attempt: 2, error });

/** The number of tokens after each signal. */
function tokens(options: RetryQuotaOptions, log: readonly Signal[]): number[] {
  const policy = retryQuota(options);
  let state = policy.initial;
  return log.map((signal) => {
    ({ state } = policy.reduce(state, signal));
    return policy.view(state, 0).tokens;
  });
}

describe('retryQuota', () => {
  it.each<[title: string, log: readonly (readonly [Signal, tokens: number])[]]>([
    [
      'AWS: 500 → 486 → 472 → 467 → 453 → 467 → 468',
      [
        [ask(0, { ticket: 1 }), 500],
        [failure(0, { ticket: 1 }), 500],
        [retry(2), 486],
        [failure(0, { ticket: 2 }), 486],
        [retry(3), 472],
        [failure(0, { ticket: 3, error: throttling }), 472],
        [retry(4, throttling), 467],
        [failure(0, { ticket: 4 }), 467],
        [retry(5), 453],
        [success(0, { ticket: 5 }), 467],
        [ask(0, { ticket: 6 }), 467],
        [success(0, { ticket: 6 }), 468],
      ],
    ],
    [
      'never exceeds its capacity',
      [
        [success(0, { ticket: 1 }), 500],
        [retry(2), 486],
        [success(0, { ticket: 1 }), 487],
        [success(0, { ticket: 2 }), 500],
      ],
    ],
    [
      'refunds each retry what it paid, once, in any order',
      [
        [retry(1), 486],
        [retry(2, throttling), 481],
        [retry(3), 467],
        [success(0, { ticket: 2 }), 472],
        [success(0, { ticket: 2 }), 473],
        [success(0, { ticket: 1 }), 487],
        [success(0, { ticket: 1 }), 488],
        [success(0, { ticket: 3 }), 500],
      ],
    ],
    [
      'refunds a cancelled retry what it paid, and adds nothing for a cancelled first attempt',
      [
        [retry(1), 486],
        [cancel(0, { ticket: 2 }), 486],
        [cancel(0, { ticket: 1 }), 500],
      ],
    ],
    [
      'resumes with the tokens that are left, and no running retry',
      [
        [retry(1), 486],
        [control(0, 'reset'), 486],
        [control(0, 'resume'), 486],
        [success(0, { ticket: 1 }), 487],
      ],
    ],
  ])('%s', (_, log) => {
    const signals = log.map(([signal]) => signal);
    expect(tokens(awsStandard, signals)).toEqual(log.map(([, left]) => left));
    expect(tokens({ ...awsStandard }, signals)).toEqual(tokens(awsStandard, signals));
  });

  it('has the numbers of AWS by default, with every error transient', () => {
    expect(tokens({}, [retry(1), success(0, { ticket: 1 }), retry(2), failure(0, { ticket: 2 }), success(0)])).toEqual([
      486, 500, 486, 486, 487,
    ]);
  });

  it.each([
    ['35 transient retries drain it, 10 left', 'down', 35, 10],
    ['100 throttling errors drain it, none left', throttling, 100, 0],
  ])('AWS: %s', (_, error, retries, left) => {
    const log = Array.from({ length: retries + 1 }, (_, index) => retry(index + 1, error));
    expect(tokens(awsStandard, log).slice(-2)).toEqual([left, left]);
    expect(answers(retryQuota(awsStandard), log).slice(-2)).toEqual(['0', 'Infinity quota']);
    expect(preview(both(fixed(1), retryQuota(awsStandard)), { failures: 200, error }).delays).toHaveLength(retries);
  });

  it('never rejects a first attempt', () => {
    const policy = retryQuota({ capacity: 0 });
    expect(answers(policy, [retry(1), ask(0, { ticket: 2 })])).toEqual(['Infinity quota', '0']);
  });

  it('pays down to the last token, and no further', () => {
    expect(preview(retryQuota({ capacity: 12, cost: 4 })).delays).toHaveLength(3);
    expect(preview(retryQuota({ capacity: 11.9, cost: 4 })).delays).toHaveLength(2);
    expect(preview(retryQuota({ capacity: 5, cost: 0 }), { failures: 99 }).delays).toHaveLength(99);
  });

  it('does not drift: tenths are tenths', () => {
    expect(preview(retryQuota({ capacity: 0.3, cost: 0.1 })).delays).toHaveLength(3);
    expect(preview(retryQuota({ capacity: 1, cost: 1 / 3 })).delays).toHaveLength(3);
    const log = Array.from({ length: 30_000 }, (_, index) => {
      const call = Math.floor(index / 3);
      return index % 3 === 0
        ? retry(call)
        : index % 3 === 1
          ? failure(0, { ticket: call })
          : success(0, { ticket: -1 });
    });
    const left = tokens({ capacity: 4000, cost: 0.1, refund: 0.1 }, [retry(-2), ...log]);
    expect([left[0], left.at(-1)]).toEqual([3999.9, 3999.9]);
  });

  it('accepts numbers too large to have fractions', () => {
    expect(tokens({ capacity: 1e300, cost: 4e299 }, [retry(1), retry(2), retry(3)])).toEqual([6e299, 2e299, 2e299]);
  });

  it('rethrows the error of cost', () => {
    const policy = retryQuota({
      cost: () => {
        throw new Error('no price');
      },
    });
    expect(() => policy.reduce(policy.initial, retry(1))).toThrow(new Error('no price'));
    expect(policy.reduce(policy.initial, ask(0)).wait).toBe(0);
  });

  it('takes back a payment with its ask', () => {
    const shut = { initial: null, reduce: () => ({ state: null, wait: Infinity }) };
    const policy = both(retryQuota(), shut);
    expect(policy.reduce(policy.initial, retry(1)).state).toBe(policy.initial);
  });

  it('returns the same state if nothing changes', () => {
    const policy = retryQuota({ capacity: 20, cost: (error) => (error === 'free' ? 0 : 14) });
    const full = policy.initial;
    const spent = folded(policy, [retry(1)]);
    const others = [
      abandon(0),
      control(0, 'reset'),
      { kind: 'value', ticket: 1, now: 0, random: 0, value: 1 } as const,
    ];
    const same: (readonly [from: unknown, signal: Signal])[] = [
      [full, ask(0)],
      [full, success(0)],
      [full, failure(0)],
      [full, cancel(0)],
      [full, retry(1, 'free')],
      [full, control(0, 'resume')],
      [spent, retry(2)],
      [spent, failure(0, { ticket: 2 })],
      ...others.map((signal) => [spent, signal] as const),
    ];
    for (const [from, signal] of same) expect(policy.reduce(from, signal).state).toBe(from);
    expect(policy.wakes(spent, full, success(0))).toEqual([]);
  });
});

it('copies little of what running retries have paid, however many run', () => {
  const policy = retryQuota({ capacity: 1e9, cost: 14 });
  const chunksOf = (state: unknown): readonly unknown[] =>
    (state as { readonly paid: readonly { readonly by: { readonly chunks: readonly unknown[] } }[] }).paid.flatMap(
      ({ by }) => by.chunks,
    );
  let state = policy.initial;
  for (let ticket = 1; ticket <= 5000; ticket += 1) ({ state } = policy.reduce(state, retry(ticket)));
  const before = new Set(chunksOf(state));
  const paid = chunksOf(policy.reduce(state, retry(5001)).state);
  const settled = chunksOf(policy.reduce(state, { kind: 'success', ticket: 2500, now: 0, random: 0, took: 0 }).state);
  expect([paid, settled].map((chunks) => chunks.filter((chunk) => !before.has(chunk)).length)).toEqual([1, 1]);
  expect(before.size).toBeGreaterThan(10);
});

describe('awsStandard', () => {
  const names = [
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'TransactionInProgressException',
  ];
  const throttling = [
    ...names.flatMap((name) => [{ name }, { code: name }]),
    { $retryable: { throttling: true } },
    { $metadata: { httpStatusCode: 429 } },
    { status: 429 },
    { statusCode: 429 },
    Object.assign(new Error(), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }),
  ];
  const transient = [
    undefined,
    null,
    'ThrottlingException',
    429,
    {},
    new Error('Throttling'),
    { name: 'TimeoutError' },
    { code: 'ECONNRESET' },
    { $retryable: {} },
    { $retryable: { throttling: false } },
    { $metadata: {} },
    { $metadata: { httpStatusCode: 503 } },
    { status: 500 },
    { statusCode: '429' },
  ];

  it.each([...throttling.map((error) => [5, error] as const), ...transient.map((error) => [14, error] as const)])(
    'takes %d for %j',
    (cost, error) => {
      const policy = retryQuota(awsStandard);
      const { state } = policy.reduce(policy.initial, retry(1, error));
      expect(policy.view(state, 0).tokens).toBe(500 - cost);
    },
  );

  it('takes an error that cannot be read for a transient one', () => {
    const unreadable = Object.defineProperty(new Error('down'), 'code', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    const policy = retryQuota(awsStandard);
    const { state } = policy.reduce(policy.initial, retry(1, unreadable));
    expect(policy.view(state, 0).tokens).toBe(486);
  });
});

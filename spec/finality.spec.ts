import { createContext, runInContext } from 'node:vm';
import { NEVER, of, throwError, VirtualTimeScheduler, type MonoTypeOperatorFunction } from 'rxjs';
import {
  action,
  circuit,
  circuitBreak,
  CircuitOpenError,
  concurrencyLimit,
  FailedValueError,
  gate,
  guard,
  isFinal,
  isRejection,
  RejectedError,
  retries,
  retryWithPolicy,
  type Circuit,
  type PolicyGate,
} from 'rxjs-reprise';
import { isTransient } from 'rxjs-reprise/http';
import { describe, expect, it, vi } from 'vitest';
import { failure } from './support/settled.js';

const error = (fields: object, message = 'it failed'): Error => Object.assign(new Error(message), fields);
const throws = (): never => {
  throw new Error('not readable');
};
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

class Renamed extends RejectedError {
  override get name(): string {
    return 'QuotaError';
  }
}

const final: readonly (readonly [string, unknown])[] = [
  ['a rejection', new RejectedError('deadline', 250)],
  ['a rejection by a circuit', new CircuitOpenError('payments', 'open', 1000, error({ status: 503 }))],
  ['a rejection with another name', new Renamed('quota')],
  [
    'a rejection of another realm',
    runInContext("({ [Symbol.for('rxjs-reprise.rejection')]: 'RejectedError' })", createContext()),
  ],
  ['an abort of the DOM', new DOMException('left', 'AbortError')],
  ['the reason of an AbortSignal', AbortSignal.abort().reason],
  ['an abort of Node', error({ name: 'AbortError', code: 'ABORT_ERR' })],
  ['an abort of Node, by its code', error({ code: 'ABORT_ERR' })],
  ['an abort of axios', error({ name: 'CanceledError', code: 'ERR_CANCELED' }, 'canceled')],
  ['an abort of axios, by its code', error({ name: 'AxiosError', code: 'ERR_CANCELED' }, 'canceled')],
  ['an abort of axios by the browser', error({ name: 'AxiosError', code: 'ECONNABORTED' }, 'Request aborted')],
  ['an abort of undici', error({ name: 'AbortError', code: 'UND_ERR_ABORTED' }, 'Request aborted')],
  ['an abort of undici, by its code', error({ code: 'UND_ERR_ABORTED' })],
  ['an abort of undici, by its general code', error({ code: 'UND_ERR_ABORT' })],
  ['an abort of got', error({ name: 'RequestError', code: 'ERR_ABORTED' })],
  ['a cancelled promise of got', error({ name: 'CancelError' })],
  ['an abort as an event', { type: 'abort' }],
  ['an abort of the SDKs of OpenAI and Anthropic', error({ status: undefined }, 'Request was aborted.')],
  ["an abort of RxJS's ajax", error({ name: 'AjaxError', status: 0 }, 'aborted')],
];

const ordinary: readonly (readonly [string, unknown])[] = [
  ['an error', error({})],
  ['a timeout', new DOMException('late', 'TimeoutError')],
  ['a connection that the server aborted', error({ code: 'ECONNRESET' }, 'aborted')],
  ['a number that an abort and databases use', error({ code: 20 })],
  ['a failed value', new FailedValueError({ status: 503 })],
  ['a word in a message', error({}, 'AbortError')],
  ['a symbol as a name', { name: Symbol('AbortError'), message: 1 }],
  ['undefined', undefined],
  ['null', null],
  ['a string', 'AbortError'],
  ['a getter that throws', Object.defineProperty({}, 'code', { get: throws })],
  ['a proxy that always throws', new Proxy({}, { get: throws, getPrototypeOf: throws })],
  ['a revoked proxy', revoked],
];

describe('isFinal is true for', () => {
  it.each(final)('%s', (_, value) => {
    expect(isFinal(value)).toBe(true);
  });
});

describe('isFinal is false for', () => {
  it.each(ordinary)('%s', (_, value) => {
    expect(isFinal(value)).toBe(false);
  });
});

describe('isRejection', () => {
  it('is true for rejections, and only for them', () => {
    const all = [...final, ...ordinary];
    expect(all.filter(([, value]) => isRejection(value)).map(([name]) => name)).toEqual([
      'a rejection',
      'a rejection by a circuit',
      'a rejection with another name',
      'a rejection of another realm',
    ]);
  });
});

describe('a final error is the last one', () => {
  const retried: readonly (readonly [string, MonoTypeOperatorFunction<unknown>])[] = [
    ['retryWithPolicy', retryWithPolicy(retries(2))],
    ['action', (source) => action(() => source, { retry: retries(2) })()],
  ];

  /** The error of the stream, which no promise touches, and how many attempts were made. */
  function endOf(value: unknown, retrying: MonoTypeOperatorFunction<unknown>): [isOwn: boolean, attempts: number] {
    let attempts = 0;
    let isOwn = false;
    const fail = (): unknown => ((attempts += 1), value);
    throwError(fail)
      .pipe(retrying)
      .subscribe({ error: (thrown: unknown) => (isOwn = thrown === value) });
    return [isOwn, attempts];
  }

  it.each(retried)('in %s', (_, retrying) => {
    for (const [name, value] of final) expect(endOf(value, retrying), name).toEqual([true, 1]);
  });

  it.each(retried)('in %s, where an ordinary error is retried, also one that cannot be read', (_, retrying) => {
    for (const [name, value] of ordinary) expect(endOf(value, retrying), name).toEqual([true, 3]);
  });

  it('for isTransient', () => {
    expect(final.filter(([, value]) => isTransient(value))).toEqual([]);
  });
});

describe('another copy of the library', async () => {
  vi.resetModules();
  const copy = await import('../src/index.js');
  const scheduler = new VirtualTimeScheduler();

  it('is another one', () => {
    expect(copy.RejectedError).not.toBe(RejectedError);
    expect(new copy.RejectedError('rate')).not.toBeInstanceOf(RejectedError);
  });

  it('makes rejections that are final here', async () => {
    for (const rejection of [new copy.RejectedError('rate'), new copy.CircuitOpenError('users', 'open', 1)]) {
      expect([isFinal(rejection), isRejection(rejection), isTransient(rejection)]).toEqual([true, true, false]);
    }
    const theirs = copy.circuit({ scheduler });
    theirs.isolate();
    const fail = vi.fn();
    const rejected = of(1).pipe(copy.circuitBreak(theirs), retryWithPolicy(retries(2), { observe: fail }));
    expect(await failure(rejected)).toBeInstanceOf(copy.CircuitOpenError);
    expect(fail.mock.calls).toMatchObject([[{ kind: 'attempt', attempt: 1 }], [{ kind: 'gave-up', attempt: 1 }]]);
  });

  it('makes rejections that do not open a circuit here', async () => {
    const ours = circuit({ threshold: 1, scheduler });
    await failure(throwError(() => new copy.RejectedError('rate')).pipe(circuitBreak(ours)));
    expect(ours.state.phase).toBe('closed');
  });

  it.each<[string, (circuit: Circuit) => MonoTypeOperatorFunction<unknown>]>([
    ['circuitBreak', (theirs) => circuitBreak(theirs)],
    ['guard', (theirs) => guard(theirs)],
    ['guard, beside a gate from here', (theirs) => guard([gate(concurrencyLimit({ limit: 1 })), theirs])],
    ['action', (theirs) => (source) => action(() => source, { circuit: theirs })()],
    ['retry of action', (theirs) => (source) => action(() => source, { retry: theirs })()],
  ])('makes circuits that are accepted here by %s', async (_, guarded) => {
    const theirs = copy.circuit({ threshold: 1, scheduler });
    const down = new Error('down');
    const failing = throwError(() => down).pipe(guarded(theirs));
    await failure(failing);
    expect(theirs.state.phase).toBe('open');
    expect(isRejection(await failure(failing))).toBe(true);
  });

  it('makes circuit breakers and gates that are accepted here', async () => {
    const breaker = copy.circuitBreaker({ threshold: 1 });
    const broken = action(() => throwError(() => new Error('down')), { circuit: breaker });
    await failure(broken());
    expect(isRejection(await failure(broken()))).toBe(true);
    const slots = copy.gate(copy.concurrencyLimit({ limit: 1 }), { scheduler }) as unknown as PolicyGate;
    NEVER.pipe(guard(slots)).subscribe();
    expect(await failure(NEVER.pipe(guard(slots)))).toMatchObject({ reason: 'concurrency' });
    const isolated = copy.circuit({ scheduler });
    isolated.isolate();
    expect(await failure(of(1).pipe(retryWithPolicy(retries(1), { gates: [isolated] })))).toMatchObject({
      reason: 'isolated',
    });
  });
});

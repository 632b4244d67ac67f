import { inspect } from 'node:util';
import { CircuitOpenError, RejectedError } from 'rxjs-reprise';
import { afterEach, describe, expect, it } from 'vitest';

const trace: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error;
const { stackTraceLimit } = trace;

describe('RejectedError', () => {
  afterEach(() => {
    trace.stackTraceLimit = stackTraceLimit;
  });

  it('has the reason, and when to retry', () => {
    const rejection = new RejectedError('deadline', 250);
    expect(rejection).toBeInstanceOf(Error);
    expect(rejection).toMatchObject({
      name: 'RejectedError',
      message: 'rejected: deadline, retry after 250 ms',
      reason: 'deadline',
      retryAfter: 250,
    });
  });

  it('can be final', () => {
    expect(new RejectedError('retries')).toMatchObject({ message: 'rejected: retries', retryAfter: Infinity });
  });

  it('can end at any time, when a slot becomes free', () => {
    expect(new RejectedError('concurrency', 0)).toMatchObject({ message: 'rejected: concurrency', retryAfter: 0 });
  });

  it('names the gate that rejected', () => {
    expect(new RejectedError('rate', 250, 'mail')).toMatchObject({
      message: 'rejected by mail: rate, retry after 250 ms',
      by: 'mail',
    });
    expect(new RejectedError('rate').by).toBeUndefined();
  });

  it('has no stack, and does not change that of other errors', () => {
    trace.stackTraceLimit = 7;
    expect(String(new RejectedError('retries').stack)).not.toContain('\n');
    expect(trace.stackTraceLimit).toBe(7);
    expect(new Error('other').stack).toContain('\n');
  });

  it('does not define a limit for stacks where there is none', () => {
    Reflect.deleteProperty(trace, 'stackTraceLimit');
    expect(new RejectedError('retries').message).toBe('rejected: retries');
    expect(Object.hasOwn(trace, 'stackTraceLimit')).toBe(false);
  });
});

describe('where programs protect the limit of stacks, a rejection is the rejection', () => {
  const own = Object.getOwnPropertyDescriptor(trace, 'stackTraceLimit') ?? {};
  afterEach(() => {
    Object.defineProperty(trace, 'stackTraceLimit', own);
  });
  const fail = (): never => {
    throw new Error('protected');
  };

  it.each<[string, PropertyDescriptor]>([
    ['read-only', { value: 0, writable: false }],
    ['read-only, with frames', { value: 10, writable: false }],
    ['a getter', { get: () => 0 }],
    ['an accessor that ignores writes', { get: () => 5, set: () => undefined }],
    ['an accessor that throws', { get: fail, set: fail }],
    ['an accessor that throws on writes', { get: () => 5, set: fail }],
    ['undefined', { value: undefined, writable: true }],
  ])('%s', (_, descriptor) => {
    Object.defineProperty(trace, 'stackTraceLimit', { configurable: true, ...descriptor });
    const rejections = [new RejectedError('deadline', 250), new CircuitOpenError('users', 'open', 1)];
    Object.defineProperty(trace, 'stackTraceLimit', own);
    expect(rejections.map(String)).toEqual([
      'RejectedError: rejected: deadline, retry after 250 ms',
      'CircuitOpenError: circuit users is open, retry after 1 ms',
    ]);
  });

  it('an accessor that works is restored', () => {
    let limit: unknown = 5;
    const accessor = {
      get: () => limit,
      set: (value: unknown) => {
        limit = value;
      },
    };
    Object.defineProperty(trace, 'stackTraceLimit', { configurable: true, ...accessor });
    expect(new RejectedError('retries').reason).toBe('retries');
    expect(limit).toBe(5);
  });
});

describe('a rejection on a journey', () => {
  const rejections = [
    [new RejectedError('rate', 250, 'mail'), 'rejected by mail: rate, retry after 250 ms'],
    [new CircuitOpenError('users', 'isolated', Infinity), 'circuit users is isolated'],
  ] as const;

  it.each(rejections)('keeps its message in a clone: %s', (rejection, message) => {
    expect(structuredClone(rejection)).toBeInstanceOf(Error);
    expect(structuredClone(rejection).message).toBe(message);
  });

  it('keeps its message through a MessagePort', async () => {
    const { port1, port2 } = new MessageChannel();
    const received = new Promise((resolve) => {
      port2.onmessage = ({ data }) => {
        resolve(data);
      };
    });
    port1.postMessage(rejections[0][0]);
    expect(await received).toHaveProperty('message', rejections[0][1]);
    port1.close();
  });

  it.each(rejections)('prints its name and its message once: %s', (rejection, message) => {
    const header = `${rejection.name}: ${message}`;
    expect(inspect(rejection).split(header)).toHaveLength(2);
    expect(inspect(rejection)).not.toContain('Symbol(');
    // JavaScriptCore makes no stack at all.
    expect(rejection.stack ?? header).toBe(header);
  });

  it('has its fields in JSON', () => {
    expect(JSON.parse(JSON.stringify(rejections[1][0]))).toEqual({
      reason: 'isolated',
      retryAfter: null,
      by: 'users',
      circuit: 'users',
      state: 'isolated',
    });
  });

  it('may have a message of its own', () => {
    expect(new RejectedError('rate', 0, 'mail', 'too many letters').message).toBe('too many letters');
  });
});

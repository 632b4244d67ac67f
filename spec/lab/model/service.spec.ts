import { describe, expect, it } from 'vitest';
import { fixed, hinted, preview } from 'rxjs-reprise';
import { ServiceError, type ServiceOptions } from 'rxjs-reprise/lab';
import { isTransient } from 'rxjs-reprise/http';
import { seededRandom } from '../../../src/policy/seededRandom.js';
import { Service } from '../../../src/lab/model/service.js';
import { serviceSettings } from '../../../src/lab/model/serviceOptions.js';

const make = (options: ServiceOptions): Service => new Service(serviceSettings('test', options), seededRandom(1));

/** Makes attempts at those times. Returns when each ends, and how. */
const ends = (options: ServiceOptions, times: readonly number[]): (readonly [end: number, how: string])[] => {
  const service = make({ latency: 10, ...options });
  return times.map((now) => {
    service.attempt(now);
    const { error, took } = service;
    return [now + took, error instanceof ServiceError ? error.kind : 'success'];
  });
};

describe('a service', () => {
  it('answers after its latency', () => {
    expect(ends({}, [0, 5])).toEqual([
      [10, 'success'],
      [15, 'success'],
    ]);
  });

  it('is log-normal around its median', () => {
    const service = make({ latency: { median: 100, p99: 400 }, timeout: 1e6 });
    const took = Array.from({ length: 20_000 }, () => {
      service.attempt(0);
      return service.took;
    }).sort((one, other) => one - other);
    expect(took[10_000]).toBeCloseTo(100, -1);
    expect(Math.abs(Number(took[19_800]) - 400)).toBeLessThan(20);
  });

  it('queues attempts that arrive while it is busy', () => {
    expect(ends({ capacity: 100 }, [0, 0, 0, 40])).toEqual([
      [10, 'success'],
      [20, 'success'],
      [30, 'success'],
      [50, 'success'],
    ]);
  });

  it('lets clients time out when its queue is long, and still works on their attempts', () => {
    expect(ends({ capacity: 100, timeout: 25, queue: 1000 }, [0, 0, 0, 0])).toEqual([
      [10, 'success'],
      [20, 'success'],
      [25, 'timeout'],
      [25, 'timeout'],
    ]);
  });

  it('fails attempts at once when its queue is full, and does not work on them', () => {
    expect(ends({ capacity: 100, queue: 15 }, [0, 0, 0, 20])).toEqual([
      [10, 'success'],
      [20, 'success'],
      [10, 'overloaded'],
      [30, 'success'],
    ]);
  });

  it('fails all attempts while it is down, also those that are running when it goes down', () => {
    const outages = [{ kind: 'down', from: 100, to: 200 }] as const;
    expect(ends({ outages }, [95, 100, 195, 200])).toEqual([
      [100, 'down'],
      [110, 'down'],
      [205, 'down'],
      [210, 'success'],
    ]);
  });

  it('has an empty queue after it was down', () => {
    const outages = [{ kind: 'down', from: 5, to: 6 }] as const;
    expect(ends({ capacity: 10, outages }, [0, 0, 5, 6]).at(-1)).toEqual([16, 'success']);
  });

  it('fails a share of the attempts in a brown-out', () => {
    const outages = [{ kind: 'brown-out', from: 0, to: 1000, share: 0.4 }] as const;
    const failed = ends({ outages }, new Array<number>(10_000).fill(0)).filter(([, how]) => how === 'brown-out');
    expect(Math.abs(failed.length - 4000)).toBeLessThan(150);
  });

  it('takes longer and has less capacity while it is slow', () => {
    const outages = [{ kind: 'slow', from: 0, to: 1000, factor: 3 }] as const;
    expect(ends({ capacity: 100, outages }, [0, 0])).toEqual([
      [30, 'success'],
      [60, 'success'],
    ]);
  });

  it('answers a limited number of attempts per second, and gives the others a retryAfter', () => {
    const outages = [{ kind: 'limited', from: 0, to: 60_000, limit: 50, retryAfter: 700 }] as const;
    const service = make({ outages });
    const errors: unknown[] = [];
    for (let now = 0; now < 10_000; now += 10) {
      service.attempt(now);
      if (service.error !== undefined) errors.push(service.error);
    }
    expect(Math.abs(1000 - errors.length - 500)).toBeLessThan(8);
    expect(errors[0]).toMatchObject({ kind: 'limited', status: 429, retryAfter: 700 });
  });

  it('recognizes several outages, whatever their order in the options', () => {
    const outages = [
      { kind: 'slow', from: 300, to: 400, factor: 2 },
      { kind: 'down', from: 100, to: 200 },
    ] as const;
    const service = make({ outages });
    expect([0, 100, 199, 200, 300, 400].map((now) => service.isInOutage(now))).toEqual([
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('fails with errors that isTransient recognizes, or with those of errorOf', () => {
    expect(isTransient(new ServiceError('down'))).toBe(true);
    expect(isTransient(new ServiceError('timeout'))).toBe(true);
    expect(preview(hinted(fixed(10)), { failures: 1, error: new ServiceError('limited', 2000) }).delays).toEqual([
      2010,
    ]);
    const service = make({ errorOf: (kind) => `my ${kind}`, outages: [{ kind: 'down', from: 0, to: 1 }] });
    service.attempt(0);
    expect(service.error).toBe('my down');
    expect(() => make({ errorOf: () => undefined })).toThrow(
      'simulate: the result of service.errorOf must be an error, got undefined',
    );
  });
});

import { NEVER, of, Subject, throwError, TimeoutError, VirtualTimeScheduler, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  action,
  circuit,
  circuitBreaker,
  CircuitOpenError,
  immediate,
  isFinal,
  keyed,
  RejectedError,
  retries,
  slowRate,
  type ActionOptions,
  type Circuit,
  type CircuitOptions,
} from 'rxjs-reprise';
import { outcome } from '../support/stage.js';

const down = new Error('down');
const failing = throwError(() => down);

describe('action with a circuit', () => {
  /** A function that fails until `isUp` is set, and the number of its calls. */
  function flaky(): { readonly fn: () => Observable<string>; calls: number; isUp: boolean } {
    const service = {
      calls: 0,
      isUp: false,
      fn: () => {
        service.calls += 1;
        return service.isUp ? of('well') : failing;
      },
    };
    return service;
  }

  it('puts it inside the retry: the failure that opens it ends the retry', () => {
    const service = flaky();
    const live = circuit({ threshold: 2 });
    const { end } = outcome(action(service.fn, { circuit: live, retry: retries(5) })());
    expect(service.calls).toBe(2);
    expect(end).toBe(down);
  });

  it('puts it outside the timeout and failOn: both count as failures', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ threshold: 2, scheduler });
    outcome(action(() => 503, { circuit: live, failOn: () => down })());
    expect(live.state).toMatchObject({ failures: 1 });
    const seen = outcome(action(() => NEVER, { circuit: live, timeout: 10, scheduler })());
    scheduler.flush();
    expect(seen.end).toBeInstanceOf(TimeoutError);
    expect(live.state).toMatchObject({ phase: 'open', cause: seen.end });
  });

  it('waits for it instead if it is one of the gates', () => {
    const scheduler = new VirtualTimeScheduler();
    const live = circuit({ resetAfter: 40, scheduler });
    live.open();
    const service = flaky();
    service.isUp = true;
    const seen = outcome(action(service.fn, { gates: [live], scheduler })());
    expect(service.calls).toBe(0);
    scheduler.flush();
    expect(seen).toEqual({ values: ['well'], end: 'complete' });
    expect(live.state.phase).toBe('closed');
  });

  it('as the retry: retries at once until it opens, then fails fast until it closes again', () => {
    const scheduler = new VirtualTimeScheduler();
    const service = flaky();
    const call = action(service.fn, { retry: circuit({ threshold: 10, resetAfter: 30_000, scheduler }) });
    const { end } = outcome(call());
    expect(service.calls).toBe(10);
    expect(end).toBe(down);

    expect(outcome(call()).end).toMatchObject({ name: 'CircuitOpenError', retryAfter: 30_000 });
    scheduler.frame = 30_000;
    expect(outcome(call()).end).toBe(down);
    expect(service.calls).toBe(11);

    service.isUp = true;
    scheduler.frame = 60_000;
    expect(outcome(call()).values).toEqual(['well']);
    expect(outcome(call()).values).toEqual(['well']);
  });

  it.each(['circuit', 'retry'] as const)('makes one circuit of a bare circuitBreaker, for all calls: %s', (option) => {
    const service = flaky();
    const policy = circuitBreaker({ threshold: 1 });
    const call = action(service.fn, { [option]: policy });
    outcome(call());
    expect(outcome(call()).end).toBeInstanceOf(CircuitOpenError);
    expect(service.calls).toBe(1);
    outcome(action(service.fn, { [option]: policy })());
    expect(service.calls).toBe(2);
  });

  it.each(['circuit', 'retry'] as const)('runs that circuit on the scheduler of the action: %s', (option) => {
    const scheduler = new VirtualTimeScheduler();
    const service = flaky();
    const call = action(service.fn, { [option]: circuitBreaker({ threshold: 1, resetAfter: 50 }), scheduler });
    outcome(call());
    scheduler.frame = 50;
    service.isUp = true;
    expect(outcome(call()).values).toEqual(['well']);
  });

  it('takes two, one inside the retry and one as the retry', () => {
    const service = flaky();
    const [below, retry] = [circuit({ threshold: 5 }), circuit({ threshold: 2 })];
    outcome(action(service.fn, { circuit: below, retry })());
    expect([below.state.failures, retry.state.phase]).toEqual([2, 'open']);
  });

  it.each<[options: object, message: string]>([
    [{ circuit: 5 }, 'action: circuit must be a circuit, a circuitBreaker or a function that returns a circuit, got 5'],
    [
      { circuit: immediate },
      'action: circuit must be a circuit, a circuitBreaker or a function that returns a circuit, got an object',
    ],
    [
      { gates: immediate },
      'action: gates must be an array of distinct gates (from circuit() or gate()), got an object',
    ],
  ])('rejects %j', (options, message) => {
    expect(() => action(() => 1, options)).toThrow(message);
  });

  it.each<[string, (live: Circuit) => ActionOptions, string]>([
    ['circuit and gates', (live) => ({ circuit: live, gates: [live] }), 'gates must not contain the circuit "users"'],
    ['retry and gates', (live) => ({ retry: live, gates: [live] }), 'gates must not contain the circuit "users"'],
    ['circuit and retry', (live) => ({ circuit: live, retry: live }), 'retry must not be the circuit "users"'],
  ])('rejects a circuit that is given twice: %s', (_, options, message) => {
    const make = (): unknown => action(() => 1, options(circuit({ name: 'users' })));
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`action: ${message} that is also given as `);
    expect(make).toThrow('It would be asked twice for each attempt, and reject itself when half-open. Give it once');
  });

  it('rejects a circuitBreaker that is given as circuit and as retry', () => {
    const policy = circuitBreaker();
    const make = (): unknown => action(() => 1, { circuit: policy, retry: policy });
    expect(make).toThrow('action: retry must not be the circuitBreaker that is also given as circuit. ');
  });
});

describe('a circuit as the retry ends the call with the error', () => {
  /** How often a function is called that always fails, and what the call ends with. */
  const callsThrough = (live: Circuit, more: ActionOptions = {}): [calls: number, end: unknown] => {
    let calls = 0;
    const call = action(
      () => {
        calls += 1;
        if (calls > 5000) throw new RejectedError('an endless loop');
        return failing;
      },
      { retry: live, ...more },
    );
    const { end } = outcome(call());
    return [calls, end];
  };

  it.each<[string, CircuitOptions, (live: Circuit) => void, number]>([
    [
      'if it is disabled',
      {},
      (live) => {
        live.disable();
      },
      1,
    ],
    [
      'if it is in shadow',
      {},
      (live) => {
        live.shadow();
      },
      1,
    ],
    ['if it ignores the error', { classify: () => 'ignore' }, () => undefined, 1],
    [
      'if it is half-open and ignores the error',
      { classify: () => 'ignore' },
      (live) => {
        live.open();
        live.halfOpen();
      },
      1,
    ],
    [
      'if it is half-open and takes the error as a success',
      { classify: () => 'success', halfOpen: { probes: 2 } },
      (live) => {
        live.open();
        live.halfOpen();
      },
      1,
    ],
    ['if the failure is not bad by its rule', { trip: slowRate(1, { calls: 10, slowerThan: 50 }) }, () => undefined, 1],
    ['if it takes the error as a success', { classify: () => 'success' }, () => undefined, 1],
    ['after 100 retries that did not open it', { threshold: 500 }, () => undefined, 101],
  ])('%s', (_, options, prepare, calls) => {
    const live = circuit(options);
    prepare(live);
    expect(callsThrough(live)).toEqual([calls, down]);
  });

  it('if a listener disables it when it opens', () => {
    const live = circuit({ threshold: 3 });
    live.events$.subscribe(({ kind }) => {
      if (kind === 'opened') live.disable();
    });
    expect(callsThrough(live)).toEqual([4, down]);
  });

  it('but not if the failure counts: while it is half-open, the next probe is sent', () => {
    const live = circuit({ halfOpen: { probes: 3, allowedFailures: 1 } });
    live.open();
    live.halfOpen();
    expect(callsThrough(live)).toEqual([2, down]);
  });

  it('and observe receives the reason', () => {
    const reasons: unknown[] = [];
    const live = circuit();
    live.disable();
    callsThrough(live, { observe: (event) => event.kind === 'gave-up' && reasons.push(event.reason) });
    expect(reasons).toEqual(['error']);
  });
});

describe('a function as the circuit', () => {
  /** A circuit for each host, and what the function of the option has received. */
  function perHost(): { readonly hosts: ReturnType<typeof keyed<Circuit>>; readonly received: unknown[][] } {
    return { hosts: keyed((host) => circuit({ name: host, threshold: 2 })), received: [] };
  }

  it('returns the circuit of a call, from the arguments of the call', () => {
    const { hosts } = perHost();
    const load = action((url: URL, _retries?: number) => (url.host === 'a' ? failing : of('well')), {
      circuit: (url) => hosts.for(url.host),
    });
    const [a, b] = [new URL('http://a'), new URL('http://b')];
    expect([outcome(load(a)).end, outcome(load(a, 1)).end]).toEqual([down, down]);
    expect(outcome(load(a)).end).toMatchObject({ name: 'CircuitOpenError', circuit: 'a' });
    expect(outcome(load(b)).values).toEqual(['well']);
  });

  it('runs once for all attempts of a subscription, with the this of the call', () => {
    const { hosts, received } = perHost();
    const service = {
      host: 'a',
      load: action((_path: string, _n: number) => failing, {
        circuit(this: unknown, ...args) {
          received.push([this, ...args]);
          return hosts.for('a');
        },
        retry: 2,
      }),
    };
    const call = service.load('/users', 5);
    expect(received).toEqual([]);
    outcome(call);
    expect(received).toEqual([[service, '/users', 5]]);
    outcome(call);
    expect(received).toHaveLength(2);
    expect(hosts.for('a').state.phase).toBe('open');
  });

  it('receives the outcome that successOn proves', () => {
    const { hosts } = perHost();
    const source = new Subject<number>();
    const load = action(() => source, { circuit: () => hosts.for('a'), successOn: 'first' });
    outcome(load());
    source.next(1);
    expect(hosts.for('a').state.successes).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'undefined'],
    ['a rate', immediate, 'an object'],
    ['a promise', Promise.resolve(circuit()), 'an object'],
    ['the policy of a circuit', circuitBreaker(), 'an object'],
    ['the map itself', keyed(() => circuit()), 'an object'],
  ])('that returns %s ends the call, without a retry', (_, answer, got) => {
    let calls = 0;
    const load = action(() => (calls += 1), { circuit: () => answer as Circuit, retry: 3 });
    const { end } = outcome(load());
    expect(String(end)).toBe(`TypeError: action: the answer of circuit must be a circuit from circuit(), got ${got}`);
    expect(isFinal(end)).toBe(true);
    expect(calls).toBe(0);
  });

  it('that throws ends the call with what it threw, without a retry', () => {
    let calls = 0;
    const load = action(() => 1, {
      circuit: () => {
        calls += 1;
        throw down;
      },
      retry: 3,
    });
    expect(outcome(load()).end).toBe(down);
    expect(calls).toBe(1);
  });

  it('does not run if the signal has aborted', () => {
    const { hosts, received } = perHost();
    const load = action(() => 1, {
      circuit: () => {
        received.push([]);
        return hosts.for('a');
      },
      signal: AbortSignal.abort(down),
    });
    expect(outcome(load()).end).toBe(down);
    expect(received).toEqual([]);
  });

  it('that returns one of the gates is found', () => {
    const live = circuit({ name: 'users' });
    const { end } = outcome(action(() => 1, { circuit: () => live, gates: [live] })());
    expect(String(end)).toContain('circuit users is asked twice for one attempt');
  });

  it('chooses in the decorator form', () => {
    const { hosts } = perHost();
    const wrapped = action({ circuit: (host: string) => hosts.for(host) });
    const load = wrapped((_host: string) => failing);
    outcome(load('a'));
    expect(hosts.for('a').state.failures).toBe(1);
  });
});

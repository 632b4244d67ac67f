import { describe as group, expect, it } from 'vitest';
import {
  both,
  capped,
  circuit,
  circuitBreaker,
  consecutive,
  exponentialBackoff,
  failures,
  fixed,
  fromJSON,
  gate,
  never,
  onFailure,
  onlyIf,
  preview,
  rateLimit,
  retries,
  toJSON,
  type Policy,
} from 'rxjs-reprise';
import { thrownBy } from '../support/thrown.js';

const isBusy = (error: unknown): boolean => error === 'busy';
const chatty = onFailure(0, (state) => ({ state, wait: 1 }));
const format = 'rxjs-reprise/policyData';
const json = (policy: unknown): unknown => ({ format, version: 1, policy });

group('toJSON', () => {
  it('writes every option, also the defaults, so that a version with other defaults reads the same policy', () => {
    expect(toJSON(exponentialBackoff({ base: 250 }))).toEqual({
      format,
      version: 1,
      policy: {
        ...{ word: 'exponentialBackoff', maxAttempts: 5, base: 250, factor: 2, cap: 60_000, jitter: true },
        ...{ retryAfter: false, maxRetryAfter: 60_000 },
      },
    });
  });

  it('writes Infinity as a string', () => {
    expect(toJSON(retries(Infinity)).policy).toEqual({ word: 'retries', n: 'Infinity' });
    expect(toJSON(fromJSON(json({ word: 'retries', n: 'Infinity' }))).policy).toEqual({
      word: 'retries',
      n: 'Infinity',
    });
  });

  it('writes named functions, classes, lists of classes and custom policies as slots', () => {
    const classes = [TypeError, RangeError];
    const policies = { chatty };
    const slot = (policy: Policy, retryOn: object): unknown => toJSON(policy, { retryOn, policies } as never).policy;
    expect(slot(onlyIf(isBusy, chatty), { busy: isBusy })).toEqual({
      ...{ word: 'onlyIf', retryOn: { slot: 'busy' }, policy: { slot: 'chatty' } },
    });
    expect(slot(onlyIf(classes, never), { classes })).toMatchObject({ retryOn: { slot: 'classes' } });
    expect(slot(onlyIf(classes, never), { one: TypeError, two: RangeError })).toMatchObject({
      retryOn: [{ slot: 'one' }, { slot: 'two' }],
    });
    expect(slot(chatty, {})).toEqual({ slot: 'chatty' });
    expect(fromJSON(json({ slot: 'chatty' }), { policies })).toBe(chatty);
  });

  it('writes the policy of a live gate', () => {
    const custom = gate({ ...chatty, handles: ['ask'] });
    expect(toJSON(circuit({ name: 'users', threshold: 2 }))).toEqual(toJSON(circuitBreaker({ threshold: 2 })));
    expect(toJSON(gate(both(rateLimit({ limit: 1, per: 1 }), never))).policy).toMatchObject({ word: 'both' });
    expect(thrownBy(() => toJSON(custom)).message).toContain('toJSON: policy must be made by this library');
  });

  const trip = { ...consecutive(2), isReached: () => true };
  let deep = fixed(1);
  for (let level = 0; level < 100; level += 1) deep = capped(2, deep);
  let wide = fixed(1);
  for (let level = 0; level < 40; level += 1) wide = both(wide, wide);
  const unnamed: readonly (readonly [message: string, policy: unknown, slots?: unknown])[] = [
    [
      'policy.policies[1] must be made by this library, or named in slots: toJSON(policy, { policies: { name: value } }), got an object',
      both(never, chatty),
    ],
    [
      'policy.policies[0].retryOn must be named in slots: toJSON(policy, { retryOn: { name: value } }), got the function isBusy',
      both(onlyIf(isBusy)),
    ],
    [
      'policy.retryOn[1] must be named in slots: toJSON(policy, { retryOn: { name: value } }), got the function RangeError',
      onlyIf([TypeError, RangeError]),
      { retryOn: { TypeError } },
    ],
    [
      'policy.trip[0] must be made by this library, or named in slots: toJSON(policy, { trips: { name: value } }), got an object',
      circuitBreaker({ trip: [trip] }),
    ],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got undefined', undefined],
    ['slots must be an object, got null', never, null],
    ['retryOn must be an object, got 5', never, { retryOn: 5 }],
    [
      'there is no option retryon, only retryOn, retryAfter, predicate, trips, from, classify, cost, policies',
      never,
      { retryon: {} },
    ],
    ['policy.policy.policy.policy.policy.policy.policy.policy.poli… must be at most 100 levels deep', deep],
    ['policy must have at most 1000 parts, where 20000 calls of a window count as one', wide],
  ];
  it.each(unnamed)('%s', (message, policy, slots) => {
    expect(thrownBy(() => toJSON(policy as Policy, slots as never)).message).toBe(`toJSON: ${String(message)}`);
  });
});

group('fromJSON', () => {
  it('fills in the defaults', () => {
    expect(preview(fromJSON(json({ word: 'exponentialBackoff', jitter: false }))).delays).toEqual([
      2000, 4000, 8000, 16_000,
    ]);
  });

  it('makes gates and circuits that a live gate accepts', () => {
    const limit = gate(fromJSON(json({ word: 'rateLimit', limit: 1, per: 1000 })));
    expect(limit.state).toEqual({ retryAfter: 0, waiting: 0 });
  });

  it('does not take names from prototypes', () => {
    const text = `{"word":"exponentialBackoff","__proto__":{"base":1}}`;
    expect(thrownBy(() => fromJSON(json(JSON.parse(text)))).message).toContain('there is no option policy.__proto__');
    expect(({} as { base?: number }).base).toBeUndefined();
  });

  const cyclic: Record<string, unknown> = { word: 'both' };
  cyclic.policies = [cyclic, cyclic];
  let shared: unknown = { word: 'never' };
  for (let level = 0; level < 40; level += 1) shared = { word: 'both', policies: [shared, shared] };
  const manyCalls = { word: 'failures', n: 1, calls: 10_000_000 };
  const slots = { retryOn: { busy: isBusy, bad: 5 }, policies: { chatty }, trips: { three: consecutive(3) } };
  const rejected: readonly (readonly [message: string, json: unknown])[] = [
    ['json must be an object, as JSON.parse returns it, got "{}"', '{}'],
    ['json must be an object, as JSON.parse returns it, got null', null],
    ['json must be an object, as JSON.parse returns it, got []', []],
    [`format must be '${format}', got undefined`, {}],
    [`format must be '${format}', got "rxjs-reprise/circuit"`, { format: 'rxjs-reprise/circuit' }],
    ['version must be 1, and a newer one needs a newer rxjs-reprise, got 2', { format, version: 2 }],
    ['there is no option name, only version, format, policy', { format, version: 1, name: 'x' }],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got undefined', json(undefined)],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got "Infinity"', json('Infinity')],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got []', json([])],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got an object', json({})],
    ['policy must be a policy such as retries(3) or exponentialBackoff(), got an object', json(manyCalls)],
    ['there is no option policy.m, only ms', json({ word: 'fixed', m: 1 })],
    ['policy.ms must be a finite number of milliseconds, at least 0, got undefined', json({ word: 'fixed' })],
    ['policy.ms must be a finite number of milliseconds, at least 0, got null', json({ word: 'fixed', ms: null })],
    [
      'policy.ms must be a finite number of milliseconds, at least 0, got Infinity',
      json({ word: 'fixed', ms: 'Infinity' }),
    ],
    [
      'policy.ms must be a finite number of milliseconds, at least 0, got an object',
      json({ word: 'fixed', ms: { slot: 'chatty' } }),
    ],
    [
      'policy.policies[1].cap must be a finite number of milliseconds, at least 0, got -1',
      json({
        word: 'both',
        policies: [{ word: 'never' }, { word: 'jittered', kind: true, policy: { word: 'never' }, cap: -1 }],
      }),
    ],
    ['policy.policies must be an array of at least one policy, got undefined', json({ word: 'both' })],
    ['policy.policies must be an array of at least one policy, got []', json({ word: 'either', policies: [] })],
    [
      'policy.policies[0] must be a policy such as retries(3) or exponentialBackoff(), got an object',
      json({ word: 'both', policies: [{ word: 'consecutive', n: 1 }] }),
    ],
    [
      'policy.delays[1] must be a finite number of milliseconds, at least 0, got "a"',
      json({ word: 'sequence', delays: [1, 'a'] }),
    ],
    ['policy.cap must be at least base (9), got 8', json({ word: 'decorrelated', base: 9, cap: 8 })],
    [
      'policy.window cannot be combined with trip, got 5',
      json({ word: 'circuitBreaker', window: 5, trip: { slot: 'three' } }),
    ],
    [
      'policy.halfOpen.probes must be a whole number, at least 1, got 0',
      json({ word: 'circuitBreaker', halfOpen: { probes: 0 } }),
    ],
    [
      'policy.trip[0]: either window or calls must be given, got none',
      json({ word: 'circuitBreaker', trip: [{ word: 'failures', n: 1 }] }),
    ],
    [
      'policy.retryOn must be an object { "slot": name }, for a function of slots.retryOn, got "busy"',
      json({ word: 'onlyIf', retryOn: 'busy' }),
    ],
    [
      'policy.retryOn must be a predicate, an error class or an array of error classes, got 5',
      json({ word: 'onlyIf', retryOn: { slot: 'bad' } }),
    ],
    [
      'policy.retryOn.slot must be a name in slots.retryOn (busy, bad): fromJSON(json, { retryOn: { name: value } }), got "lost"',
      json({ word: 'onlyIf', retryOn: { slot: 'lost' } }),
    ],
    [
      'policy.predicate.slot must be a name in slots.predicate (none): fromJSON(json, { predicate: { name: value } }), got "toString"',
      json({ word: 'resetOn', predicate: { slot: 'toString' }, policy: { word: 'never' } }),
    ],
    [
      'policy.slot must be a name in slots.policies (chatty): fromJSON(json, { policies: { name: value } }), got 5',
      json({ slot: 5 }),
    ],
    ['there is no option policy.word, only slot', json({ word: 'never', slot: 'chatty' })],
    ['policy.policies[0].policies[0].policies[0].policies[0].polic… must be at most 100 levels deep', json(cyclic)],
    ['policy must have at most 1000 parts, where 20000 calls of a window count as one', json(shared)],
    [
      'policy must have at most 1000 parts, where 20000 calls of a window count as one',
      json({ word: 'circuitBreaker', trip: [manyCalls, manyCalls, { ...manyCalls, calls: NaN }] }),
    ],
  ];
  it.each(rejected)('%s', (message, given) => {
    const error = thrownBy(() => fromJSON(given, slots as never));
    expect(error.message).toBe(`fromJSON: ${message}`);
    expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
  });

  it('lists the words in place of one that is not known', () => {
    const { message } = thrownBy(() => fromJSON(json({ word: 'constructor' })));
    expect(message).toMatch(
      /^fromJSON: policy.word must be one of exponentialBackoff, .*concurrencyLimit, .*, got "constructor"$/,
    );
  });

  it('keeps the class of the error, and passes on what is none of the arguments', () => {
    expect(thrownBy(() => fromJSON(json({ word: 'fixed', ms: -1 })))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => fromJSON(json({ word: 'fixed', ms: 'x' })))).toBeInstanceOf(TypeError);
    const odd = new Error('odd');
    const trap = {
      get isReached(): never {
        throw odd;
      },
    };
    const policy = { word: 'circuitBreaker', trip: { slot: 'trap' } };
    expect(thrownBy(() => fromJSON(json(policy), { trips: { trap } } as never))).toBe(odd);
  });

  it('a rule in a slot is the same rule', () => {
    const two = failures(2, { window: 10 });
    const policy = fromJSON(json({ word: 'circuitBreaker', trip: { slot: 'two' } }), { trips: { two } });
    expect(preview(policy, { failures: 2 }).delays).toEqual([0, 60_000]);
  });
});

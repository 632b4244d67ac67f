import { describe, expect, it } from 'vitest';
import {
  both,
  circuitBreaker,
  fixed,
  gate,
  gatePolicy,
  preview,
  rateLimit,
  retries,
  type GatePolicy,
  type GatePolicyOptions,
  type Policy,
  type Signal,
  type Verdict,
} from 'rxjs-reprise';
import { assertPolicyLaws } from 'rxjs-reprise/testing';
import { isGatePolicy } from '../../src/gates/gatePolicy.js';
import { refuses, type Bad, type Option } from '../support/bad.js';
import { abandon, ask, cancel, control, failure, folded, snapshotWith, success } from '../support/log.js';

/*
 * The builder that all limits are made with, on a limit as a user would write it.
 */

interface State {
  readonly running: number;
  readonly failures: number;
}

interface View {
  readonly free: number;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

const release = (state: State): State =>
  state.running === 0 ? state : { running: state.running - 1, failures: state.failures };

/** Two attempts at once, three failures in all; a restored gate starts with none running. */
const options: GatePolicyOptions<State, View> = {
  name: 'acme/press',
  initial: { running: 0, failures: 0 },
  on: {
    ask(state) {
      if (state.failures >= 3) return { state, wait: Infinity, reason: 'worn out' };
      if (state.running >= 2) return { state, wait: Number.MAX_VALUE, reason: 'busy' };
      return { state: { running: state.running + 1, failures: state.failures }, wait: 0 };
    },
    success: release,
    failure: (state) => ({ state: { ...release(state), failures: Math.min(3, state.failures + 1) }, wait: 0 }),
    cancel: release,
    resume: (state) => (state.running === 0 ? state : { running: 0, failures: state.failures }),
  },
  view: ({ running }) => ({ free: 2 - running }),
  read(state, reject) {
    const { running, failures } = (state ?? {}) as Partial<State>;
    return isCount(running) && isCount(failures) ? (state as State) : reject();
  },
  wakes: (before, after) => (after.running < before.running ? 'all' : []),
};

const press = gatePolicy(options);

const value = { kind: 'value', ticket: 1, now: 0, random: 0, value: 'page' } as const;

/** One signal of each kind. */
const signals: Readonly<Record<string, Signal>> = {
  ask: ask(0),
  value,
  success: success(0),
  failure: failure(0),
  cancel: cancel(0),
  abandon: abandon(0),
  resume: control(0, 'resume'),
};

/** A policy whose handlers count their signals in a string. */
const recording = (keys: readonly string[]): GatePolicy<string> => {
  const handlers = Object.fromEntries(
    keys.map((key) => [
      key,
      (state: string) => (['ask', 'failure'].includes(key) ? { state: `${state} ${key}`, wait: 7 } : `${state} ${key}`),
    ]),
  );
  return gatePolicy({ name: 'spec/recording', initial: '', on: handlers, view: (state) => state, read: String });
};

describe('gatePolicy', () => {
  it('handles the kinds of signal that have a handler', () => {
    expect(press.handles).toEqual(['ask', 'success', 'failure', 'cancel', 'control']);
    expect(recording(['abandon', 'value', 'ask']).handles).toEqual(['ask', 'value', 'abandon']);
    expect(recording([]).handles).toEqual([]);
  });

  it('finds handlers that are methods of a class', () => {
    class Handlers {
      ask(state: State): Verdict<State> {
        return { state, wait: 5 };
      }
    }
    const { name, view, read } = options;
    const policy = gatePolicy({ name, initial: press.initial, on: new Handlers(), view, read });
    expect(policy.handles).toEqual(['ask']);
    expect(policy.reduce(press.initial, ask(0)).wait).toBe(5);
  });

  it.each(Object.keys(signals))('calls the handler of %s, and no other', (key) => {
    const policy = recording(Object.keys(signals));
    const { state, wait } = policy.reduce('', signals[key] ?? ask(0));
    expect(state).toBe(` ${key}`);
    expect(wait).toBe(['ask', 'failure'].includes(key) ? 7 : 0);
  });

  it.each(Object.keys(signals))('answers %s with the same state if it has no handler', (key) => {
    const state = { running: 1, failures: 1 };
    const policy = gatePolicy({ ...options, on: {} });
    const verdict = policy.reduce(state, signals[key] ?? ask(0));
    expect(verdict).toStrictEqual({ state, wait: 0 });
    expect(verdict.state).toBe(state);
  });

  it.each(['open', 'reset', 'isolate', 'shadow'] as const)('answers the command %s with the same state', (name) => {
    const state = { running: 1, failures: 1 };
    expect(press.reduce(state, control(0, name)).state).toBe(state);
    expect(press.reduce(state, control(0, 'resume')).state).toEqual({ running: 0, failures: 1 });
  });

  it('returns the verdicts of ask and failure as they are', () => {
    const thrown = { error: 'odd' };
    const verdict = { state: press.initial, wait: 3, reason: 'busy', thrown };
    const policy = gatePolicy({ ...options, on: { ask: () => verdict, failure: () => verdict } });
    expect(policy.reduce(press.initial, ask(0))).toBe(verdict);
    expect(policy.reduce(press.initial, failure(0))).toBe(verdict);
  });

  it('passes the instant to view, and the change to wakes', () => {
    const policy = gatePolicy({
      ...options,
      view: (state, now) => [state, now],
      wakes: (before, after, { ticket }) => [before.running, after.running, ticket],
    });
    expect(policy.view(press.initial, 9)).toEqual([press.initial, 9]);
    const [before, after] = [press.initial, { running: 1, failures: 0 }];
    expect(policy.wakes(before, after, ask(0, { ticket: 5 }))).toEqual([0, 1, 5]);
  });

  it('wakes no call by default', () => {
    const { name, initial, on, view, read } = options;
    expect(
      gatePolicy({ name, initial, on, view, read }).wakes({ running: 2, failures: 0 }, press.initial, success(0)),
    ).toEqual([]);
  });

  it('obeys the laws of policies', () => {
    assertPolicyLaws(press);
    assertPolicyLaws(gatePolicy({ ...options, on: {} }));
  });

  it('combines with other policies', () => {
    expect(preview(both(fixed(100), press))).toEqual({ delays: [100, 100], reason: 'worn out' });
  });
});

describe('a snapshot of a policy of your own', () => {
  const state = folded(press, [ask(0), failure(0), ask(10, { ticket: 2 })]);

  it('has the name of the policy as its format', () => {
    const printer = gate(press, { name: 'printer' });
    expect(printer.snapshot()).toEqual({
      format: 'acme/press',
      version: 1,
      name: 'printer',
      state: { running: 0, failures: 0 },
    });
    expect(printer.state).toEqual({ free: 2 });
  });

  it('is read back as a copy', () => {
    const snapshot = snapshotWith(state, 'acme/press');
    const copy = press.parse('spec', JSON.parse(JSON.stringify(snapshot)));
    expect(copy).toStrictEqual({ running: 1, failures: 1 });
    expect(press.parse('spec', snapshot)).not.toBe(state);
  });

  it('is restored in a gate, which then resumes', () => {
    const printer = gate(press, { name: 'printer' });
    printer.restore(snapshotWith(state, 'acme/press'));
    expect(printer.snapshot()).toMatchObject({ state: { running: 0, failures: 1 } });
  });

  it.each([
    ['of another policy', snapshotWith(state, 'acme/oven'), 'must be of the format acme/press, got "acme/oven"'],
    ['newer', { ...snapshotWith(state, 'acme/press'), version: 2 }, 'must be of version 1, got 2'],
    ['damaged', snapshotWith({ running: 1 }, 'acme/press'), 'must fit this policy, got an object'],
    ['empty', snapshotWith(undefined, 'acme/press'), 'must fit this policy, got undefined'],
  ])('is rejected if it is %s', (_, snapshot, message) => {
    const printer = gate(press, { name: 'printer' });
    expect(() => {
      printer.restore(snapshot);
    }).toThrow(new TypeError(`gate printer: the snapshot ${message}`));
  });

  it('is rejected with the description that read gives', () => {
    const policy = gatePolicy({ ...options, read: (_, reject) => reject('a jam') });
    expect(() => policy.parse('spec', snapshotWith(state, 'acme/press'))).toThrow(
      new TypeError('spec: the snapshot must fit this policy, got a jam'),
    );
  });
});

describe('bad input', () => {
  const give =
    (key: string): Option[1] =>
    (bad: never) =>
      gatePolicy({ ...options, [key]: bad });
  const notText: readonly Bad[] = [
    [undefined, TypeError, 'undefined'],
    [5, TypeError, '5'],
    ['', TypeError, '""'],
  ];
  const notFunction: readonly Bad[] = [
    [null, TypeError, 'null'],
    [5, TypeError, '5'],
    ['f', TypeError, '"f"'],
  ];
  const missing: Bad = [undefined, TypeError, 'undefined'];
  const notObject: readonly Bad[] = [missing, [null, TypeError, 'null'], [5, TypeError, '5']];

  refuses('an object', notObject, [
    ['gatePolicy: options', (bad) => gatePolicy(bad)],
    ['gatePolicy: on', give('on')],
  ]);
  refuses('a string, not empty', notText, [['gatePolicy: name', give('name')]]);
  refuses('a state of plain JSON', [missing], [['gatePolicy: initial', give('initial')]]);
  refuses(
    'a function',
    [missing, ...notFunction],
    [
      ['gatePolicy: view', give('view')],
      ['gatePolicy: read', give('read')],
    ],
  );
  refuses('a function', notFunction, [
    ['gatePolicy: wakes', give('wakes')],
    ['gatePolicy: on.ask', (ask) => gatePolicy({ ...options, on: { ask } })],
    ['gatePolicy: on.resume', (resume) => gatePolicy({ ...options, on: { resume } })],
  ]);
  refuses(
    "'proof' or 'end'",
    [
      ['start', TypeError, '"start"'],
      [null, TypeError, 'null'],
    ],
    [['gatePolicy: settlesAt', give('settlesAt')]],
  );
  it.each([5n, null, {}, true])('rejects the shape %s', (shape) => {
    expect(() => gatePolicy({ ...options, shape: shape as never })).toThrow(
      'gatePolicy: shape must be a string or a number, got',
    );
    expect(() => gatePolicy({ ...options, shape: 0 })).not.toThrow();
    expect(() => gatePolicy({ ...options, shape: '' })).not.toThrow();
  });

  it.each(['settle', 'control', 'error'])('rejects a handler of %s', (kind) => {
    expect(() => gatePolicy({ ...options, on: { [kind]: release } })).toThrow(
      `gatePolicy: there is no option on.${kind}, only `,
    );
  });
  it('does not handle a kind whose handler is undefined', () => {
    expect(gatePolicy({ ...options, on: { ask: undefined as never } }).handles).toEqual([]);
  });
});

describe('isGatePolicy', () => {
  const whole = circuitBreaker();

  it('recognises policies that are designed to be shared', () => {
    const policies: readonly Policy[] = [whole, rateLimit({ limit: 1, per: 1 }), press, retries(1)];
    expect(policies.map(isGatePolicy)).toEqual([true, true, true, false]);
  });

  it.each(['format', 'view', 'parse', 'wakes'] as const)('rejects a policy without %s', (part) => {
    const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== part));
    expect(isGatePolicy(rest as unknown as Policy)).toBe(false);
  });
});

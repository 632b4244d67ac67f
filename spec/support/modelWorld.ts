import { finalize, NEVER, Observable, Subject, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { expect } from 'vitest';
import {
  action,
  circuit,
  circuitBreak,
  concurrencyLimit,
  exponentialBackoff,
  fixedRetry,
  gate,
  guard,
  rateLimit,
  RejectedError,
  retryQuota,
  retryWithPolicy,
  type ActionOptions,
  type Circuit,
  type Gate,
  type PolicyGate,
} from 'rxjs-reprise';
import { NaiveAdmissions, NaiveFailures, NaiveSlots } from './naiveGates.js';

/*
 * A world of streams over shared gates, in virtual time. Every hook that the operators call can act on the world: it runs
 * the step that waits for that hook.
 */

/** Where the operators call functions of the user. */
export const hooks = [
  'classify',
  'successOn',
  'isFatal',
  'observe',
  'state$',
  'events$',
  'finalize',
  'teardown',
  'function',
  'failOn',
] as const;
export type Hook = (typeof hooks)[number];

/** What happens. `pick` chooses one of the calls, the most recent first. */
export type Step =
  | {
      readonly step: 'call';
      readonly through: Through;
      readonly source: 'open' | 'value' | 'empty' | 'error' | 'never';
    }
  | { readonly step: 'crowd'; readonly through: Through; readonly calls: number }
  | { readonly step: 'emit' | 'complete' | 'fail' | 'leave'; readonly pick: number }
  | { readonly step: 'pass'; readonly ms: number }
  | {
      readonly step: 'command';
      readonly name: 'open' | 'halfOpen' | 'reset' | 'isolate' | 'release' | 'disable' | 'shadow';
    }
  | { readonly step: 'restore'; readonly pick: number }
  | { readonly step: 'hook'; readonly hook: Hook; readonly then: Exclude<Step, { readonly step: 'pass' | 'hook' }> };

export const ways = ['slots', 'slots and circuit', 'rate and slots', 'circuit', 'retry slots', 'retry all'] as const;
export type Through = (typeof ways)[number] | ActionLayout;

/** The options of an action. They can name the circuit up to three times. */
export interface ActionLayout {
  readonly circuit: boolean;
  readonly retry: 'none' | 'count' | 'circuit';
  readonly gates: readonly ('slots' | 'circuit')[];
  readonly timeout: boolean;
}

/** How often the layout names the circuit. An action can name it once. */
const namings = ({ circuit, retry, gates }: ActionLayout): number =>
  Number(circuit) + Number(retry === 'circuit') + Number(gates.includes('circuit'));

const hasSlots = (through: Through): boolean =>
  typeof through === 'string' ? through !== 'circuit' : through.gates.includes('slots');

const hasCircuit = (through: Through): boolean =>
  typeof through === 'string'
    ? ['slots and circuit', 'circuit', 'retry all'].includes(through)
    : namings(through) === 1;

interface Call {
  readonly source: Subject<string> | undefined;
  subscription: Subscription;
  isOver: boolean;
}

/** How deep hooks may act within hooks. */
const deepest = 6;

export class World {
  readonly scheduler = new VirtualTimeScheduler();
  readonly slots: PolicyGate<{ readonly running: number; readonly waiting: number }>;
  readonly rate: PolicyGate<{ readonly waiting: number }>;
  readonly quota: PolicyGate;
  readonly live: Circuit;
  readonly calls: Call[] = [];
  private readonly waiting = new Map<Hook, Step[]>();
  private readonly used = new Set<Through>();
  private readonly holds: { release(): void }[] = [];
  private readonly admissions: NaiveAdmissions[];
  /** The sources that run behind the slots. */
  private running = 0;
  private isRestored = false;
  private depth = 0;

  constructor(private readonly limit: number) {
    const { scheduler } = this;
    const options = { scheduler, random: () => 0.5 };
    this.slots = gate(concurrencyLimit({ limit }), { ...options, name: 'slots' });
    this.rate = gate(rateLimit({ limit: 3, per: 10, burst: 3 }), { ...options, name: 'rate' });
    this.quota = gate(retryQuota({ capacity: 20, cost: 7 }), { ...options, name: 'quota' });
    const classify = (): 'failure' => {
      this.run('classify');
      return 'failure';
    };
    this.live = circuit({
      ...options,
      threshold: 3,
      window: 1e9,
      resetAfter: 20,
      halfOpen: { probeTimeout: 100 },
      classify,
    });
    const naive = [new NaiveSlots(this.slots, limit), new NaiveFailures(this.live, 3)];
    this.admissions = [
      ...naive,
      ...[this.slots, this.rate, this.quota, this.live].map((each) => new NaiveAdmissions(each)),
    ];
    for (const each of [this.slots, this.rate, this.live]) {
      (each as Gate).state$.subscribe(() => {
        this.run('state$');
      });
      (each as Gate).events$.subscribe(() => {
        this.run('events$');
      });
    }
  }

  /** Does a step, and checks what must hold between two steps. */
  play(step: Step): void {
    this.act(step);
    for (const each of this.admissions) each.check();
    if (!this.isRestored) expect(this.running).toBeLessThanOrEqual(this.limit);
  }

  /** Lets all calls end, and checks that nothing is left: no call waits for ever, and every gate is at rest. */
  end(): void {
    this.waiting.clear();
    for (const { source, subscription } of this.calls) if (source === undefined) subscription.unsubscribe();
    for (let round = 0; round < 40; round += 1) {
      for (const hold of this.holds.splice(0)) hold.release();
      this.live.reset();
      for (const { source, isOver } of [...this.calls]) if (!isOver) source?.complete();
      this.pass(1000);
      if (this.calls.every(({ isOver }) => isOver)) break;
    }
    expect(this.calls.filter(({ isOver }) => !isOver)).toHaveLength(0);
    for (const each of this.admissions) each.check();
    expect(this.running).toBe(0);
    expect(this.slots.state).toMatchObject({ running: 0, waiting: 0 });
    expect(this.rate.state).toMatchObject({ waiting: 0 });
    expect(this.quota.snapshot()).toMatchObject({ state: { paid: [] } });
    if (!this.isRestored) for (const each of this.admissions) each.checkRest();
    for (const through of this.used) if (hasCircuit(through)) this.recover(through);
  }

  /** The first good call after the open time closes the circuit. */
  private recover(through: Through): void {
    this.live.open(20);
    this.pass(20);
    this.call(through, 'value');
    this.pass(1000);
    expect({ through, phase: this.live.state.phase }).toEqual({ through, phase: 'closed' });
  }

  private act(step: Step): void {
    switch (step.step) {
      case 'call':
        this.call(step.through, step.source);
        break;
      case 'crowd':
        for (let count = 0; count < step.calls; count += 1) this.call(step.through, 'value');
        break;
      case 'emit':
        this.picked(step.pick)?.source?.next('a');
        break;
      case 'complete':
        this.picked(step.pick)?.source?.complete();
        break;
      case 'fail':
        this.picked(step.pick)?.source?.error(new Error('down'));
        break;
      case 'leave':
        this.picked(step.pick)?.subscription.unsubscribe();
        break;
      case 'pass':
        this.pass(step.ms);
        break;
      case 'command':
        this.command(step.name);
        break;
      case 'restore':
        this.restore(step.pick);
        break;
      case 'hook':
        this.waiting.set(step.hook, [...(this.waiting.get(step.hook) ?? []), step.then]);
        break;
    }
  }

  private run(hook: Hook): void {
    const [step, ...rest] = this.waiting.get(hook) ?? [];
    if (step === undefined || this.depth >= deepest) return;
    this.waiting.set(hook, rest);
    this.depth += 1;
    try {
      this.act(step);
    } finally {
      this.depth -= 1;
    }
  }

  private picked(pick: number): Call | undefined {
    const open = this.calls.filter(({ isOver }) => !isOver);
    return open[open.length - 1 - (pick % Math.max(1, open.length))];
  }

  private call(through: Through, kind: Extract<Step, { readonly step: 'call' }>['source']): void {
    const subject = kind === 'open' ? new Subject<string>() : undefined;
    const stream = this.protect(this.source(kind, subject, through), through);
    if (stream === undefined) return;
    this.used.add(through);
    const call: Call = {
      source: kind === 'never' ? undefined : (subject ?? new Subject()),
      subscription: NEVER.subscribe(),
      isOver: false,
    };
    this.calls.push(call);
    const over = (): void => {
      call.isOver = true;
    };
    const hooked = stream.pipe(
      finalize(() => {
        this.run('teardown');
      }),
    );
    const subscription = hooked.subscribe({ error: over, complete: over });
    subscription.add(over);
    call.subscription = subscription;
  }

  /** A source that counts how many run. It has stopped before it says so. */
  private source(kind: string, subject: Subject<string> | undefined, through: Through): Observable<string> {
    const by = hasSlots(through) ? 1 : 0;
    return new Observable<string>((subscriber) => {
      let isRunning = true;
      this.running += by;
      const stop = (): void => {
        if (isRunning) this.running -= by;
        isRunning = false;
      };
      subscriber.add(stop);
      subscriber.add(() => {
        this.run('finalize');
      });
      const observer = {
        next: (value: string) => {
          subscriber.next(value);
        },
        error: (error: unknown) => {
          stop();
          subscriber.error(error);
        },
        complete: () => {
          stop();
          subscriber.complete();
        },
      };
      if (subject !== undefined) subscriber.add(subject.subscribe(observer));
      if (kind === 'value') observer.next('a');
      if (kind === 'value' || kind === 'empty') observer.complete();
      if (kind === 'error') observer.error(new Error('down'));
    });
  }

  /** The protected source; `undefined` if the layout of an action is rejected. */
  private protect(source: Observable<string>, through: Through): Observable<string> | undefined {
    const { scheduler, slots, rate, quota, live } = this;
    const successOn = (): boolean => {
      this.run('successOn');
      return false;
    };
    const waiting = { maxWait: Infinity, scheduler, successOn };
    const isFatal = (error: unknown): boolean => {
      this.run('isFatal');
      return error instanceof RejectedError;
    };
    const observe = (): void => {
      this.run('observe');
    };
    const retrying = { scheduler, isFatal, observe };
    if (typeof through === 'object') return this.perform(source, through, { ...retrying, successOn });
    switch (through) {
      case 'slots':
        return source.pipe(guard(slots, waiting));
      case 'slots and circuit':
        return source.pipe(guard([live, slots], waiting));
      case 'rate and slots':
        return source.pipe(guard([rate, slots], waiting));
      case 'circuit':
        return source.pipe(circuitBreak(live, { successOn }));
      case 'retry slots':
        return source.pipe(retryWithPolicy(fixedRetry({ maxAttempts: 3, delay: 0 }), { ...retrying, gates: [slots] }));
      case 'retry all':
        return source.pipe(
          retryWithPolicy(exponentialBackoff({ base: 5, maxAttempts: 3, jitter: false }), {
            ...retrying,
            gates: [quota, rate, slots, live],
          }),
        );
    }
  }

  /** Calls an action. One that names the circuit twice cannot be made. */
  private perform(
    source: Observable<string>,
    layout: ActionLayout,
    more: ActionOptions,
  ): Observable<string> | undefined {
    const { circuit, retry, gates, timeout } = layout;
    const { live, slots } = this;
    const options: ActionOptions<string> = {
      ...more,
      ...(circuit ? { circuit: live } : {}),
      ...(retry === 'none' ? {} : { retry: retry === 'count' ? 3 : live }),
      ...(timeout ? { timeout: 50 } : {}),
      gates: gates.map((each) => (each === 'slots' ? slots : live)),
      failOn: () => {
        this.run('failOn');
        return false;
      },
    };
    const run = (): Observable<string> => {
      this.run('function');
      return source;
    };
    if (namings(layout) <= 1) return action(run, options)();
    expect(() => action(run, options)).toThrow(TypeError);
    return undefined;
  }

  private command(name: Extract<Step, { readonly step: 'command' }>['name']): void {
    try {
      if (name === 'isolate') this.holds.push(this.live.isolate());
      else if (name === 'release') this.holds.pop()?.release();
      else this.live[name]();
    } catch (error) {
      expect(error).toMatchObject({ message: expect.stringMatching(/cannot/) as string });
    }
  }

  /** Restores a snapshot of a gate in that gate. Its running calls are forgotten. */
  private restore(pick: number): void {
    const gates: readonly Gate[] = [this.slots, this.rate, this.quota, this.live];
    const picked = gates[pick % gates.length];
    this.isRestored = true;
    picked?.restore(JSON.parse(JSON.stringify(picked.snapshot())));
  }

  /** Time passes. Hooks do not call this. */
  private pass(ms: number): void {
    const { scheduler } = this;
    const until = scheduler.frame + ms;
    scheduler.maxFrames = until;
    scheduler.flush();
    scheduler.frame = until;
  }
}

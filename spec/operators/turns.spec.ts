import { BehaviorSubject, NEVER, of, VirtualTimeScheduler } from 'rxjs';
import {
  circuit,
  concurrencyLimit,
  gate,
  guard,
  openWhen,
  rateLimit,
  type Gate,
  type RejectedError,
  type RetryOptions,
  retryWithPolicy,
  never,
} from 'rxjs-reprise';
import { beforeEach, describe, expect, it } from 'vitest';

/*
 * Theme: a call keeps a place only in the queue of the gate that it waits for longest, so that no turn of a rate limit is
 * kept for a call that another gate holds longer.
 */

let scheduler: VirtualTimeScheduler;
let log: string[];
let door: BehaviorSubject<boolean>;

beforeEach(() => {
  scheduler = new VirtualTimeScheduler();
  log = [];
  door = new BehaviorSubject(false);
});

const options = (): Pick<RetryOptions, 'scheduler' | 'random'> => ({ scheduler, random: () => 0.5 });
const tenPerSecond = () => gate(rateLimit({ limit: 10, per: 1000 }), { name: 'rate', ...options() });
const closedDoor = (): Gate => openWhen(door, { name: 'door', spread: 0, ...options() });
const fullSlots = (): Gate => {
  const slots = gate(concurrencyLimit({ limit: 1 }), options());
  NEVER.pipe(guard(slots)).subscribe();
  return slots;
};
const openCircuit = (forMs: number): Gate => {
  const live = circuit({ resetAfter: forMs, ...options() });
  live.open();
  return live;
};

/** A call that logs when it starts, or why it is rejected. */
const call = (name: string, gates: Gate | readonly Gate[], maxWait = 1e6) =>
  of(name)
    .pipe(guard(gates, { maxWait, ...options() }))
    .subscribe({
      next: () => log.push(`${name} at ${String(scheduler.now())}`),
      error: (error: unknown) => log.push(`${name} ${(error as RejectedError).reason}`),
    });

const at = (ms: number, act: () => void): void => void scheduler.schedule(act, ms);
const pass = (ms: number): void => {
  scheduler.maxFrames = ms;
  scheduler.flush();
};

describe('a turn of a rate limit', () => {
  it.each<[string, () => Gate]>([
    ['a gate that is closed', closedDoor],
    ['a slot', fullSlots],
    ['an open circuit', () => openCircuit(60_000)],
  ])('goes to the next call while the calls ahead wait longer for %s', (_, other) => {
    const rate = tenPerSecond();
    const gates = [rate, other()];
    call('first', rate);
    for (let blocked = 0; blocked < 100; blocked += 1) call('blocked', gates);
    expect(rate.state).toEqual({ retryAfter: 100, waiting: 0 });
    call('plain', rate);
    call('impatient', rate, 200);
    pass(1000);
    expect(log).toEqual(['first at 0', 'plain at 100', 'impatient at 200']);
  });

  it('is moved forward by all calls that leave, although one ahead waits longer for another gate', () => {
    const rate = tenPerSecond();
    const gates = [rate, closedDoor()];
    call('first', rate);
    call('blocked', gates);
    const leaving = ['a', 'b', 'c'].map((name) => call(name, rate));
    call('last', rate);
    at(10, () => {
      for (const each of leaving) each.unsubscribe();
    });
    at(101, () => call('newcomer', rate));
    pass(1000);
    expect(log).toEqual(['first at 0', 'last at 100', 'newcomer at 200']);
  });

  it('goes to the one behind when a call becomes the next, and waits longer for a gate that has closed meanwhile', () => {
    door.next(true);
    const rate = tenPerSecond();
    const gates = [rate, closedDoor()];
    call('first', rate);
    const leaving = call('leaving', rate);
    call('blocked', gates);
    call('last', rate);
    expect(rate.state.waiting).toBe(3);
    at(10, () => {
      door.next(false);
      leaving.unsubscribe();
      expect(rate.state.waiting).toBe(1);
    });
    pass(1000);
    expect(log).toEqual(['first at 0', 'last at 100']);
  });

  it('is kept for a call that waits less long for another gate', () => {
    const rate = tenPerSecond();
    const gates = [rate, openCircuit(50)];
    call('first', rate);
    call('both', gates);
    call('plain', rate);
    expect(rate.state.waiting).toBe(2);
    pass(1000);
    expect(log).toEqual(['first at 0', 'both at 100', 'plain at 200']);
  });

  it('is kept at both of two rate limits that make a call wait equally long', () => {
    const [one, other] = [tenPerSecond(), tenPerSecond()];
    call('first', [one, other]);
    call('second', [one, other]);
    expect([one.state.waiting, other.state.waiting]).toEqual([1, 1]);
    pass(1000);
    expect(log).toEqual(['first at 0', 'second at 100']);
  });

  it('is not kept for a retry whose own policy waits longer', () => {
    const rate = tenPerSecond();
    call('first', rate);
    const asksLater = { ...never, handles: ['ask'] as const, reduce: () => ({ state: 0, wait: 500 }) };
    of(1)
      .pipe(retryWithPolicy(asksLater, { gates: [rate], ...options() }))
      .subscribe();
    expect(rate.state.waiting).toBe(0);
  });
});

describe('a call that waits longest for another gate', () => {
  it('asks the rate limit as soon as that gate opens, and starts before all that asked later', () => {
    const rate = tenPerSecond();
    const gates = [rate, closedDoor()];
    call('first', rate);
    call('oldest', gates);
    for (const name of ['a', 'b', 'c']) call(name, rate);
    at(130, () => {
      door.next(true);
      expect(rate.state.waiting).toBe(3);
    });
    pass(1000);
    expect(log).toEqual(['first at 0', 'a at 100', 'oldest at 200', 'b at 300', 'c at 400']);
  });

  it('keeps its slot in no queue, so calls for the same two gates start as fast as the scarcer one allows', () => {
    const rate = tenPerSecond();
    const slots = gate(concurrencyLimit({ limit: 1 }), options());
    for (const name of ['a', 'b', 'c', 'd']) call(name, [slots, rate]);
    pass(1000);
    expect(log).toEqual(['a at 0', 'b at 100', 'c at 200', 'd at 300']);
    expect(slots.state).toMatchObject({ running: 0, waiting: 0 });
    expect(rate.state.waiting).toBe(0);
  });

  it('leaves nothing in the queue that it is not in when it gives up', () => {
    const rate = tenPerSecond();
    const slots = fullSlots();
    call('first', rate);
    const waiting = call('both', [rate, slots]);
    expect(slots.state).toMatchObject({ waiting: 1 });
    waiting.unsubscribe();
    expect(slots.state).toMatchObject({ waiting: 0 });
    expect(rate.state.waiting).toBe(0);
  });

  it('is an event rejected of that gate, and none of the rate limit', () => {
    const rate = tenPerSecond();
    const slots = gate(concurrencyLimit({ limit: 1 }), { name: 'slots', ...options() });
    NEVER.pipe(guard(slots)).subscribe();
    call('first', rate);
    for (const each of [rate, slots]) each.events$.subscribe(({ kind }) => log.push(`${each.name} ${kind}`));
    call('both', [rate, slots]);
    call('plain', rate);
    expect(log).toEqual(['first at 0', 'slots rejected', 'rate rejected']);
  });

  it('does not count against maxWaiting, and may find the queue full when it asks again', () => {
    const rate = gate(rateLimit({ limit: 10, per: 1000, maxWaiting: 1 }), options());
    const gates = [rate, closedDoor()];
    call('first', rate);
    call('one', gates);
    call('other', gates);
    call('plain', rate);
    at(10, () => {
      door.next(true);
    });
    pass(1000);
    expect(log).toEqual(['first at 0', 'one queue-full', 'other queue-full', 'plain at 100']);
  });
});

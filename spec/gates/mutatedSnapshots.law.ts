import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTimeScheduler } from 'rxjs';
import {
  both,
  circuit,
  concurrencyLimit,
  exponential,
  gate,
  rateLimit,
  retries,
  within,
  type Gate,
  type Signal,
} from 'rxjs-reprise';
import { step } from '../../src/policy/policy.js';
import { jsonProblem } from '../../src/testing/laws/jsonProblem.js';
import { gatePolicies, trace } from '../support/arbitraries.js';
import { breakers, optionsOf } from '../support/breakers.js';
import { mutated, mutations, type Mutation } from '../support/mutateJson.js';
import { size } from '../support/size.js';

/*
 * A snapshot is damaged at random. Either `restore` rejects it and changes nothing, or the gate goes on and keeps all its
 * promises, whatever happens next.
 */

/** How many signals follow a damaged snapshot that was accepted: few in most runs. */
const futures = fc.constantFrom(...Array<number>(19).fill(60), size(60, 10_000));

/** What must hold of a state and a verdict at any time. */
function checkPromises(live: Gate, signal: Signal, before: unknown): void {
  const { policy, current } = live;
  const verdict = step(policy, before, signal);
  expect(jsonProblem(verdict.state, 'state')).toBeUndefined();
  expect(verdict.wait).toBeGreaterThanOrEqual(0);
  expect(verdict).toEqual({ ...verdict, state: current });
  expect(() => policy.parse('law', live.snapshot())).not.toThrow();
  const view: unknown = policy.view(current, signal.now);
  checkView(view);
  const woken = policy.wakes(before, current, signal);
  expect(woken === 'all' || woken.every(Number.isInteger)).toBe(true);
}

/** Every number in a view is at least 0. `openUntil` is an instant. */
function checkView(view: unknown, key = ''): void {
  if (typeof view === 'number' && key !== 'openUntil') expect(view).toBeGreaterThanOrEqual(0);
  if (typeof view === 'object' && view !== null && !Array.isArray(view))
    for (const [name, each] of Object.entries(view)) checkView(each, name);
}

/** Damages the snapshot of a gate with that past, restores it, and plays signals that follow. */
function play(
  make: () => Gate,
  past: readonly Signal[],
  damage: readonly Mutation[],
  next: readonly Signal[],
  future = 0,
): void {
  const live = make();
  for (const signal of past) live.fold(signal);
  const before = live.snapshot();
  const snapshot = JSON.parse(JSON.stringify(before)) as { state: unknown };
  snapshot.state = damage.reduce<unknown>(mutated, snapshot.state);
  const current = live.current;
  try {
    live.restore(snapshot);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect(live.current).toBe(current);
    return;
  }
  const start = past.at(-1)?.now ?? 0;
  let ticket = 1000;
  for (let played = 0, round = 0; played < future && next.length > 0; round += 1) {
    const offset = start + round * (1 + (next.at(-1)?.now ?? 0));
    const tickets = ticket;
    for (const each of next) {
      ticket = Math.max(ticket, tickets + each.ticket);
      const signal = { ...each, now: offset + each.now, ticket: tickets + each.ticket };
      const state = live.current;
      live.fold(signal);
      checkPromises(live, signal, state);
      played += 1;
    }
  }
}

/** Each ask has a ticket of its own, as that of a running attempt never asks again. Other signals belong to earlier ones. */
function renumbered(signals: readonly Signal[]): Signal[] {
  let last = 0;
  return signals.map((signal) => {
    if (signal.kind === 'ask') last += 1;
    return { ...signal, ticket: signal.kind === 'ask' ? last : Math.max(1, last - (signal.ticket % 3)) };
  });
}

describe('a damaged snapshot is rejected, or all promises hold:', { timeout: 600_000 }, () => {
  const options = () => ({ scheduler: new VirtualTimeScheduler(), random: () => 0.5 });
  const numRuns = size(150, 1000);

  it('of a limit', () => {
    const property = fc.property(
      gatePolicies(),
      trace(),
      mutations,
      trace(),
      futures,
      (policy, past, damage, next, future) => {
        play(() => gate(policy, options()), past, damage, next, future);
      },
    );
    fc.assert(property, { numRuns });
  });

  it('of a circuit', () => {
    const property = fc.property(
      breakers,
      trace(),
      mutations,
      trace(),
      futures,
      (breaker, past, damage, next, future) => {
        play(
          () => circuit({ ...optionsOf(breaker), classify: () => 'failure', ...options() }),
          renumbered(past),
          damage,
          renumbered(next),
          future,
        );
      },
    );
    fc.assert(property, { numRuns });
  });

  it('of a composed policy', () => {
    const property = fc.property(
      gatePolicies(),
      gatePolicies(),
      trace(),
      mutations,
      trace(),
      futures,
      (one, other, past, damage, next, future) => {
        const policy = both(within(5000, one), exponential(10), retries(50), other);
        play(() => gate(policy, options()), past, damage, next, future);
      },
    );
    fc.assert(property, { numRuns });
  });

  it('never more calls run than a limit admits, and never more start than a rate allows', () => {
    const property = fc.property(fc.integer({ min: 1, max: 3 }), trace(), mutations, (limit, past, damage) => {
      const slots = gate(concurrencyLimit({ limit }), options());
      const rate = gate(rateLimit({ limit, per: 100 }), options());
      for (const live of [slots, rate]) {
        play(() => live, past, damage, []);
        const now = past.at(-1)?.now ?? 0;
        const admitted = Array.from({ length: 8 }, (_, index) =>
          live.fold({ kind: 'ask', ticket: 5000 + index, now, random: 0, attempt: 1 }),
        ).filter(({ wait }) => wait === 0).length;
        expect(admitted).toBeLessThanOrEqual(limit);
      }
      expect(slots.state.running).toBeLessThanOrEqual(limit);
    });
    fc.assert(property, { numRuns });
  });
});

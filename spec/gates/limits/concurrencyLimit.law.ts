import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concurrencyLimit } from 'rxjs-reprise';
import { abandon, ask, cancel, control, failure, success, wokenBy } from '../../support/log.js';
import { size } from '../../support/size.js';

/*
 * Compared with a naive model: a set of running calls and a list of waiting ones.
 */

type Step =
  | { readonly step: 'asks' | 'resumes' }
  | { readonly step: 'ends'; readonly pick: number; readonly end: typeof success }
  | { readonly step: 'leaves' | 'asks again' | 'ends late'; readonly pick: number };

const pick = fc.nat(20);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ step: fc.constant('asks' as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        step: fc.constant('ends' as const),
        pick,
        end: fc.constantFrom(success, failure, cancel),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        step: fc.constantFrom('leaves' as const, 'asks again' as const, 'ends late' as const),
        pick,
      }),
    },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('resumes' as const) }) },
  ),
  { maxLength: 80, size: 'max' },
);

const picked = <T>(some: Iterable<T>, pick: number): T | undefined => {
  const list = [...some];
  return list[pick % list.length];
};

describe('concurrencyLimit', { timeout: 60_000 }, () => {
  it('admits the calls that a set and a list would admit, if woken calls ask again at once', () => {
    const property = fc.property(fc.integer({ min: 1, max: 4 }), steps, fc.boolean(), (limit, all, isReversed) => {
      const policy = concurrencyLimit({ limit });
      let state = policy.initial;
      let last = 0;
      const running = new Set<number>();
      let waiting: number[] = [];
      /** Calls that ran before a resume: their end is late. */
      const gone = new Set<number>();

      /** What the callers of the policy see: the admitted calls, and the rejected ones, which wait. */
      const admitted = new Set<number>();
      const rejected = new Set<number>();
      const asks = (call: number): void => {
        const verdict = policy.reduce(state, ask(0, { ticket: call }));
        ({ state } = verdict);
        if (verdict.wait === 0) admitted.add(call);
        if (verdict.wait === 0) rejected.delete(call);
        else rejected.add(call);
      };
      const tells = (signal: Parameters<typeof policy.reduce>[1]): void => {
        const before = state;
        ({ state } = policy.reduce(state, signal));
        const woken = wokenBy(policy, signal, [before, state], rejected);
        for (const call of isReversed ? woken.reverse() : woken) asks(call);
      };
      const serve = (): void => {
        while (running.size < limit && waiting.length > 0) running.add(waiting.shift() ?? NaN);
      };

      for (const step of all) {
        switch (step.step) {
          case 'asks':
            last += 1;
            waiting.push(last);
            serve();
            asks(last);
            break;
          case 'asks again': {
            const call = picked(rejected, step.pick);
            if (call !== undefined) asks(call);
            break;
          }
          case 'ends': {
            const call = picked(running, step.pick);
            if (call === undefined) break;
            running.delete(call);
            admitted.delete(call);
            serve();
            tells(step.end(0, { ticket: call }));
            break;
          }
          case 'ends late': {
            const call = picked(gone, step.pick) ?? last + 7;
            gone.delete(call);
            tells(failure(0, { ticket: call }));
            break;
          }
          case 'leaves': {
            const call = picked(waiting, step.pick);
            if (call === undefined) break;
            waiting = waiting.filter((each) => each !== call);
            rejected.delete(call);
            tells(abandon(0, { ticket: call }));
            break;
          }
          case 'resumes': {
            for (const call of running) gone.add(call);
            running.clear();
            admitted.clear();
            if (isReversed) waiting.reverse();
            // The queue is empty, so the first call to ask gets a slot.
            const order = waiting;
            waiting = [];
            for (const call of order) if (running.size < limit) running.add(call);
            waiting = order.filter((call) => !running.has(call)).sort((one, other) => one - other);
            const before = state;
            const resume = control(0, 'resume');
            ({ state } = policy.reduce(state, resume));
            expect(wokenBy(policy, resume, [before, state], rejected)).toEqual(before === state ? [] : [...rejected]);
            for (const call of order) asks(call);
            break;
          }
        }
        expect(admitted.size).toBeLessThanOrEqual(limit);
        expect([...admitted].sort()).toEqual([...running].sort());
        expect([...rejected].sort()).toEqual([...waiting].sort());
        expect(policy.view(state, 0)).toEqual({
          running: running.size,
          waiting: waiting.length,
          free: Math.max(0, limit - running.size - waiting.length),
          limit,
        });
      }
    });
    fc.assert(property, { numRuns: size(300, 5000) });
  });
});

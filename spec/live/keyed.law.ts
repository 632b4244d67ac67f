import fc from 'fast-check';
import { Subject, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { circuit, circuitBreak, keyed, TooManyKeysError, type Circuit } from 'rxjs-reprise';
import { expect, it } from 'vitest';
import { size } from '../support/size.js';

/*
 * Random programs over a small map of circuits. A gate that runs a call, has a subscriber, is open or counts a failure is never
 * dropped, there are never more than max, and a new key is rejected only if all gates are needed.
 */

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ step: fc.constant('call' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constantFrom('complete' as const, 'fail' as const, 'leave' as const),
      pick: fc.nat(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constantFrom('isolate' as const, 'reset' as const), key }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constantFrom('listen' as const, 'listenToAll' as const), key }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 300) }) },
);

interface Running {
  readonly key: string;
  readonly live: Circuit;
  readonly source: Subject<number>;
  readonly call: Subscription;
}

it('keyed keeps what is needed, and at most max', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(undefined, 0, 50), (program, idle) => {
      const clock = new VirtualTimeScheduler();
      const make = (): Circuit => circuit({ threshold: 2, window: 50, resetAfter: 100, scheduler: clock });
      const byHost = keyed(make, { max: 3, idle });
      const running: Running[] = [];
      const listenedTo = new Set<Circuit>();
      const isNeeded = (live: Circuit): boolean => {
        const { phase, failures, openUntil = Infinity } = live.state;
        const isOver = phase === 'open' && clock.now() >= openUntil + 100;
        return (
          listenedTo.has(live) ||
          running.some((each) => each.live === live) ||
          (phase === 'closed' ? failures > 0 : !isOver)
        );
      };
      for (const each of program) {
        const before = byHost.entries();
        const needed = before.filter(([, live]) => isNeeded(live));
        const use = (name: string): Circuit | undefined => {
          const isFull = needed.length === 3 && needed.every(([own]) => own !== name);
          if (!isFull) return byHost.for(name);
          expect(() => byHost.for(name)).toThrow(TooManyKeysError);
          return undefined;
        };
        if ('pick' in each) {
          const [call] = running.splice(each.pick, 1);
          if (each.step === 'complete') call?.source.complete();
          else if (each.step === 'fail') call?.source.error(new Error('down'));
          else call?.call.unsubscribe();
        } else if (each.step === 'pass') clock.frame += each.ms;
        else if (each.step === 'listenToAll') byHost.events$.subscribe();
        else {
          const live = use(each.key);
          if (live === undefined) continue;
          if (each.step === 'isolate') live.isolate();
          else if (each.step === 'reset') live.reset();
          else if (each.step === 'listen') {
            live.events$.subscribe();
            listenedTo.add(live);
          } else {
            const source = new Subject<number>();
            const call = source.pipe(circuitBreak(byHost, { key: each.key })).subscribe({ error: () => undefined });
            if (source.observed) running.push({ key: each.key, live, source, call });
          }
        }
        const after = new Map(byHost.entries());
        expect(byHost.size).toBeLessThanOrEqual(3);
        for (const [name, live] of needed) expect(after.get(name)).toBe(live);
        for (const call of running) expect(after.get(call.key)).toBe(call.live);
      }
    }),
    { numRuns: size(500, 5000) },
  );
});

import fc from 'fast-check';
import { describe, it } from 'vitest';
import { hooks, ways, World, type ActionLayout, type Hook, type Step, type Through } from '../../support/modelWorld.js';
import { size } from '../../support/size.js';

/*
 * Random programs of streams and actions over shared gates. They subscribe, emit, end, leave and give commands, also from
 * within every function of the user that an operator calls. A naive model of each gate follows its log.
 */

const hours = Number(process.env.MODEL_HOURS ?? 0);

const layout: fc.Arbitrary<ActionLayout> = fc.record({
  circuit: fc.boolean(),
  retry: fc.constantFrom('none' as const, 'count' as const, 'circuit' as const),
  gates: fc.subarray(['slots' as const, 'circuit' as const]),
  timeout: fc.boolean(),
});

const through: fc.Arbitrary<Through> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ways) },
  { weight: 4, arbitrary: layout },
);
const pick = fc.nat(5);

type Inner = Extract<Step, { readonly step: 'hook' }>['then'];

const inner: fc.Arbitrary<Inner> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant('call' as const),
      through,
      source: fc.constantFrom(
        'open' as const,
        'open' as const,
        'value' as const,
        'empty' as const,
        'error' as const,
        'never' as const,
      ),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      step: fc.constantFrom('emit' as const, 'complete' as const, 'fail' as const, 'leave' as const),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('command' as const),
      name: fc.constantFrom(
        'open' as const,
        'halfOpen' as const,
        'reset' as const,
        'isolate' as const,
        'release' as const,
        'disable' as const,
        'shadow' as const,
      ),
    }),
  },
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: inner },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 5, 20, 100) }) },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constant('hook' as const), hook: fc.constantFrom<Hook>(...hooks), then: inner }),
  },
);

const end = fc.record({
  step: fc.constantFrom('emit' as const, 'complete' as const, 'fail' as const, 'fail' as const, 'leave' as const),
  pick: fc.nat(1),
});

/** Two calls, and a hook that acts on one of them while one ends. */
const encounter: fc.Arbitrary<readonly Step[]> = fc
  .tuple(through, through, fc.constantFrom<Hook>(...hooks), fc.oneof(end, inner), end)
  .map(([one, other, hook, then, last]) => [
    { step: 'call', through: one, source: 'open' },
    { step: 'call', through: other, source: 'open' },
    { step: 'hook', hook, then },
    last,
  ]);

const part: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 6, arbitrary: steps.map((step) => [step]) },
  { weight: 1, arbitrary: encounter },
);

const rare: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 20, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('restore' as const), pick }).map((step) => [step]) },
  { weight: 1, arbitrary: through.map((through) => [{ step: 'crowd' as const, through, calls: 600 }]) },
);

const parts = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(part, { minLength: 1, maxLength, size: 'max' }).map((all) => all.flat());

const program = fc.tuple(parts(12), rare, parts(6)).map((all): readonly Step[] => all.flat());

describe('any program of streams over shared gates', { timeout: hours * 3_700_000 + 600_000 }, () => {
  it('leaves all gates at rest: limits hold, calls are served in order, each attempt ends once, and the circuit recovers', () => {
    let programs = 0;
    const property = fc.property(fc.integer({ min: 1, max: 2 }), program, (limit, program) => {
      const world = new World(limit);
      for (const step of program) world.play(step);
      world.end();
      programs += 1;
    });
    fc.assert(property, {
      numRuns: hours > 0 ? Number.MAX_SAFE_INTEGER : size(500, 4000),
      ...(hours > 0 ? { interruptAfterTimeLimit: hours * 3_600_000 } : {}),
    });
    if (hours > 0) console.log(`${String(programs)} programs`);
  });
});

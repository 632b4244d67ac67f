import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describe, fromJSON, toJSON, type Policy, type Slots } from 'rxjs-reprise';
import { policy } from '../support/arbitraries.js';
import { mutated, mutations } from '../support/mutateJson.js';
import { size } from '../support/size.js';
import { slotsOf } from '../support/slots.js';

/*
 * The JSON of a policy is damaged at random. Either `fromJSON` rejects it and names the place, or the result is a policy
 * whose own JSON is stable.
 */

/** The policy, or the error. */
function read(json: unknown, slots: Slots): Policy | Error {
  try {
    return fromJSON(json, slots);
  } catch (error) {
    return error as Error;
  }
}

it('damaged JSON is rejected with its path, or is another policy', () => {
  fc.assert(
    fc.property(policy(), mutations, (policy, damage) => {
      const slots = slotsOf(policy);
      const json = damage.reduce<unknown>(mutated, structuredClone(toJSON(policy, slots)));
      const result = read(json, slots);
      if (result instanceof Error) {
        expect(result instanceof TypeError || result instanceof RangeError).toBe(true);
        expect(result.message).toMatch(
          /^fromJSON: (there is no option )?(json|format|version|policy|extra)([.[]\S+)?(,|:| must| cannot) /,
        );
        return;
      }
      const again = toJSON(result, slots);
      expect(toJSON(fromJSON(again, slots), slots)).toEqual(again);
      expect(describe(result, slots)).toMatch(/^[^\n]+$/);
    }),
    { numRuns: size(1000, 20_000) },
  );
});

it('any JSON is rejected or is a policy', () => {
  const json = fc.record({
    format: fc.constant('rxjs-reprise/policyData'),
    version: fc.constant(1),
    policy: fc.oneof(
      fc.jsonValue(),
      fc.record({ word: fc.constantFrom('both', 'fixed', 'hinted'), ms: fc.jsonValue() }),
    ),
  });
  fc.assert(
    fc.property(json, (json) => {
      const result = read(json, {});
      if (result instanceof Error) expect(result.message).toMatch(/^fromJSON: /);
      else expect(describe(result)).not.toBe('');
    }),
    { numRuns: size(500, 5000) },
  );
});
